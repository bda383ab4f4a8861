import type { TFunction } from 'i18next'
import { createAccount, passwordLength } from '../../shared/accounts.ts'

export const isEmail = (value: string): boolean => createAccount.shape.email.safeParse(value).success

export const isName = (value: string): boolean => createAccount.shape.name.safeParse(value).success

/** What is wrong with a password one may choose, or null; whether it is a common one the server says. */
export function passwordFault(value: string, t: TFunction): string | null {
  const length = [...value].length
  if (length < passwordLength.min) return t('errors:password_too_short', passwordLength)
  if (length > passwordLength.max) return t('errors:password_too_long', passwordLength)
  return null
}
