import { isClosed, resourceOf, type Thread } from '../../../shared/review.ts'
import type { Proposals } from '../proposals/use-proposals.ts'
import type { Outgoing } from '../queue/outgoing.ts'
import type { Sending } from '../queue/use-sending.ts'
import type { ThreadList } from './use-thread-list.ts'

interface Threads {
  resourceId: string
  list: Pick<ThreadList, 'threads'>
  sending: Pick<Sending, 'outgoing'>
}

/** True for a point that waits for somebody: also an accepted proposal while the former words still stand. */
export const waits = (thread: Thread, isUnwritten: (thread: Thread) => boolean): boolean =>
  !isClosed(thread.state) || isUnwritten(thread)

/** Points on this document that were raised here and that the server does not have yet. */
export function raisedHere({ resourceId, list, sending }: Threads): Outgoing[] {
  return sending.outgoing.filter(
    ({ raises, threadId }) =>
      raises &&
      [null, resourceId].includes(resourceOf(raises.anchor)) &&
      !list.threads.some(({ id }) => id === threadId),
  )
}

/** Which accepted proposals are not in the text; where there is none, no proposal is left out of it. */
export const unwrittenOf = (proposals?: Pick<Proposals, 'isUnwritten'>): Proposals['isUnwritten'] =>
  proposals?.isUnwritten ?? never
const never = () => false

/** How many points wait, with those that were not sent yet: the one number that is shown of them. */
export function countWaiting(threads: Threads & { proposals?: Pick<Proposals, 'isUnwritten'> }): number {
  const isUnwritten = unwrittenOf(threads.proposals)
  return (
    threads.list.threads.filter((thread) => waits(thread, isUnwritten)).length + raisedHere(threads).length
  )
}
