import { Modal, PasswordInput, Radio, Select, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { createToken, tokenScopes, type TokenScope } from '../../shared/tokens.ts'
import { api, call } from '../api.ts'
import { FormEnd } from '../ui/forms/FormEnd.tsx'
import { ShownOnce } from '../ui/files/ShownOnce.tsx'
import { tellAtField } from '../ui/forms/field-refusals.ts'
import { tokensQuery } from './queries.ts'

const days = ['7', '30', '90', '365']
/** Stands in the list for all projects, as no id does. */
const all = ''

/** A project that a token may be for. */
export interface TokenProject {
  id: string
  name: string
}

interface TokenDialogProps {
  projects: readonly TokenProject[]
  opened: boolean
  onClose: () => void
}

/** Makes a token, and shows its secret this once. */
export function TokenDialog({ projects, opened, onClose }: TokenDialogProps) {
  const { t } = useTranslation('tokens')
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('new')}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('ui:close') }}
    >
      <TokenForm projects={projects} onClose={onClose} />
    </Modal>
  )
}

function TokenForm({ projects, onClose }: Omit<TokenDialogProps, 'opened'>) {
  const { t } = useTranslation('tokens')
  const queryClient = useQueryClient()
  const { name } = createToken.shape
  const form = useForm({
    initialValues: { name: '', scope: 'read' as TokenScope, projectId: all, days: '90', password: '' },
    validate: {
      name: (value) => (name.safeParse(value).success ? null : t('nameMissing')),
      password: (value) => (value ? null : t('accounts:passwordMissing')),
    },
  })
  const make = useMutation({
    mutationFn: ({ projectId, ...values }: typeof form.values) =>
      call(
        api.tokens.$post({
          json: { ...values, projectId: projectId === all ? null : projectId, days: Number(values.days) },
        }),
      ),
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey }),
    onError: tellAtField(form),
  })
  if (make.data)
    return (
      <ShownOnce
        value={make.data.token}
        testId="token"
        ready={t('ready')}
        copy={t('copy')}
        onClose={onClose}
      />
    )
  return (
    <form noValidate onSubmit={form.onSubmit((values) => make.mutate(values))}>
      <Stack>
        <TextInput
          label={t('name')}
          placeholder={t('nameExample')}
          autoComplete="off"
          data-autofocus
          {...form.getInputProps('name')}
        />
        <Radio.Group label={t('may')} {...form.getInputProps('scope')}>
          <Stack gap={8} mt={8}>
            {tokenScopes.map((scope) => (
              <Radio
                key={scope}
                value={scope}
                label={t(`scope.${scope}`)}
                description={t(`scopeHint.${scope}`)}
              />
            ))}
          </Stack>
        </Radio.Group>
        <Select
          label={t('project')}
          allowDeselect={false}
          searchable
          data={[
            { value: all, label: t('allProjects') },
            ...projects.map((project) => ({ value: project.id, label: project.name })),
          ]}
          {...form.getInputProps('projectId')}
        />
        <Select
          label={t('days')}
          allowDeselect={false}
          data={days.map((value) => ({ value, label: t('forDays', { count: Number(value) }) }))}
          {...form.getInputProps('days')}
        />
        <PasswordInput
          label={t('accounts:address.password')}
          autoComplete="current-password"
          {...form.getInputProps('password')}
        />
        <FormEnd isSent={make.isPending} onLeave={onClose}>
          {t('make')}
        </FormEnd>
      </Stack>
    </form>
  )
}
