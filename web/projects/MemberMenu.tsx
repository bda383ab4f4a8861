import { Button, Menu } from '@mantine/core'
import { IconCheck, IconChevronDown, IconUserMinus } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { roles, sides, type Role, type Side } from '../../shared/permissions.ts'
import type { Member } from '../../shared/projects.ts'
import { api, call } from '../api.ts'
import { confirm } from '../ui/feedback/confirm.tsx'
import { tellError } from '../ui/feedback/notices.ts'
import classes from './People.module.css'

/** What an owner can do with a member: role, side, removal. */
export function MemberMenu({ projectId, member }: { projectId: string; member: Member }) {
  const { t } = useTranslation('projects')
  const queryClient = useQueryClient()
  const param = { projectId, userId: member.userId }
  const route = api.projects[':projectId'].members[':userId']
  const answered = {
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['projects'] }),
    onError: tellError,
  }
  const change = useMutation({
    mutationFn: (json: { role?: Role; side?: Side }) => call(route.$patch({ param, json })),
    ...answered,
  })
  const remove = useMutation({ mutationFn: () => call(route.$delete({ param })), ...answered })
  const askRemove = async () => {
    const title = t('people.remove', { name: member.name })
    if (
      await confirm({ title, text: t('people.removeText'), action: t('people.removeAction'), final: true })
    ) {
      remove.mutate()
    }
  }
  return (
    <Menu position="bottom-end" shadow="md" transitionProps={{ duration: 100 }}>
      <Menu.Target>
        <Button
          className={classes.menu}
          variant="subtle"
          size="xs"
          px={8}
          rightSection={<IconChevronDown size={14} />}
          loading={change.isPending || remove.isPending}
          aria-label={t('people.change', { name: member.name, role: t(`ui:role.${member.role}`) })}
        >
          {t(`ui:role.${member.role}`)}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label aria-hidden>{t('role')}</Menu.Label>
        {roles.map((role) => (
          <Menu.Item
            key={role}
            leftSection={<Tick chosen={role === member.role} />}
            onClick={() => change.mutate({ role })}
          >
            {t(`ui:role.${role}`)}
            <span className={classes.hint}>{t(`roleHint.${role}`)}</span>
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label aria-hidden>{t('side')}</Menu.Label>
        {sides.map((side) => (
          <Menu.Item
            key={side}
            leftSection={<Tick chosen={side === member.side} />}
            onClick={() => change.mutate({ side })}
          >
            {t(`ui:side.${side}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          c="var(--seal)"
          leftSection={<IconUserMinus size={16} stroke={1.5} />}
          onClick={() => void askRemove()}
        >
          {t('people.removeAction')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function Tick({ chosen }: { chosen: boolean }) {
  return <IconCheck size={16} visibility={chosen ? 'visible' : 'hidden'} />
}
