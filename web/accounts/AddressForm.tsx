import { Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, call } from '../api.ts'
import { ErrorState } from '../ui/feedback/ErrorState.tsx'
import { tellAtField } from '../ui/forms/field-refusals.ts'
import { tellDone } from '../ui/feedback/notices.ts'
import { accountQuery } from './account.ts'
import { addressQuery, useAskAgain } from './address.ts'
import { isEmail } from './fields.ts'

/** My e-mail address: whether it is known to be mine, and another one. */
export function AddressForm({ email }: { email: string }) {
  const { t } = useTranslation('accounts')
  const queryClient = useQueryClient()
  const found = useQuery(addressQuery)
  const again = useAskAgain(email)
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: {
      email: (value) => (isEmail(value) ? null : t('emailWrong')),
      password: (value) => (value ? null : t('passwordMissing')),
    },
  })
  const change = useMutation({
    mutationFn: (json: typeof form.values) => call(api.accounts.me.email.$put({ json })),
    onSuccess: ({ user }) => {
      form.reset()
      tellDone(t('address.changed', { email: user.email }))
      queryClient.setQueryData(accountQuery.queryKey, user)
      return queryClient.invalidateQueries({ queryKey: addressQuery.queryKey })
    },
    onError: tellAtField(form),
  })
  if (found.error) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />
  const state = found.data?.state
  return (
    <form noValidate onSubmit={form.onSubmit((values) => change.mutate(values))}>
      <Stack>
        {state && (
          <Group gap="xs">
            <Text role="status">{t(`address.${state}`, { email })}</Text>
            {(state === 'asked' || state === 'unasked') && (
              <Button variant="subtle" size="xs" loading={again.isPending} onClick={() => again.mutate()}>
                {t(state === 'asked' ? 'address.again' : 'address.send')}
              </Button>
            )}
          </Group>
        )}
        <TextInput
          label={t('address.new')}
          type="email"
          autoComplete="email"
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label={t('address.password')}
          autoComplete="current-password"
          {...form.getInputProps('password')}
        />
        <Group>
          <Button type="submit" variant="default" loading={change.isPending}>
            {t('address.change')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
