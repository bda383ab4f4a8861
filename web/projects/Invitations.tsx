import { Button, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, call } from '../api.ts'
import { ErrorState } from '../ui/feedback/ErrorState.tsx'
import { Timestamp } from '../ui/Timestamp.tsx'
import { SideTag } from '../ui/people/SideTag.tsx'
import { tellError } from '../ui/feedback/notices.ts'
import { invitesQuery } from './queries.ts'
import classes from './Invitations.module.css'

/** The invitations that still open the door; each can be withdrawn. */
export function Invitations({ projectId }: { projectId: string }) {
  const { t } = useTranslation('projects')
  const queryClient = useQueryClient()
  const invites = useQuery(invitesQuery(projectId))
  const withdraw = useMutation({
    mutationFn: (inviteId: string) =>
      call(api.projects[':projectId'].invites[':inviteId'].$delete({ param: { projectId, inviteId } })),
    onSettled: () => queryClient.invalidateQueries({ queryKey: invitesQuery(projectId).queryKey }),
    onError: tellError,
  })
  if (invites.error) return <ErrorState error={invites.error} onRetry={() => void invites.refetch()} />
  const open = invites.data ?? []
  if (open.length === 0) return null
  return (
    <div className={classes.open}>
      <h3 className={classes.title}>{t('invite.open')}</h3>
      <ul className={classes.list}>
        {open.map((invite) => (
          <li key={invite.id} className={classes.invite}>
            <div className={classes.body}>
              <SideTag side={invite.side} /> · {t(`ui:role.${invite.role}`)}
              <Text c="dimmed" fz={13}>
                {t('invite.expires')} <Timestamp at={invite.expiresAt} upcoming />
              </Text>
            </div>
            <Button
              variant="subtle"
              size="xs"
              px={8}
              aria-label={t('invite.withdrawOne', {
                side: t(`ui:side.${invite.side}`),
                role: t(`ui:role.${invite.role}`),
              })}
              onClick={() => withdraw.mutate(invite.id)}
            >
              {t('invite.withdraw')}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  )
}
