import { inArray } from 'drizzle-orm'
import type { Context } from 'hono'
import type { Publish } from '../../shared/events.ts'
import type { PublishedReview, Thread } from '../../shared/review.ts'
import type { Database } from '../db/database.ts'
import type { LargeReplies } from '../http/large-replies.ts'
import type { Env } from '../http/route.ts'
import { listSizesOf, threadsInParts } from './large-lists.ts'
import { threads } from './tables.ts'
import { readThread, readThreadsOf } from './threads.ts'
import { createIdTeller } from './told-ids.ts'

/** Points of more bytes than this are told by their ids, and to who changed them in pieces. */
export const toldWholeBytes = 65_536

/** Tells people of points as they are after a commit. */
export interface Announcing {
  /** Everybody in the project: the points whole where they are little; else their ids, by which each browser reads them. */
  tell(projectId: string, threadIds: string[]): Promise<void>
  /** Everybody, of a review and of what it published. */
  tellReview(projectId: string, review: PublishedReview, threadIds: string[]): Promise<void>
  /** `{ thread }` as who asks sees it, null when it is there no more: charged to them where it is long. */
  reply(c: Context<Env>, threadId: string, status: 200 | 201): Promise<Response>
}

interface Needs {
  database: Database
  publish: Publish
  largeReplies: LargeReplies
}

export function createAnnouncing({ database, publish, largeReplies }: Needs): Announcing {
  const tellIds = createIdTeller(async (projectId, ids) => {
    const points = await database
      .select({ id: threads.id, resourceId: threads.resourceId })
      .from(threads)
      .where(inArray(threads.id, ids))
    publish(projectId, { type: 'points.changed', points })
  })

  return {
    async tell(projectId, threadIds) {
      const kept = await listSizesOf(database, projectId, threadIds)
      if (kept.bytes > toldWholeBytes) return tellIds(projectId, kept)
      for (const thread of await readThreadsOf(database, projectId, kept.ids.flat())) {
        publish(projectId, { type: 'thread.saved', thread })
      }
    },
    async tellReview(projectId, review, threadIds) {
      const kept = await listSizesOf(database, projectId, threadIds)
      const isLong = kept.bytes > toldWholeBytes
      const published = isLong ? [] : await readThreadsOf(database, projectId, kept.ids.flat())
      if (isLong) await tellIds(projectId, kept)
      publish(projectId, { type: 'review.saved', review, threads: published })
    },
    async reply(c, threadId, status) {
      const viewer = c.var.scope
      const { projectId } = viewer
      const kept = await listSizesOf(database, projectId, [threadId], viewer)
      if (kept.bytes <= toldWholeBytes) {
        return c.json({ thread: (await readThread(database, projectId, threadId, viewer)) ?? null }, status)
      }
      const read = async () => threadAsJson(threadsInParts(database, projectId, kept, viewer))
      return withStatus(await largeReplies.json(c, kept.bytes, read), status)
    },
  }
}

/** The same reply, as what it says came about. */
export const withStatus = ({ body, headers }: Response, status: 200 | 201): Response =>
  new Response(body, { status, headers })

/** `{"thread": …}` of one, no part longer than a comment. */
async function* threadAsJson(one: AsyncIterable<Thread>): AsyncGenerator<string, void> {
  for await (const { comments: said, ...rest } of one) {
    yield `{"thread":${JSON.stringify(rest).slice(0, -1)},"comments":[`
    for (const [at, comment] of said.entries()) yield (at > 0 ? ',' : '') + JSON.stringify(comment)
    yield ']}}'
    return
  }
  yield '{"thread":null}'
}
