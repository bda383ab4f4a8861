import { IconCheck } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { threadStates, type Thread, type ThreadState } from '../../shared/review.ts'
import { KindMark } from '../ui/threads/KindMark.tsx'
import { PointFacts } from '../ui/threads/PointFacts.tsx'
import { PointNumber } from '../ui/threads/PointNumber.tsx'
import { SeverityMark } from '../ui/threads/SeverityMark.tsx'
import { SideTag } from '../ui/people/SideTag.tsx'
import { columnsOf } from './point-list.ts'
import { wordsOf } from './PointsTable.tsx'
import classes from './PointsBoard.module.css'

interface BoardProps {
  points: readonly Thread[]
  /** Which point the keyboard is on: its card has the focus. */
  atId: string | undefined
  onMove(toId: string): void
  taken: ReadonlySet<string>
  onOpen(point: Thread): void
  placeOf(point: Thread): string
}

/** The points by state, a column each. */
export function PointsBoard({ points, ...given }: BoardProps) {
  return (
    <div className={classes.board}>
      {columnsOf(points).map((column, index) => (
        <Column key={threadStates[index]} state={threadStates[index]!} points={column} {...given} />
      ))}
    </div>
  )
}

/** A card's height with the space below it, in pixels, as the style sheet has it. */
const cardHeight = 128

function Column({
  state,
  points,
  atId,
  onMove,
  taken,
  onOpen,
  placeOf,
}: BoardProps & { state: ThreadState }) {
  const { t } = useTranslation(['review', 'points'])
  const scroller = useRef<HTMLDivElement>(null)
  const cards = useVirtualizer({
    count: points.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => cardHeight,
    getItemKey: (index) => points[index]!.id,
    overscan: 6,
  })
  const isAwaited = useRef(false)
  useEffect(() => {
    const at = points.findIndex(({ id }) => id === atId)
    isAwaited.current = at >= 0
    if (at >= 0) cards.scrollToIndex(at)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- it follows the keyboard, not the list
  }, [atId])
  // whenever it draws: a card that was out of sight is there only after the column has moved
  useEffect(() => {
    const card = isAwaited.current && scroller.current?.querySelector<HTMLElement>('[data-at="true"]')
    if (!card) return
    isAwaited.current = false
    card.focus()
  })
  return (
    <section className={classes.column} aria-label={t(`state.${state}`)}>
      <h2>
        {t(`state.${state}`)} <output aria-live="off">{points.length}</output>
      </h2>
      <div className={classes.cards} ref={scroller} tabIndex={-1}>
        <div style={{ height: cards.getTotalSize(), position: 'relative' }}>
          {cards.getVirtualItems().map(({ index, start, key }) => {
            const point = points[index]!
            return (
              <button
                key={key}
                type="button"
                className={classes.card}
                data-side={point.author.side}
                data-at={point.id === atId}
                data-taken={taken.has(point.id)}
                style={{ transform: `translateY(${start}px)` }}
                onFocus={() => onMove(point.id)}
                onClick={() => onOpen(point)}
              >
                <span className={classes.meta}>
                  <SeverityMark severity={point.severity} />
                  <PointNumber point={point} />
                  <SideTag side={point.author.side} />
                  <KindMark kind={point.kind} />
                  {taken.has(point.id) && (
                    <IconCheck
                      size={14}
                      className={classes.taken}
                      role="img"
                      aria-label={t('points:taken')}
                    />
                  )}
                </span>
                <span className={classes.words}>{wordsOf(point)}</span>
                <span className={classes.place}>{placeOf(point)}</span>
                <PointFacts point={point} />
              </button>
            )
          })}
        </div>
      </div>
    </section>
  )
}
