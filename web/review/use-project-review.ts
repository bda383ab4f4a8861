import type { Person, Membership } from '../../shared/projects.ts'
import type { CardReview } from './cards/card-review.ts'
import { useSending } from './queue/use-sending.ts'
import { useReviewer } from './reviewer/use-reviewer.ts'

const nowhere = new Map()

/** What a point's card needs where no document is open: the point stands by itself, without its place in a text. */
export function useProjectReview(given: {
  projectId: string
  me: Membership & { name: string }
  people: readonly Person[]
  active: string | null
  onActive(threadId: string | null): void
}): CardReview {
  const { projectId, me, people, active, onActive } = given
  const reviewer = useReviewer(projectId, me, people)
  const sending = useSending(reviewer, null)
  return { reviewer, sending, ranks: nowhere, active, activate: onActive }
}
