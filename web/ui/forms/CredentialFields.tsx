import { Alert, PasswordInput, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import { passwordLength } from '../../../shared/accounts.ts'
import { ApiError } from '../../api.ts'
import { useErrorText } from '../feedback/error-text.ts'

interface Credentials {
  email: string
  password: string
}

/** The address and the new password of an account that is being made. */
export function CredentialFields<Values extends Credentials>({
  form,
}: {
  form: Pick<UseFormReturnType<Values>, 'getInputProps'>
}) {
  const { t } = useTranslation('accounts')
  return (
    <>
      <TextInput label={t('email')} type="email" autoComplete="username" {...form.getInputProps('email')} />
      <PasswordInput
        label={t('password')}
        description={t('passwordHint', passwordLength)}
        autoComplete="new-password"
        {...form.getInputProps('password')}
      />
    </>
  )
}

/** What was refused of an account, where neither the address nor the password is the reason. */
export function CredentialRefusal({ error }: { error: unknown }) {
  const errorText = useErrorText()
  if (!error || refusedField(error)) return null
  return (
    <Alert color="seal" variant="light" role="alert">
      {errorText(error)}
    </Alert>
  )
}

/** Says a refusal at the address or the password, where one of them is the reason. */
export function useRefusedField<Values extends Credentials>(
  form: Pick<UseFormReturnType<Values>, 'setFieldError'>,
): (error: unknown) => void {
  const errorText = useErrorText()
  return (error) => {
    const field = refusedField(error)
    if (field) form.setFieldError(field, errorText(error))
  }
}

function refusedField(error: unknown): keyof Credentials | undefined {
  if (!(error instanceof ApiError)) return undefined
  if (error.code === 'email_taken') return 'email'
  return error.code.startsWith('password_') ? 'password' : undefined
}
