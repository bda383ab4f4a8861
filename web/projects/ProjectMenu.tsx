import { ActionIcon, Button, Group, Menu, Modal, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconArchive, IconArchiveOff, IconDots, IconPencil } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Phase } from '../../shared/permissions.ts'
import { createProject, type Project } from '../../shared/projects.ts'
import { api, call } from '../api.ts'
import { confirm } from '../ui/feedback/confirm.tsx'
import { tellAtField } from '../ui/forms/field-refusals.ts'
import { tellDone, tellError } from '../ui/feedback/notices.ts'

function useChangeProject(projectId: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (json: { name?: string; phase?: Phase }) =>
      call(api.projects[':projectId'].$patch({ param: { projectId }, json })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['projects'] }),
  })
}

/** What owners do with the project itself: name it, archive it, bring it back. */
export function ProjectMenu({ project }: { project: Project }) {
  const { t } = useTranslation('projects')
  const change = useChangeProject(project.id)
  const [naming, setNaming] = useState(false)
  const archived = project.phase === 'archived'
  const turn = async () => {
    const question = { title: t('archive.title'), text: t('archive.text'), action: t('archive.action') }
    if (!archived && !(await confirm(question))) return
    await change.mutateAsync({ phase: archived ? 'active' : 'archived' })
    tellDone(t(archived ? 'archive.back' : 'archive.done'))
  }
  const icon = { size: 16, stroke: 1.5 }
  return (
    <>
      <Menu position="bottom-end" shadow="md" transitionProps={{ duration: 100 }}>
        <Menu.Target>
          <ActionIcon variant="subtle" size="lg" aria-label={t('menu')}>
            <IconDots size={18} stroke={1.5} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil {...icon} />} onClick={() => setNaming(true)}>
            {t('rename')}
          </Menu.Item>
          <Menu.Item
            leftSection={archived ? <IconArchiveOff {...icon} /> : <IconArchive {...icon} />}
            onClick={() => void turn().catch(tellError)}
          >
            {t(archived ? 'archive.undo' : 'archive.action')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={naming} onClose={() => setNaming(false)} title={t('rename')}>
        <NameForm project={project} onDone={() => setNaming(false)} />
      </Modal>
    </>
  )
}

function NameForm({ project, onDone }: { project: Project; onDone: () => void }) {
  const { t } = useTranslation('projects')
  const change = useChangeProject(project.id)
  const form = useForm({
    initialValues: { name: project.name },
    validate: {
      name: (value) => (createProject.shape.name.safeParse(value).success ? null : t('new.nameMissing')),
    },
  })
  return (
    <form
      noValidate
      onSubmit={form.onSubmit((values) =>
        change.mutate(values, { onSuccess: onDone, onError: tellAtField(form) }),
      )}
    >
      <Stack>
        <TextInput label={t('new.name')} data-autofocus {...form.getInputProps('name')} />
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onDone}>
            {t('ui:cancel')}
          </Button>
          <Button type="submit" loading={change.isPending}>
            {t('rename')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
