import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api.ts'

/** What happened and what to do, in the reader's language. Anything that is no refusal reads as a fault of ours. */
export function errorText(error: unknown, t: TFunction): string {
  return error instanceof ApiError ? t(`errors:${error.code}`, error.params) : t('errors:internal')
}

/** `errorText` bound to the language that is shown. */
export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation('errors')
  return (error) => errorText(error, t)
}
