import { Button, Group, PasswordInput, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { passwordLength } from '../../shared/accounts.ts'
import { api, ApiError, call } from '../api.ts'
import { useErrorText } from '../ui/error-text.ts'
import { tellDone, tellError } from '../ui/notices.ts'
import { passwordFault } from './fields.ts'

/** Changes the password; the server then ends every other session. */
export function PasswordForm({ email }: { email: string }) {
  const { t } = useTranslation('accounts')
  const errorText = useErrorText()
  const queryClient = useQueryClient()
  const form = useForm({
    initialValues: { current: '', next: '' },
    validate: {
      current: (value) => (value ? null : t('passwordMissing')),
      next: (value) => passwordFault(value, t),
    },
  })
  const change = useMutation({
    mutationFn: (json: typeof form.values) => call(api.accounts.me.password.$put({ json })),
    onSuccess: () => {
      form.reset()
      tellDone(t('passwordChanged'))
      return queryClient.invalidateQueries({ queryKey: ['sessions'] })
    },
    onError: (error) => {
      const code = error instanceof ApiError ? error.code : ''
      if (code === 'wrong_password') form.setFieldError('current', errorText(error))
      else if (code.startsWith('password_')) form.setFieldError('next', errorText(error))
      else tellError(error)
    },
  })
  return (
    <form noValidate onSubmit={form.onSubmit((values) => change.mutate(values))}>
      <Stack>
        {/* lets a password manager know whose password this is */}
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <PasswordInput
          label={t('currentPassword')}
          autoComplete="current-password"
          {...form.getInputProps('current')}
        />
        <PasswordInput
          label={t('newPassword')}
          description={t('passwordHint', passwordLength)}
          autoComplete="new-password"
          {...form.getInputProps('next')}
        />
        <Group>
          <Button type="submit" variant="default" loading={change.isPending}>
            {t('changePassword')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
