import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, linkOptions, type LinkProps } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { decisionOf } from '../../shared/decision-signs.ts'
import type { Notice } from '../../shared/notify.ts'
import { EmptyState } from '../ui/feedback/EmptyState.tsx'
import { ErrorState } from '../ui/feedback/ErrorState.tsx'
import { Loading } from '../ui/feedback/Loading.tsx'
import { Timestamp } from '../ui/Timestamp.tsx'
import { PersonMark } from '../ui/people/PersonMark.tsx'
import { linkToResource } from '../ui/kinds/resource-kinds.ts'
import classes from './NoticeList.module.css'
import { noticesQuery, useMarkRead } from './queries.ts'

/** What others did that concerns me: who, what, where and when. A click goes there. */
export function NoticeList({ onLeave }: { onLeave(): void }) {
  const { t } = useTranslation('notify')
  const found = useInfiniteQuery(noticesQuery)
  const markRead = useMarkRead()
  const notices = found.data?.pages.flatMap((page) => page.notices) ?? []
  return (
    <section className={classes.box} aria-label={t('bell')}>
      <header className={classes.head}>
        <h2>{t('bell')}</h2>
        <Button
          variant="subtle"
          size="compact-sm"
          disabled={notices.every(({ readAt }) => readAt !== null)}
          loading={markRead.isPending}
          onClick={() => markRead.mutate({})}
        >
          {t('readAll')}
        </Button>
      </header>
      {found.isPending && <Loading />}
      {found.error && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && notices.length === 0 && <EmptyState title={t('empty')}>{t('emptyText')}</EmptyState>}
      <ul className={classes.list}>
        {notices.map((notice) => (
          <li key={notice.id}>
            <Link
              {...placeOf(notice)}
              className={classes.notice}
              data-unread={notice.readAt === null}
              onClick={() => {
                if (notice.readAt === null) markRead.mutate({ noticeId: notice.id })
                onLeave()
              }}
            >
              <PersonMark person={notice.actor} size={28} />
              <NoticeWords notice={notice} />
            </Link>
          </li>
        ))}
      </ul>
      {found.hasNextPage && (
        <Button
          fullWidth
          variant="subtle"
          loading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          {t('more')}
        </Button>
      )}
    </section>
  )
}

function NoticeWords({ notice }: { notice: Notice }) {
  const { t } = useTranslation('notify')
  const { kind, actor, number, letter, excerpt, resourceTitle, projectName, createdAt, readAt } = notice
  const decision = kind === 'review' && decisionOf(excerpt)
  const words = decision ? t(`decision.${decision}`) : excerpt
  return (
    <span className={classes.words}>
      <span className={classes.what}>{t(`what.${kind}`, { name: actor.name, number, letter })}</span>
      {notice.revisionBroken && <strong className={classes.broken}>{t('revisionBroken', { letter })}</strong>}
      {words && <span className={classes.excerpt}>{words}</span>}
      <span className={classes.where}>
        {resourceTitle === null ? projectName : `${projectName} / ${resourceTitle}`} ·{' '}
        <Timestamp at={createdAt} />
      </span>
      {readAt === null && <span className={classes.dot} role="img" aria-label={t('unread')} />}
    </span>
  )
}

/** Where a notice leads: to the point in its place, to the revision, or to the project. */
function placeOf({ resourceId, resourceKind, threadId, projectId, revisionId }: Notice): LinkProps {
  const sought = threadId ? ({ thread: threadId, pane: 'points' } as const) : {}
  const page = resourceId && resourceKind ? linkToResource(resourceKind, resourceId, sought) : null
  if (page) return page
  if (revisionId) {
    const search = { revision: revisionId }
    return linkOptions({ to: '/projects/$projectId/sign', params: { projectId }, search })
  }
  return threadId
    ? linkOptions({ to: '/projects/$projectId/points', params: { projectId }, search: { thread: threadId } })
    : linkOptions({ to: '/projects/$projectId', params: { projectId } })
}
