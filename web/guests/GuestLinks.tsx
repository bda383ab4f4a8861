import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, call } from '../api.ts'
import { ErrorState } from '../ui/feedback/ErrorState.tsx'
import { Timestamp } from '../ui/Timestamp.tsx'
import { SideTag } from '../ui/people/SideTag.tsx'
import { confirm } from '../ui/feedback/confirm.tsx'
import { tellError } from '../ui/feedback/notices.ts'
import { guestLinksQuery, type ListedLink } from './queries.ts'
import classes from './Guests.module.css'

/** Who was let in by a link, into what, until when; a link that still opens can be withdrawn. */
export function GuestLinks({ projectId }: { projectId: string }) {
  const { t } = useTranslation('guests')
  const links = useQuery(guestLinksQuery(projectId))
  if (links.error) return <ErrorState error={links.error} onRetry={() => void links.refetch()} />
  return (
    <>
      <p className={classes.lead}>{t('lead')}</p>
      <ul className={classes.list} aria-label={t('title')}>
        {links.data?.map((link) => (
          <OneLink key={link.id} projectId={projectId} link={link} />
        ))}
      </ul>
    </>
  )
}

function OneLink({ projectId, link }: { projectId: string; link: ListedLink }) {
  const { t } = useTranslation('guests')
  const queryClient = useQueryClient()
  const revoke = useMutation({
    mutationFn: () =>
      call(
        api.projects[':projectId']['guest-links'][':linkId'].$delete({
          param: { projectId, linkId: link.id },
        }),
      ),
    onSettled: () => queryClient.invalidateQueries({ queryKey: guestLinksQuery(projectId).queryKey }),
    onError: tellError,
  })
  const ask = async () => {
    const question = { title: t('revokeTitle'), text: t('revokeText'), action: t('revoke') }
    if (await confirm({ ...question, final: true })) revoke.mutate()
  }
  const ended = link.revokedAt ? t('revoked') : link.isOver ? t('expired') : null
  return (
    <li className={classes.guest} data-ended={ended ? true : undefined}>
      <div className={classes.body}>
        <div className={classes.label}>{link.label}</div>
        <div className={classes.more}>
          <SideTag side={link.side} /> · {t(`ui:role.${link.role}`)}
          {link.hasCode && ` · ${t('withCode')}`}
        </div>
        <div className={classes.more}>{link.resources.map(({ title }) => title).join(' · ')}</div>
        <div className={classes.more}>
          {link.guest ? (
            <>
              {t('seen', { name: link.guest.name })} <Timestamp at={link.guest.lastSeenAt} />
            </>
          ) : (
            t('waiting')
          )}
        </div>
        <div className={classes.more}>
          {ended ?? (
            <>
              {t('until')} <Timestamp at={link.expiresAt} exact />
            </>
          )}
        </div>
      </div>
      {!ended && (
        <Button
          variant="subtle"
          size="xs"
          px={8}
          loading={revoke.isPending}
          aria-label={t('revokeOne', { label: link.label })}
          onClick={() => void ask()}
        >
          {t('revoke')}
        </Button>
      )}
    </li>
  )
}
