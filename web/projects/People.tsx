import { Button, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { can, sides } from '../../shared/permissions.ts'
import type { Member, Membership } from '../../shared/projects.ts'
import { api, call } from '../api.ts'
import { PersonMark } from '../ui/people/PersonMark.tsx'
import { SideTag } from '../ui/people/SideTag.tsx'
import { confirm } from '../ui/feedback/confirm.tsx'
import { tellError } from '../ui/feedback/notices.ts'
import { MemberMenu } from './MemberMenu.tsx'
import classes from './People.module.css'

/** Who takes part, by side; owners change roles and sides here. */
export function People({
  projectId,
  me,
  members,
}: {
  projectId: string
  me: Membership
  members: readonly Member[]
}) {
  const { t } = useTranslation('projects')
  const manages = can(me.role, 'members.manage', me.phase)
  return (
    <>
      {sides.map((side) => {
        const here = members.filter((member) => member.side === side)
        return (
          <div key={side} className={classes.side}>
            <h3 className={classes.name}>
              <SideTag side={side} />
            </h3>
            {here.length === 0 && (
              <Text c="dimmed" fz={13}>
                {t('people.noneOnSide')}
              </Text>
            )}
            <ul className={classes.list}>
              {here.map((member) => (
                <li key={member.userId} className={classes.person}>
                  <PersonMark person={member} size={32} />
                  <div className={classes.who}>
                    <div>
                      {member.name}
                      {member.userId === me.userId && (
                        <span className={classes.me}> · {t('people.you')}</span>
                      )}
                    </div>
                    <div className={classes.more}>{member.firm || member.email}</div>
                  </div>
                  {manages ? (
                    <MemberMenu projectId={projectId} member={member} />
                  ) : (
                    <span className={classes.more}>{t(`ui:role.${member.role}`)}</span>
                  )}
                </li>
              ))}
            </ul>
          </div>
        )
      })}
      <Leave projectId={projectId} />
    </>
  )
}

function Leave({ projectId }: { projectId: string }) {
  const { t } = useTranslation('projects')
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const leave = useMutation({
    mutationFn: () => call(api.projects[':projectId'].members.me.$delete({ param: { projectId } })),
    onSuccess: async () => {
      await navigate({ to: '/' })
      queryClient.removeQueries({ queryKey: ['projects', projectId] })
      await queryClient.invalidateQueries({ queryKey: ['projects'] })
    },
    onError: tellError,
  })
  const ask = async () => {
    const question = { title: t('leave.title'), text: t('leave.text'), action: t('leave.action') }
    if (await confirm({ ...question, final: true })) leave.mutate()
  }
  return (
    <Button
      variant="subtle"
      size="xs"
      px={8}
      ml={-8}
      c="dimmed"
      loading={leave.isPending}
      onClick={() => void ask()}
    >
      {t('leave.action')}
    </Button>
  )
}
