import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { threadStates, type Thread, type ThreadState } from '../../shared/review.ts'
import { KindMark } from '../ui/KindMark.tsx'
import { PointFacts } from '../ui/PointFacts.tsx'
import { SeverityMark } from '../ui/SeverityMark.tsx'
import { SideTag } from '../ui/SideTag.tsx'
import { wordsOf } from './PointsTable.tsx'
import classes from './PointsBoard.module.css'

interface BoardProps {
  points: readonly Thread[]
  onOpen(point: Thread): void
  placeOf(point: Thread): string
}

/** The points by state, a column each. */
export function PointsBoard({ points, ...given }: BoardProps) {
  return (
    <div className={classes.board}>
      {threadStates.map((state) => (
        <Column
          key={state}
          state={state}
          points={points.filter((point) => point.state === state)}
          {...given}
        />
      ))}
    </div>
  )
}

/** A card's height with the space below it, in pixels, as the style sheet has it. */
const cardHeight = 128

function Column({ state, points, onOpen, placeOf }: BoardProps & { state: ThreadState }) {
  const { t } = useTranslation('review')
  const scroller = useRef<HTMLDivElement>(null)
  // oxlint-disable-next-line react-compiler/incompatible-library -- it draws anew on its own
  const cards = useVirtualizer({
    count: points.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => cardHeight,
    getItemKey: (index) => points[index]!.id,
    overscan: 6,
  })
  return (
    <section className={classes.column} aria-label={t(`state.${state}`)}>
      <h2>
        {t(`state.${state}`)} <output>{points.length}</output>
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
                style={{ transform: `translateY(${start}px)` }}
                onClick={() => onOpen(point)}
              >
                <span className={classes.meta}>
                  <SeverityMark severity={point.severity} />
                  <b>#{point.number}</b>
                  <SideTag side={point.author.side} />
                  <KindMark kind={point.kind} />
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
