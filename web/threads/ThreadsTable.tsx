import { Checkbox } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconFlag } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { stateWords } from '../../shared/rules/thread-state.ts'
import { isClosed, type Thread } from '../../shared/review.ts'
import { withBreaks } from '../ui/text/broken-runs.ts'
import { KindMark } from '../ui/threads/KindMark.tsx'
import { Timestamp } from '../ui/Timestamp.tsx'
import { PersonMark } from '../ui/people/PersonMark.tsx'
import { DueDate } from '../ui/threads/ThreadFacts.tsx'
import { ThreadNumber } from '../ui/threads/ThreadNumber.tsx'
import { SeverityMark } from '../ui/threads/SeverityMark.tsx'
import { SideTag } from '../ui/people/SideTag.tsx'
import { lastAt, saidIn } from './thread-list.ts'
import type { SortKey } from './threads-search.ts'
import classes from './ThreadsTable.module.css'

export interface ThreadsTableProps {
  threads: readonly Thread[]
  /** Which point the keyboard is on. */
  atId: string | undefined
  onMove(toId: string): void
  taken: ReadonlySet<string>
  /** Takes a point into the selection or out of it; `null`: all of them. Left out when nothing may be changed. */
  onTake?: (threadId: string | null) => void
  onOpen(thread: Thread): void
  sort: SortKey
  down: boolean
  onSort(key: SortKey): void
  placeOf(thread: Thread): string
}

/** A row's height in pixels, on a desk and on a phone, as the style sheet has it. */
const rowHeight = () => (window.matchMedia('(max-width: 48em)').matches ? 92 : 52)

/** The points as rows, of which only those in view are drawn. */
export function ThreadsTable(props: ThreadsTableProps) {
  const { t } = useTranslation('points')
  const { threads, atId, taken, onTake, sort, down, onSort } = props
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: threads.length,
    getScrollElement: () => scroller.current,
    estimateSize: rowHeight,
    getItemKey: (index) => threads[index]!.id,
    overscan: 12,
  })
  useEffect(() => {
    const at = threads.findIndex(({ id }) => id === atId)
    if (at >= 0) rows.scrollToIndex(at)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- it follows the keyboard, not the list
  }, [atId])
  const head = (key: SortKey, label: string) => (
    <span
      role="columnheader"
      aria-sort={sort === key ? (down ? 'descending' : 'ascending') : 'none'}
      data-of={key}
    >
      <button type="button" aria-label={label} title={label} onClick={() => onSort(key)}>
        {key === 'severity' ? <IconFlag size={14} stroke={1.6} aria-hidden /> : label}
        {sort === key &&
          (down ? <IconArrowDown size={12} aria-hidden /> : <IconArrowUp size={12} aria-hidden />)}
      </button>
    </span>
  )
  const allTaken = threads.length > 0 && threads.every(({ id }) => taken.has(id))
  return (
    <div
      className={classes.table}
      role="grid"
      aria-label={t('title')}
      aria-rowcount={threads.length + 1}
      aria-multiselectable={Boolean(onTake)}
      data-takes={Boolean(onTake)}
    >
      <div role="row" aria-rowindex={1} className={classes.head}>
        {onTake && (
          <span role="columnheader">
            <Checkbox
              size="xs"
              aria-label={t('takeAll')}
              checked={allTaken}
              indeterminate={!allTaken && taken.size > 0}
              onChange={() => onTake(null)}
            />
          </span>
        )}
        {head('severity', t('column.severity'))}
        {head('number', t('column.point'))}
        <span role="columnheader" data-of="state">
          {t('column.state')}
        </span>
        {head('category', t('column.category'))}
        {head('assignee', t('column.assignee'))}
        {head('due', t('column.due'))}
        {head('recent', t('column.recent'))}
      </div>
      <div className={classes.scroller} ref={scroller} role="rowgroup" data-points-scroller>
        <div role="presentation" style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {rows.getVirtualItems().map(({ index, start, key }) => (
            <ThreadRow key={key} {...props} thread={threads[index]!} index={index} top={start} />
          ))}
        </div>
      </div>
    </div>
  )
}

function ThreadRow(props: ThreadsTableProps & { thread: Thread; index: number; top: number }) {
  const { t } = useTranslation(['points', 'review'])
  const { thread, index, top, atId, onMove, taken, onTake, onOpen, placeOf } = props
  const isTaken = taken.has(thread.id)
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isTaken}
      data-at={thread.id === atId}
      data-closed={isClosed(thread.state)}
      className={classes.row}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onMove(thread.id)}
    >
      {onTake && (
        <span role="gridcell" data-of="take">
          <Checkbox
            size="xs"
            aria-label={thread.draft ? t('review:draft') : t('take', { number: thread.number })}
            checked={isTaken}
            onClick={(event) => event.stopPropagation()}
            onChange={() => onTake(thread.id)}
          />
        </span>
      )}
      <span role="gridcell" data-of="severity">
        <SeverityMark severity={thread.severity} />
      </span>
      <span role="gridcell" data-of="number">
        <button type="button" className={classes.open} onClick={() => onOpen(thread)}>
          <span className={classes.title}>
            <ThreadNumber thread={thread} /> <KindMark kind={thread.kind} /> {wordsOf(thread)}
          </span>
          <span className={classes.place}>
            <SideTag side={thread.author.side} /> {thread.author.name} · {placeOf(thread)}
          </span>
        </button>
      </span>
      <span role="gridcell" data-of="state">
        <span className={classes.state} data-state={thread.state}>
          {t(stateWords(thread))}
        </span>
      </span>
      <span role="gridcell" data-of="category">
        {thread.category && t(`review:category.${thread.category}`)}
        {(thread.stage || thread.tooling) && (
          <small>
            {[thread.stage, thread.tooling && t(`review:tooling.${thread.tooling}`)]
              .filter(Boolean)
              .join(' · ')}
          </small>
        )}
      </span>
      <span role="gridcell" data-of="assignee">
        {thread.assignee && (
          <>
            <PersonMark person={thread.assignee} size={20} />
            <span>{thread.assignee.name}</span>
          </>
        )}
      </span>
      <span role="gridcell" data-of="due">
        <DueDate thread={thread} />
      </span>
      <span role="gridcell" data-of="recent">
        <Timestamp at={lastAt(thread)} />
      </span>
    </div>
  )
}

/** What a point says, in one line: its first words that still stand. */
export const wordsOf = (thread: Thread): string =>
  withBreaks(
    (saidIn(thread)[0]?.body ?? (thread.anchor.type === 'project' ? '' : thread.anchor.quote)).replace(
      /\s+/g,
      ' ',
    ),
  )
