import { useEffect } from 'react'
import { plainTextOf, readContent, type CommentContent } from '../../../shared/comment/content.ts'
import type { Room } from '../../sync/room/room.ts'
import { isJoined } from '../../sync/room/save-state.ts'
import { useObserved } from '../../sync/room/use-room.ts'
import type { Reviewer } from '../reviewer/use-reviewer.ts'
import { newClientId } from './client-id.ts'
import type { CommentQueue } from './comment-queue.ts'
import type { Outgoing } from './outgoing.ts'
import { queueOf } from './queues.ts'

/** What somebody wrote, as it is sent: `draft` keeps it to its author until a review. */
export interface Words {
  content: CommentContent
  draft: boolean
}

/** Sends comments, and tells what is on its way. */
export interface Sending {
  outgoing: readonly Outgoing[]
  raise(said: Pick<Outgoing, 'content' | 'body' | 'draft'>, raises: NonNullable<Outgoing['raises']>): void
  reply(threadId: string, words: Words): void
  /** Tries again what the server refused. */
  retry(id: string): void
  /** Throws away what was not sent. */
  drop(id: string): void
}

/** Sending by a reviewer, from a document's page if it is one, whose room tells when the server is there. */
export function useSending(
  { projectId, me }: Reviewer,
  page: { resourceId: string; room: Room | null } | null,
): Sending {
  const queue = queueOf(me.userId, projectId)
  useWakes(queue, page?.room ?? null)
  const written = { author: me, ...(page && { resourceId: page.resourceId }) }
  return {
    outgoing: useObserved(queue.items),
    raise: (said, raises) =>
      queue.send({ ...said, ...written, id: newClientId(), threadId: newClientId(), raises }),
    reply: (threadId, { content, draft }) =>
      queue.send({ ...withPlainText(content), ...written, id: newClientId(), threadId, draft }),
    retry: queue.retry,
    drop: queue.drop,
  }
}

/** Content as it waits and is shown: with its plain text. */
export function withPlainText(content: CommentContent): { content: CommentContent; body: string } {
  const doc = readContent(content)
  return { content, body: doc ? plainTextOf(doc) : '' }
}

/** What waits is tried again as soon as the room's link tells that the server is there. */
function useWakes(queue: CommentQueue, room: Room | null): void {
  useEffect(() => {
    if (!room) return
    let wasAway = true
    return room.state.subscribe(() => {
      const isThere = isJoined(room.state.get())
      if (isThere && wasAway) queue.wake()
      wasAway = !isThere
    })
  }, [queue, room])
}
