import { Button, Group, PasswordInput, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { passwordLength } from '../../shared/accounts.ts'
import { api, call } from '../api.ts'
import { tellAtField } from '../ui/forms/field-refusals.ts'
import { tellDone } from '../ui/feedback/notices.ts'
import { passwordFault } from './fields.ts'

/** Changes the password; the server then ends every other session. */
export function PasswordForm({ email }: { email: string }) {
  const { t } = useTranslation('accounts')
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
    onError: tellAtField(form, { wrong_password: 'current', password: 'next' }),
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
