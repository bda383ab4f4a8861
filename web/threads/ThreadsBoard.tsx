import { IconCheck } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { threadStates, type Thread, type ThreadState } from '../../shared/review.ts'
import { KindMark } from '../ui/threads/KindMark.tsx'
import { ThreadFacts } from '../ui/threads/ThreadFacts.tsx'
import { ThreadNumber } from '../ui/threads/ThreadNumber.tsx'
import { SeverityMark } from '../ui/threads/SeverityMark.tsx'
import { SideTag } from '../ui/people/SideTag.tsx'
import { columnsOf } from './thread-list.ts'
import { wordsOf } from './ThreadsTable.tsx'
import classes from './ThreadsBoard.module.css'

interface BoardProps {
  threads: readonly Thread[]
  /** Which point the keyboard is on: its card has the focus. */
  atId: string | undefined
  onMove(toId: string): void
  taken: ReadonlySet<string>
  onOpen(thread: Thread): void
  placeOf(thread: Thread): string
}

/** The points by state, a column each. */
export function ThreadsBoard({ threads, ...given }: BoardProps) {
  return (
    <div className={classes.board}>
      {columnsOf(threads).map((column, index) => (
        <Column key={threadStates[index]} state={threadStates[index]!} threads={column} {...given} />
      ))}
    </div>
  )
}

/** A card's height with the space below it, in pixels, as the style sheet has it. */
const cardHeight = 128

function Column({
  state,
  threads,
  atId,
  onMove,
  taken,
  onOpen,
  placeOf,
}: BoardProps & { state: ThreadState }) {
  const { t } = useTranslation(['review', 'points'])
  const scroller = useRef<HTMLDivElement>(null)
  const cards = useVirtualizer({
    count: threads.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => cardHeight,
    getItemKey: (index) => threads[index]!.id,
    overscan: 6,
  })
  const isAwaited = useRef(false)
  useEffect(() => {
    const at = threads.findIndex(({ id }) => id === atId)
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
        {t(`state.${state}`)} <output aria-live="off">{threads.length}</output>
      </h2>
      <div className={classes.cards} ref={scroller} tabIndex={-1}>
        <div style={{ height: cards.getTotalSize(), position: 'relative' }}>
          {cards.getVirtualItems().map(({ index, start, key }) => {
            const thread = threads[index]!
            return (
              <button
                key={key}
                type="button"
                className={classes.card}
                data-side={thread.author.side}
                data-at={thread.id === atId}
                data-taken={taken.has(thread.id)}
                style={{ transform: `translateY(${start}px)` }}
                onFocus={() => onMove(thread.id)}
                onClick={() => onOpen(thread)}
              >
                <span className={classes.meta}>
                  <SeverityMark severity={thread.severity} />
                  <ThreadNumber thread={thread} />
                  <SideTag side={thread.author.side} />
                  <KindMark kind={thread.kind} />
                  {taken.has(thread.id) && (
                    <IconCheck
                      size={14}
                      className={classes.taken}
                      role="img"
                      aria-label={t('points:taken')}
                    />
                  )}
                </span>
                <span className={classes.words}>{wordsOf(thread)}</span>
                <span className={classes.place}>{placeOf(thread)}</span>
                <ThreadFacts thread={thread} />
              </button>
            )
          })}
        </div>
      </div>
    </section>
  )
}
