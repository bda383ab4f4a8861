import type { Person, Membership } from '../../shared/projects.ts'
import type { Room } from '../sync/room/room.ts'
import { useThreadList, type ThreadList } from './cards/use-thread-list.ts'
import { useSending, type Sending } from './queue/use-sending.ts'
import { useReviewer, type Reviewer } from './reviewer/use-reviewer.ts'

/** What a page of any kind of resource says of itself to have it reviewed. */
export interface ReviewOptions {
  projectId: string
  resourceId: string
  me: Membership & { name: string }
  /** Who can be named and be a point's assignee. */
  people: readonly Person[]
  room: Room | null
  /** The thread that is looked at, as the address says. */
  active: string | null
  onActive(threadId: string | null): void
  /** Brings the points into view, when a comment is begun or a mark is pressed. */
  onShow(): void
}

/** What of a review no kind of resource makes different: who reviews, which points there are, and what is unsent. */
export interface ReviewBase {
  resourceId: string
  reviewer: Reviewer
  list: ThreadList
  sending: Sending
}

/** The review of whatever is open, without its places. */
export function useReviewBase({ projectId, resourceId, me, people, room }: ReviewOptions): ReviewBase {
  const reviewer = useReviewer(projectId, me, people)
  const list = useThreadList(projectId, resourceId, room)
  const sending = useSending(reviewer, { resourceId, room })
  return { resourceId, reviewer, list, sending }
}
