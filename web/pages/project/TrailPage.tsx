import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { linkOptions, useParams } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useOwnAccount } from '../../accounts/account.ts'
import { projectQuery } from '../../projects/queries.ts'
import { ChainState } from '../../trail/ChainState.tsx'
import { trailQuery } from '../../trail/queries.ts'
import { TrailDays } from '../../trail/TrailDays.tsx'
import { EmptyState } from '../../ui/feedback/EmptyState.tsx'
import { ErrorState } from '../../ui/feedback/ErrorState.tsx'
import { Loading } from '../../ui/feedback/Loading.tsx'
import { PeopleHere } from '../../ui/people/PeopleHere.tsx'
import { Page } from '../frame/Page.tsx'
import { useProjectLive } from './use-project-live.ts'
import classes from './TrailPage.module.css'

/** Who did what in a project, and whether the record of it is whole. What others do shows at once. */
export function TrailPage() {
  const { t } = useTranslation('trail')
  const { projectId } = useParams({ from: '/signed-in/projects/$projectId/trail' })
  const project = useQuery(projectQuery(projectId))
  const trail = useInfiniteQuery(trailQuery(projectId))
  const people = useProjectLive(projectId, useOwnAccount().id)
  const present = project.data?.resources
  const resources = useMemo(() => new Map(present?.map((resource) => [resource.id, resource])), [present])

  const failed = project.error ?? trail.error
  if (failed) {
    const retry = () => void Promise.all([project.refetch(), trail.refetch()])
    return <Page where={[{ label: t('title') }]}>{<ErrorState alone error={failed} onRetry={retry} />}</Page>
  }
  if (!project.data || !trail.data) return <Page where={[{ label: t('title') }]}>{<Loading />}</Page>

  const { name } = project.data.project
  const entries = trail.data.pages.flatMap((page) => page.entries)
  return (
    <Page
      where={[
        { label: name, link: linkOptions({ to: '/projects/$projectId', params: { projectId } }) },
        { label: t('title') },
      ]}
      people={<PeopleHere people={people} />}
    >
      <header className={classes.head}>
        <h1>{t('title')}</h1>
        <p>{t('about')}</p>
      </header>
      <ChainState projectId={projectId} head={trail.data.pages[0]!.head} />
      {entries.length === 0 ? (
        <EmptyState title={t('empty')}>{t('emptyText')}</EmptyState>
      ) : (
        <TrailDays
          entries={entries}
          resources={resources}
          onMore={trail.hasNextPage ? () => void trail.fetchNextPage() : undefined}
          loading={trail.isFetchingNextPage}
        />
      )}
    </Page>
  )
}
