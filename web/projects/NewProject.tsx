import { Modal, Radio, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { sides, type Side } from '../../shared/permissions.ts'
import { createProject } from '../../shared/projects.ts'
import { api, call } from '../api.ts'
import { tellAtField } from '../ui/forms/field-refusals.ts'
import { CreateForm } from './CreateForm.tsx'

/** Asks for a new project's name and on which side its maker stands. */
export function NewProject({
  opened,
  onClose,
  onCreated,
}: {
  opened: boolean
  onClose: () => void
  onCreated: (projectId: string) => void
}) {
  const { t } = useTranslation('projects')
  return (
    <Modal opened={opened} onClose={onClose} title={t('new.title')}>
      <NewProjectForm onClose={onClose} onCreated={onCreated} />
    </Modal>
  )
}

function NewProjectForm({
  onClose,
  onCreated,
}: {
  onClose: () => void
  onCreated: (projectId: string) => void
}) {
  const { t } = useTranslation('projects')
  const queryClient = useQueryClient()
  const form = useForm({
    initialValues: { name: '', side: 'design' as Side },
    validate: {
      name: (value) => (createProject.shape.name.safeParse(value).success ? null : t('new.nameMissing')),
    },
  })
  const create = useMutation({
    mutationFn: (json: typeof form.values) => call(api.projects.$post({ json })),
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: ['projects'], exact: true }),
    onError: tellAtField(form),
  })
  return (
    <CreateForm form={form} create={create} submit={t('new.create')} onClose={onClose} onCreated={onCreated}>
      <TextInput
        label={t('new.name')}
        placeholder={t('new.example')}
        data-autofocus
        {...form.getInputProps('name')}
      />
      <Radio.Group label={t('new.side')} {...form.getInputProps('side')}>
        <Stack gap={8} mt={8}>
          {sides.map((side) => (
            <Radio key={side} value={side} label={t(`ui:side.${side}`)} description={t(`sideHint.${side}`)} />
          ))}
        </Stack>
      </Radio.Group>
    </CreateForm>
  )
}
