import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { passwordLength, type User } from '../../shared/accounts.ts'
import { claimGuest } from '../../shared/guests.ts'
import { api, ApiError, call } from '../api.ts'
import { useErrorText } from '../ui/error-text.ts'

/** Turns the guest into an account with the same name and all that they wrote. */
export function ClaimForm({ onClaimed }: { onClaimed: (user: User) => Promise<void> }) {
  const { t } = useTranslation(['guests', 'accounts'])
  const errorText = useErrorText()
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: {
      email: (value) => (claimGuest.shape.email.safeParse(value).success ? null : t('accounts:emailWrong')),
      password: (value) => (value ? null : t('accounts:passwordMissing')),
    },
  })
  const claim = useMutation({
    mutationFn: (values: typeof form.values) => call(api.guests.claim.$post({ json: values })),
    onSuccess: ({ user }) => onClaimed(user),
    onError: (error) => {
      const field = error instanceof ApiError ? fieldOf(error.code) : undefined
      if (field) form.setFieldError(field, errorText(error))
    },
  })
  const general = claim.error && !(claim.error instanceof ApiError && fieldOf(claim.error.code))
  return (
    <form noValidate onSubmit={form.onSubmit((values) => claim.mutate(values))}>
      <Stack>
        {general && (
          <Alert color="seal" variant="light" role="alert">
            {errorText(claim.error)}
          </Alert>
        )}
        <TextInput
          label={t('accounts:email')}
          type="email"
          autoComplete="username"
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label={t('accounts:password')}
          description={t('accounts:passwordHint', passwordLength)}
          autoComplete="new-password"
          {...form.getInputProps('password')}
        />
        <Button type="submit" loading={claim.isPending}>
          {t('claim')}
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
