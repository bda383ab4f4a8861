import { Button, Drawer, Group, SegmentedControl } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconArrowUpRight, IconLink } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, linkOptions, useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router'
import { useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { can } from '../../../shared/permissions.ts'
import type { Person } from '../../../shared/projects.ts'
import { resourceOf, type Thread } from '../../../shared/review.ts'
import { useOwnAccount } from '../../accounts/account.ts'
import { peopleQuery } from '../../guests/queries.ts'
import { BulkBar } from '../../points/BulkBar.tsx'
import { ResourceFinds } from '../../points/ResourceFinds.tsx'
import { DownloadMenu } from '../../points/DownloadMenu.tsx'
import { NoPoints } from '../../points/NoPoints.tsx'
import { columnsOf, pointAfterStep, pointsShown, sorted } from '../../points/point-list.ts'
import { PointsBoard } from '../../points/PointsBoard.tsx'
import { nothingNarrowed, PointsFilters } from '../../points/PointsFilters.tsx'
import type { PointsSearch, SortKey } from '../../points/points-search.ts'
import { PointsSummary } from '../../points/PointsSummary.tsx'
import { PointsTable } from '../../points/PointsTable.tsx'
import { useLiveProject } from '../../points/use-live-project.ts'
import { useListKeys } from '../../points/use-list-keys.ts'
import { projectQuery, type WholeProject } from '../../projects/queries.ts'
import { ThreadCard } from '../../review/cards/ThreadCard.tsx'
import { whoSee } from '../../review/reviewer/use-reviewer.ts'
import { useProjectReview } from '../../review/use-project-review.ts'
import { useLiveThreads } from '../../sync/threads/live-threads.ts'
import { allThreadsQuery } from '../../sync/threads/thread-lists.ts'
import { projectRoom } from '../../sync/room/room-address.ts'
import { useRoom } from '../../sync/room/use-room.ts'
import { CopyButton } from '../../ui/files/CopyButton.tsx'
import { ErrorState } from '../../ui/feedback/ErrorState.tsx'
import { Keys } from '../../ui/Keys.tsx'
import { Loading } from '../../ui/feedback/Loading.tsx'
import { today } from '../../ui/threads/PointFacts.tsx'
import { linkToAnchor } from '../../ui/kinds/resource-kinds.ts'
import { Page } from '../frame/Page.tsx'
import classes from './PointsPage.module.css'

/** Every point of a project, as a table or as a board. */
export function PointsPage() {
  const { projectId } = useParams({ from: '/signed-in/projects/$projectId/points' })
  const project = useQuery(projectQuery(projectId))
  const points = useQuery(allThreadsQuery(projectId))
  if (project.data && points.data) return <OpenPoints found={project.data} points={points.data} />
  const error = project.error ?? points.error
  const retry = () => void Promise.all([project.refetch(), points.refetch()])
  return <Page where={[]}>{error ? <ErrorState alone error={error} onRetry={retry} /> : <Loading />}</Page>
}

const nobody: ReadonlySet<string> = new Set()
const noPeople: Person[] = []

function OpenPoints({ found, points }: { found: WholeProject; points: Thread[] }) {
  const { t } = useTranslation('points')
  const { project, me, documents, resources } = found
  const projectId = project.id
  const people = useQuery(peopleQuery(projectId)).data ?? noPeople
  const account = useOwnAccount()
  const search = useSearch({ from: '/signed-in/projects/$projectId/points' })
  const navigate = useNavigate({ from: '/projects/$projectId/points' })
  const look = (change: PointsSearch) =>
    // the page stays, and with it where its panes stand
    void navigate({ search: (now) => ({ ...now, ...change }), replace: true, resetScroll: false })
  const room = useRoom(projectRoom(projectId), account.id)
  useLiveThreads(room, projectId, null)
  useLiveProject(room, projectId)

  const day = today()
  const reader = useMemo(() => ({ userId: me.userId, side: me.side, day }), [me.userId, me.side, day])
  const { view = 'table', sort = 'number', down = false } = search
  const shown = useMemo(
    () => sorted(pointsShown(points, search, reader), sort, down),
    [points, search, reader, sort, down],
  )
  const titles = useMemo(() => new Map(resources.map(({ id, title }) => [id, title])), [resources])
  const placeOf = ({ anchor }: Thread) => {
    const resourceId = resourceOf(anchor)
    return resourceId === null ? t('wholeProject') : (titles.get(resourceId) ?? t('removedDocument'))
  }

  const mayChange = can(me.role, 'thread.write', me.phase)
  const [taken, setTaken] = useState(nobody)
  const takenPoints = useMemo(() => points.filter(({ id }) => taken.has(id)), [points, taken])
  const take = (pointId: string | null) => {
    const next = new Set(taken)
    if (pointId === null) {
      const all = shown.every(({ id }) => taken.has(id))
      for (const { id } of shown)
        if (all) next.delete(id)
        else next.add(id)
    } else if (!next.delete(pointId)) next.add(pointId)
    setTaken(next)
  }
  const [atId, setAtId] = useState<string>()
  const at = shown.find(({ id }) => id === atId)
  const open = ({ id }: Thread) => look({ thread: id })
  const field = useRef<HTMLInputElement>(null)
  useListKeys({
    covered: search.thread !== undefined,
    at,
    move: (...step) =>
      setAtId(pointAfterStep(view === 'board' ? columnsOf(shown) : [shown], at, ...step)?.id),
    take: ({ id }) => mayChange && take(id),
    open,
    search: () => field.current?.focus(),
    // Esc goes back one step: first it closes what stands open
    release: () => !search.thread && setTaken(nobody),
  })
  const onSort = (key: SortKey) => look({ sort: key, down: sort === key ? !down || undefined : undefined })
  const opened = points.find(({ id }) => id === search.thread)

  return (
    <Page
      layout="full"
      where={[
        { label: project.name, link: linkOptions({ to: '/projects/$projectId', params: { projectId } }) },
        { label: t('title') },
      ]}
    >
      <main className={classes.page}>
        <div className={classes.head}>
          <h1>{t('title')}</h1>
          <PointsSummary points={points} reader={reader} search={search} onSearch={look} />
          <Group gap={8} ml="auto" wrap="nowrap">
            <SegmentedControl
              size="xs"
              aria-label={t('view.label')}
              value={view}
              onChange={(next) => look({ view: next === 'board' ? 'board' : undefined })}
              data={[
                { value: 'table', label: t('view.table') },
                { value: 'board', label: t('view.board') },
              ]}
            />
            <DownloadMenu projectId={projectId} />
          </Group>
        </div>
        <PointsFilters search={search} onSearch={look} people={people} resources={resources} field={field} />
        {search.q && <ResourceFinds projectId={projectId} query={search.q} />}
        {shown.length === 0 && view === 'table' ? (
          <NoPoints
            none={points.length === 0}
            project={{ projectId, documentId: documents[0]?.id }}
            onShowAll={() => look({ ...nothingNarrowed, state: 'all' })}
          />
        ) : view === 'board' ? (
          <PointsBoard
            points={shown}
            atId={atId}
            onMove={setAtId}
            taken={taken}
            onOpen={open}
            placeOf={placeOf}
          />
        ) : (
          <PointsTable
            points={shown}
            atId={atId}
            onMove={setAtId}
            taken={taken}
            onTake={mayChange ? take : undefined}
            onOpen={open}
            sort={sort}
            down={down}
            onSort={onSort}
            placeOf={placeOf}
          />
        )}
        <div className={classes.foot}>
          <output>{t('shown', { count: shown.length, total: points.length })}</output>
          <span className={classes.keys}>
            <Keys keys={['j']} /> <Keys keys={['k']} /> {t('keys.move')} ·{' '}
            {view === 'board' && (
              <>
                <Keys keys={['←']} /> <Keys keys={['→']} /> {t('keys.across')} ·{' '}
              </>
            )}
            <Keys keys={['x']} /> {t('keys.take')} · <Keys keys={['enter']} /> {t('keys.open')}
          </span>
        </div>
        {taken.size > 0 && mayChange && (
          <BulkBar
            projectId={projectId}
            taken={taken}
            people={takenPoints.reduce<readonly Person[]>((who, { anchor }) => whoSee(who, anchor), people)}
            hasProposal={takenPoints.some(({ kind }) => kind === 'proposal')}
            onRelease={() => setTaken(nobody)}
          />
        )}
      </main>
      <Drawer
        opened={opened !== undefined}
        onClose={() => look({ thread: undefined })}
        // by the point itself, which knows whether Esc meant something in it
        closeOnEscape={false}
        position="right"
        size={420}
        title={opened && placeOf(opened)}
        overlayProps={{ backgroundOpacity: 0.15 }}
        transitionProps={{ duration: 120 }}
        closeButtonProps={{ 'aria-label': t('ui:close') }}
        padding={0}
        classNames={{ header: classes.drawerHead }}
        // not a banner beside the page's
        attributes={{ header: { role: 'presentation' } }}
      >
        {opened && (
          <OpenPoint
            key={opened.id}
            point={opened}
            found={found}
            people={people}
            name={account.name}
            onClose={() => look({ thread: undefined })}
          />
        )}
      </Drawer>
    </Page>
  )
}

/** One point beside the list: all that was said, what can be done with it, and the way to its place. */
function OpenPoint(props: {
  point: Thread
  found: WholeProject
  people: readonly Person[]
  name: string
  onClose(): void
}) {
  const { t } = useTranslation('points')
  const { point, found, people, name, onClose } = props
  const review = useProjectReview({
    projectId: found.project.id,
    me: { ...found.me, name },
    people,
    active: point.id,
    onActive: onClose,
  })
  const navigate = useNavigate()
  const router = useRouter()
  const place = linkToAnchor(point.anchor, { thread: point.id })
  useHotkeys([['o', () => place && void navigate(place)]])
  useHotkeys(
    [['Escape', ({ defaultPrevented }) => !defaultPrevented && onClose(), { preventDefault: false }]],
    [],
    true,
  )
  const address = place
    ? router.buildLocation(place).href
    : `/projects/${point.projectId}/points?thread=${point.id}`
  return (
    <>
      <Group gap={8} px={12} pb={8}>
        {place && (
          <Button
            size="compact-sm"
            rightSection={<IconArrowUpRight size={16} stroke={1.6} aria-hidden />}
            renderRoot={(root) => <Link {...place} {...root} />}
          >
            {t('toPlace')}
          </Button>
        )}
        <CopyButton
          value={location.origin + address}
          variant="default"
          size="compact-sm"
          leftSection={<IconLink size={16} stroke={1.6} aria-hidden />}
        >
          {t('copyLink')}
        </CopyButton>
      </Group>
      <ThreadCard thread={point} review={review} />
    </>
  )
}
