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
import { BulkBar } from '../../threads/BulkBar.tsx'
import { ResourceFinds } from '../../threads/ResourceFinds.tsx'
import { DownloadMenu } from '../../threads/DownloadMenu.tsx'
import { NoThreads } from '../../threads/NoThreads.tsx'
import { columnsOf, pointAfterStep, threadsShown, sorted } from '../../threads/thread-list.ts'
import { ThreadsBoard } from '../../threads/ThreadsBoard.tsx'
import { nothingNarrowed, ThreadsFilters } from '../../threads/ThreadsFilters.tsx'
import type { ThreadsSearch, SortKey } from '../../threads/threads-search.ts'
import { ThreadsSummary } from '../../threads/ThreadsSummary.tsx'
import { ThreadsTable } from '../../threads/ThreadsTable.tsx'
import { useLiveProject } from '../../threads/use-live-project.ts'
import { useListKeys } from '../../threads/use-list-keys.ts'
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
import { today } from '../../ui/threads/ThreadFacts.tsx'
import { linkToAnchor } from '../../ui/kinds/resource-kinds.ts'
import { Page } from '../frame/Page.tsx'
import classes from './ThreadsPage.module.css'

/** Every point of a project, as a table or as a board. */
export function ThreadsPage() {
  const { projectId } = useParams({ from: '/signed-in/projects/$projectId/points' })
  const project = useQuery(projectQuery(projectId))
  const threads = useQuery(allThreadsQuery(projectId))
  if (project.data && threads.data) return <OpenThreads found={project.data} threads={threads.data} />
  const error = project.error ?? threads.error
  const retry = () => void Promise.all([project.refetch(), threads.refetch()])
  return <Page where={[]}>{error ? <ErrorState alone error={error} onRetry={retry} /> : <Loading />}</Page>
}

const nobody: ReadonlySet<string> = new Set()
const noPeople: Person[] = []

function OpenThreads({ found, threads }: { found: WholeProject; threads: Thread[] }) {
  const { t } = useTranslation('points')
  const { project, me, documents, resources } = found
  const projectId = project.id
  const people = useQuery(peopleQuery(projectId)).data ?? noPeople
  const account = useOwnAccount()
  const search = useSearch({ from: '/signed-in/projects/$projectId/points' })
  const navigate = useNavigate({ from: '/projects/$projectId/points' })
  const look = (change: ThreadsSearch) =>
    // the page stays, and with it where its panes stand
    void navigate({ search: (now) => ({ ...now, ...change }), replace: true, resetScroll: false })
  const room = useRoom(projectRoom(projectId), account.id)
  useLiveThreads(room, projectId, null)
  useLiveProject(room, projectId)

  const day = today()
  const reader = useMemo(() => ({ userId: me.userId, side: me.side, day }), [me.userId, me.side, day])
  const { view = 'table', sort = 'number', down = false } = search
  const shown = useMemo(
    () => sorted(threadsShown(threads, search, reader), sort, down),
    [threads, search, reader, sort, down],
  )
  const titles = useMemo(() => new Map(resources.map(({ id, title }) => [id, title])), [resources])
  const placeOf = ({ anchor }: Thread) => {
    const resourceId = resourceOf(anchor)
    return resourceId === null ? t('wholeProject') : (titles.get(resourceId) ?? t('removedDocument'))
  }

  const mayChange = can(me.role, 'thread.write', me.phase)
  const [taken, setTaken] = useState(nobody)
  const takenThreads = useMemo(() => threads.filter(({ id }) => taken.has(id)), [threads, taken])
  const take = (threadId: string | null) => {
    const next = new Set(taken)
    if (threadId === null) {
      const all = shown.every(({ id }) => taken.has(id))
      for (const { id } of shown)
        if (all) next.delete(id)
        else next.add(id)
    } else if (!next.delete(threadId)) next.add(threadId)
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
  const opened = threads.find(({ id }) => id === search.thread)

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
          <ThreadsSummary threads={threads} reader={reader} search={search} onSearch={look} />
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
        <ThreadsFilters search={search} onSearch={look} people={people} resources={resources} field={field} />
        {search.q && <ResourceFinds projectId={projectId} query={search.q} />}
        {shown.length === 0 && view === 'table' ? (
          <NoThreads
            none={threads.length === 0}
            project={{ projectId, documentId: documents[0]?.id }}
            onShowAll={() => look({ ...nothingNarrowed, state: 'all' })}
          />
        ) : view === 'board' ? (
          <ThreadsBoard
            threads={shown}
            atId={atId}
            onMove={setAtId}
            taken={taken}
            onOpen={open}
            placeOf={placeOf}
          />
        ) : (
          <ThreadsTable
            threads={shown}
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
          <output>{t('shown', { count: shown.length, total: threads.length })}</output>
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
            people={takenThreads.reduce<readonly Person[]>((who, { anchor }) => whoSee(who, anchor), people)}
            hasProposal={takenThreads.some(({ kind }) => kind === 'proposal')}
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
          <OpenThread
            key={opened.id}
            thread={opened}
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
function OpenThread(props: {
  thread: Thread
  found: WholeProject
  people: readonly Person[]
  name: string
  onClose(): void
}) {
  const { t } = useTranslation('points')
  const { thread, found, people, name, onClose } = props
  const review = useProjectReview({
    projectId: found.project.id,
    me: { ...found.me, name },
    people,
    active: thread.id,
    onActive: onClose,
  })
  const navigate = useNavigate()
  const router = useRouter()
  const place = linkToAnchor(thread.anchor, { thread: thread.id })
  useHotkeys([['o', () => place && void navigate(place)]])
  useHotkeys(
    [['Escape', ({ defaultPrevented }) => !defaultPrevented && onClose(), { preventDefault: false }]],
    [],
    true,
  )
  const address = place
    ? router.buildLocation(place).href
    : `/projects/${thread.projectId}/points?thread=${thread.id}`
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
      <ThreadCard thread={thread} review={review} />
    </>
  )
}
