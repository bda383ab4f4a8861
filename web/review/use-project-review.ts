import { useMemo } from 'react'
import { can } from '../../shared/permissions.ts'
import type { Person, Standing } from '../../shared/projects.ts'
import type { Author } from '../../shared/review.ts'
import { rightsIn } from '../../shared/thread-rules.ts'
import { useObserved } from '../sync/use-room.ts'
import { begunWords } from './drafts/begun.ts'
import { newClientId } from './queue/client-id.ts'
import { queueOf } from './queue/queues.ts'
import { outgoingOf, whoSee, type CardReview } from './use-review.ts'

const nowhere = new Map()

/** What a point's card needs where no document is open: the point stands by itself, without its place in a text. */
export function useProjectReview(given: {
  projectId: string
  me: Standing & { name: string }
  people: readonly Person[]
  active: string | null
  onActive(threadId: string | null): void
}): CardReview {
  const { projectId, me, people, active, onActive } = given
  const queue = queueOf(me.userId, projectId)
  const outgoing = useObserved(queue.items)
  const begun = useMemo(() => begunWords(me.userId, projectId), [me.userId, projectId])
  const author: Author = { userId: me.userId, name: me.name, side: me.side }
  return {
    projectId,
    me: author,
    canWrite: can(me.role, 'thread.write', me.phase),
    rights: (thread) => rightsIn(thread, me),
    peopleOn: (anchor) => whoSee(people, anchor),
    ranks: nowhere,
    outgoing,
    queue,
    active,
    activate: onActive,
    reply: (threadId, { content, draft }) =>
      queue.send({ ...outgoingOf(content), id: newClientId(), threadId, author, draft }),
    begun,
  }
}
