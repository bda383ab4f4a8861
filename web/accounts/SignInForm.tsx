import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { User } from '../../shared/accounts.ts'
import { api, call } from '../api.ts'
import { useErrorText } from '../ui/feedback/error-text.ts'
import { isEmail } from './fields.ts'

/** Asks for e-mail and password; tells who came in. */
export function SignInForm({ onSignedIn }: { onSignedIn: (user: User) => Promise<void> }) {
  const { t } = useTranslation('accounts')
  const errorText = useErrorText()
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: {
      email: (value) => (isEmail(value) ? null : t('emailWrong')),
      password: (value) => (value ? null : t('passwordMissing')),
    },
  })
  const signIn = useMutation({
    mutationFn: (json: typeof form.values) => call(api.sessions.$post({ json })),
    onSuccess: ({ user }) => onSignedIn(user),
  })
  return (
    <form noValidate onSubmit={form.onSubmit((values) => signIn.mutate(values))}>
      <Stack>
        {signIn.error && (
          <Alert color="seal" variant="light" role="alert">
            {errorText(signIn.error)}
          </Alert>
        )}
        <TextInput
          label={t('email')}
          type="email"
          autoComplete="username"
          autoFocus
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label={t('password')}
          autoComplete="current-password"
          {...form.getInputProps('password')}
        />
        <Button type="submit" loading={signIn.isPending}>
          {t('signIn')}
        </Button>
      </Stack>
    </form>
  )
}
