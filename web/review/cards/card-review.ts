import type { Ranks } from '../anchors/places.ts'
import type { Proposals } from '../proposals/use-proposals.ts'
import type { Sending } from '../queue/use-sending.ts'
import type { Reviewer } from '../reviewer/use-reviewer.ts'

/** What a point's card needs; it also stands where no document is open. */
export interface CardReview {
  reviewer: Reviewer
  sending: Sending
  /** In which order the points stand in the text. */
  ranks: Ranks
  /** The point that is looked at. */
  active: string | null
  activate(threadId: string | null): void
  /** Where a document is open. */
  proposals?: Proposals
}
