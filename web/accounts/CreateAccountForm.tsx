import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { passwordLength, type User } from '../../shared/accounts.ts'
import { api, ApiError, call } from '../api.ts'
import { currentLocale } from '../i18n.ts'
import { useErrorText } from '../ui/error-text.ts'
import { isEmail, isName, passwordFault } from './fields.ts'

/** Makes an account in the language that is shown, and signs it in. */
export function CreateAccountForm({ onSignedIn }: { onSignedIn: (user: User) => Promise<void> }) {
  const { t } = useTranslation('accounts')
  const errorText = useErrorText()
  const form = useForm({
    initialValues: { name: '', firm: '', email: '', password: '' },
    validate: {
      name: (value) => (isName(value) ? null : t('nameMissing')),
      email: (value) => (isEmail(value) ? null : t('emailWrong')),
      password: (value) => passwordFault(value, t),
    },
  })
  const create = useMutation({
    mutationFn: (values: typeof form.values) =>
      call(api.accounts.$post({ json: { ...values, locale: currentLocale() } })),
    onSuccess: ({ user }) => onSignedIn(user),
    onError: (error) => {
      const field = error instanceof ApiError ? fieldOf(error.code) : undefined
      if (field) form.setFieldError(field, errorText(error))
    },
  })
  const general = create.error && !(create.error instanceof ApiError && fieldOf(create.error.code))
  return (
    <form noValidate onSubmit={form.onSubmit((values) => create.mutate(values))}>
      <Stack>
        {general && (
          <Alert color="seal" variant="light" role="alert">
            {errorText(create.error)}
          </Alert>
        )}
        <TextInput autoFocus label={t('name')} autoComplete="name" {...form.getInputProps('name')} />
        <TextInput
          label={t('firm')}
          description={t('firmHint')}
          autoComplete="organization"
          {...form.getInputProps('firm')}
        />
        <TextInput label={t('email')} type="email" autoComplete="username" {...form.getInputProps('email')} />
        <PasswordInput
          label={t('password')}
          description={t('passwordHint', passwordLength)}
          autoComplete="new-password"
          {...form.getInputProps('password')}
        />
        <Button type="submit" loading={create.isPending}>
          {t('createAccount')}
        </Button>
      </Stack>
    </form>
  )
}

/** The field that a refusal speaks of. */
function fieldOf(code: string): 'email' | 'password' | undefined {
  if (code === 'email_taken') return 'email'
  return code.startsWith('password_') ? 'password' : undefined
}
