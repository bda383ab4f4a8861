import type { ReactNode } from 'react'
import type { Anchor, Thread } from '../../shared/review.ts'
import type { AnchorSource } from './anchors/anchor-source.ts'
import type { Ranks } from './anchors/places.ts'
import { ThreadPanel } from './cards/ThreadPanel.tsx'
import { countWaiting } from './cards/waiting-threads.ts'
import { useThreadComposer } from './composer/use-composer.ts'
import type { Outgoing } from './queue/outgoing.ts'
import { useReviewBase, type ReviewOptions } from './review-base.ts'

/** What a page draws of its review. */
export interface DrawnReview {
  /** The list of points, with the one that is being written. */
  panel: ReactNode
  /** How many points wait. */
  waiting: number
  canWrite: boolean
  /** Whose places are to be marked: the points that there are, those on their way, and the one that is being written. */
  threads: readonly Thread[]
  outgoing: readonly Outgoing[]
  written: Anchor | null
  /** Begins a comment on a place of the page. False where there is none, or nothing may be written. */
  raiseOn(anchor: Anchor | null): boolean
  /** Begins a comment on what is selected. False when nothing is. */
  raise(): boolean
}

interface ResourceReviewProps extends ReviewOptions {
  /** Anchors what is selected on the page; null until there is something to select. */
  source: AnchorSource | null
  /** In which order the points stand there; null for one whose place is gone. */
  ranks: Ranks
  /** Draws the page. */
  children(review: DrawnReview): ReactNode
}

/**
 * The review of what a page of any kind shows. The page mounts it around itself and knows only its own places: how they
 * are anchored, in which order they stand, and how they are marked. A document's text has more (`use-review.ts`): marks and
 * proposals inside its editor.
 */
export function ResourceReview({ source, ranks, children, ...options }: ResourceReviewProps) {
  const { active, onActive, onShow } = options
  const base = useReviewBase(options)
  const { reviewer, list, sending, resourceId } = base
  const composer = useThreadComposer({ resourceId, reviewer, sending, source, onShow })
  const review = { ...base, composer, ranks, active, activate: onActive }
  return children({
    panel: <ThreadPanel review={review} />,
    waiting: countWaiting(review),
    canWrite: reviewer.canWrite,
    threads: list.threads,
    outgoing: sending.outgoing,
    written: composer.draft?.anchor ?? null,
    raiseOn: composer.raiseOn,
    raise: composer.raise,
  })
}
