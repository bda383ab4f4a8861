import { Button, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { User } from '../../shared/accounts.ts'
import { api, call } from '../api.ts'
import { currentLocale } from '../i18n.ts'
import { CredentialFields, CredentialRefusal, useRefusedField } from '../ui/forms/CredentialFields.tsx'
import { NameFields } from './NameFields.tsx'
import { isEmail, isName, passwordFault } from './fields.ts'

/** Makes an account in the language that is shown, and signs it in. */
export function CreateAccountForm({ onSignedIn }: { onSignedIn: (user: User) => Promise<void> }) {
  const { t } = useTranslation('accounts')
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
    onError: useRefusedField(form),
  })
  return (
    <form noValidate onSubmit={form.onSubmit((values) => create.mutate(values))}>
      <Stack>
        <CredentialRefusal error={create.error} />
        <NameFields form={form} autoFocus />
        <CredentialFields form={form} />
        <Button type="submit" loading={create.isPending}>
          {t('createAccount')}
        </Button>
      </Stack>
    </form>
  )
}
