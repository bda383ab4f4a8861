import { Checkbox } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconFlag } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { stateWords } from '../../shared/rules/point-state.ts'
import { isClosed, type Thread } from '../../shared/review.ts'
import { withBreaks } from '../ui/text/broken-runs.ts'
import { KindMark } from '../ui/threads/KindMark.tsx'
import { Timestamp } from '../ui/Timestamp.tsx'
import { PersonMark } from '../ui/people/PersonMark.tsx'
import { DueDate } from '../ui/threads/PointFacts.tsx'
import { PointNumber } from '../ui/threads/PointNumber.tsx'
import { SeverityMark } from '../ui/threads/SeverityMark.tsx'
import { SideTag } from '../ui/people/SideTag.tsx'
import { lastAt, saidIn } from './point-list.ts'
import type { SortKey } from './points-search.ts'
import classes from './PointsTable.module.css'

export interface PointsTableProps {
  points: readonly Thread[]
  /** Which point the keyboard is on. */
  atId: string | undefined
  onMove(toId: string): void
  taken: ReadonlySet<string>
  /** Takes a point into the selection or out of it; `null`: all of them. Left out when nothing may be changed. */
  onTake?: (pointId: string | null) => void
  onOpen(point: Thread): void
  sort: SortKey
  down: boolean
  onSort(key: SortKey): void
  placeOf(point: Thread): string
}

/** A row's height in pixels, on a desk and on a phone, as the style sheet has it. */
const rowHeight = () => (window.matchMedia('(max-width: 48em)').matches ? 92 : 52)

/** The points as rows, of which only those in view are drawn. */
export function PointsTable(props: PointsTableProps) {
  const { t } = useTranslation('points')
  const { points, atId, taken, onTake, sort, down, onSort } = props
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: points.length,
    getScrollElement: () => scroller.current,
    estimateSize: rowHeight,
    getItemKey: (index) => points[index]!.id,
    overscan: 12,
  })
  useEffect(() => {
    const at = points.findIndex(({ id }) => id === atId)
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
  const allTaken = points.length > 0 && points.every(({ id }) => taken.has(id))
  return (
    <div
      className={classes.table}
      role="grid"
      aria-label={t('title')}
      aria-rowcount={points.length + 1}
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
            <PointRow key={key} {...props} point={points[index]!} index={index} top={start} />
          ))}
        </div>
      </div>
    </div>
  )
}

function PointRow(props: PointsTableProps & { point: Thread; index: number; top: number }) {
  const { t } = useTranslation(['points', 'review'])
  const { point, index, top, atId, onMove, taken, onTake, onOpen, placeOf } = props
  const isTaken = taken.has(point.id)
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isTaken}
      data-at={point.id === atId}
      data-closed={isClosed(point.state)}
      className={classes.row}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onMove(point.id)}
    >
      {onTake && (
        <span role="gridcell" data-of="take">
          <Checkbox
            size="xs"
            aria-label={point.draft ? t('review:draft') : t('take', { number: point.number })}
            checked={isTaken}
            onClick={(event) => event.stopPropagation()}
            onChange={() => onTake(point.id)}
          />
        </span>
      )}
      <span role="gridcell" data-of="severity">
        <SeverityMark severity={point.severity} />
      </span>
      <span role="gridcell" data-of="number">
        <button type="button" className={classes.open} onClick={() => onOpen(point)}>
          <span className={classes.title}>
            <PointNumber point={point} /> <KindMark kind={point.kind} /> {wordsOf(point)}
          </span>
          <span className={classes.place}>
            <SideTag side={point.author.side} /> {point.author.name} · {placeOf(point)}
          </span>
        </button>
      </span>
      <span role="gridcell" data-of="state">
        <span className={classes.state} data-state={point.state}>
          {t(stateWords(point))}
        </span>
      </span>
      <span role="gridcell" data-of="category">
        {point.category && t(`review:category.${point.category}`)}
        {(point.stage || point.tooling) && (
          <small>
            {[point.stage, point.tooling && t(`review:tooling.${point.tooling}`)].filter(Boolean).join(' · ')}
          </small>
        )}
      </span>
      <span role="gridcell" data-of="assignee">
        {point.assignee && (
          <>
            <PersonMark person={point.assignee} size={20} />
            <span>{point.assignee.name}</span>
          </>
        )}
      </span>
      <span role="gridcell" data-of="due">
        <DueDate point={point} />
      </span>
      <span role="gridcell" data-of="recent">
        <Timestamp at={lastAt(point)} />
      </span>
    </div>
  )
}

/** What a point says, in one line: its first words that still stand. */
export const wordsOf = (point: Thread): string =>
  withBreaks(
    (saidIn(point)[0]?.body ?? (point.anchor.type === 'project' ? '' : point.anchor.quote)).replace(
      /\s+/g,
      ' ',
    ),
  )
