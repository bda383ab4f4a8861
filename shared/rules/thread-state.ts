import type { Thread } from '../review.ts'

/**
 * Names the words for how a point stands, wherever it is told. What is settled of a proposal is told as what was done
 * with it: an editor accepted it, or its side took it back.
 */
export function stateWords({ kind, state, accepted }: Pick<Thread, 'kind' | 'state' | 'accepted'>) {
  if (state !== 'settled') return `review:state.${state}` as const
  if (accepted) return 'proposals:accepted'
  return kind === 'proposal' ? 'proposals:withdrawn' : 'review:state.settled'
}
