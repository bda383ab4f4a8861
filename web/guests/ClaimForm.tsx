import { Button, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { User } from '../../shared/accounts.ts'
import { claimGuest } from '../../shared/guests.ts'
import { api, call } from '../api.ts'
import { CredentialFields, CredentialRefusal, useRefusedField } from '../ui/forms/CredentialFields.tsx'

/** Turns the guest into an account with the same name and all that they wrote. */
export function ClaimForm({ onClaimed }: { onClaimed: (user: User) => Promise<void> }) {
  const { t } = useTranslation(['guests', 'accounts'])
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
    onError: useRefusedField(form),
  })
  return (
    <form noValidate onSubmit={form.onSubmit((values) => claim.mutate(values))}>
      <Stack>
        <CredentialRefusal error={claim.error} />
        <CredentialFields form={form} />
        <Button type="submit" loading={claim.isPending}>
          {t('claim')}
        </Button>
      </Stack>
    </form>
  )
}
