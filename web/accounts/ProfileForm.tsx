import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import type { User } from '../../shared/accounts.ts'
import { tellAtField } from '../ui/forms/field-refusals.ts'
import { tellDone } from '../ui/feedback/notices.ts'
import { NameFields } from './NameFields.tsx'
import { useChangeAccount } from './actions.ts'
import { isName } from './fields.ts'

/** Name and firm as they will stand in signatures. */
export function ProfileForm({ user }: { user: User }) {
  const { t } = useTranslation('accounts')
  const change = useChangeAccount()
  const form = useForm({
    initialValues: { name: user.name, firm: user.firm },
    validate: { name: (value) => (isName(value) ? null : t('nameMissing')) },
  })
  return (
    <form
      noValidate
      onSubmit={form.onSubmit((values) =>
        change.mutate(values, {
          onSuccess: () => {
            form.resetDirty()
            tellDone(t('saved'))
          },
          onError: tellAtField(form),
        }),
      )}
    >
      <Stack>
        <NameFields form={form} />
        {user.email !== null && <TextInput label={t('email')} value={user.email} readOnly variant="filled" />}
        <Group>
          <Button type="submit" loading={change.isPending} disabled={!form.isDirty()}>
            {t('save')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
