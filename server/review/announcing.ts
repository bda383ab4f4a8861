import { inArray } from 'drizzle-orm'
import type { Context } from 'hono'
import type { Publish } from '../../shared/wire/events.ts'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import type { Thread } from '../../shared/review.ts'
import { Rates } from '../../shared/rules/token-bucket.ts'
import type { Database } from '../db/database.ts'
import type { LargeReplies } from '../http/limits/large-replies.ts'
import type { Env, Scope } from '../http/route.ts'
import { listSizesOf, readIfShort, threadsAsJson, threadsInParts } from './large-lists.ts'
import { readReview } from './published.ts'
import { threads } from './tables.ts'
import { asSeenBy, readThreadsOf } from './threads.ts'
import { announceChangedIds } from './changed-ids.ts'

/** Tells people of points as they are after a commit. */
export interface Announcing {
  /**
   * Everybody in the project, of what `by` changed: the points whole where they are little; else their ids, by which each
   * browser reads them.
   */
  tell(by: Scope, threadIds: string[]): Promise<void>
  /** Everybody, of a review and of what it published; who asks is answered with both, as they see them. */
  tellReview(c: Context<Env>, reviewId: string): Promise<Response>
  /**
   * `{ thread }` as who asks sees it, null when it is there no more: charged to them where it is long. From the same look
   * everybody is told of it, unless what was done is a draft. `known`: how the thread is, where it need not be read.
   */
  reply(
    c: Context<Env>,
    threadId: string,
    status: 200 | 201,
    isDraft?: boolean,
    known?: Thread | null,
  ): Promise<never>
}

interface Needs {
  database: Database
  publish: Publish
  largeReplies: LargeReplies
  limits: Limits
}

export function createAnnouncing({ database, publish, largeReplies, limits }: Needs): Announcing {
  const { wholeEventBytes, eventBytesAtOnce, eventBytesPerSecond } = limits
  const tellIds = announceChangedIds(async (projectId, ids) => {
    const changed = await database
      .select({ id: threads.id, resourceId: threads.resourceId })
      .from(threads)
      .where(inArray(threads.id, ids))
    publish(projectId, { type: 'threads.changed', threads: changed })
  }, limits)
  const readShort = async ({ projectId, userId }: Scope, threadIds: string[]) =>
    threadIds.length === 0 ? [] : readIfShort(database, projectId, threadIds, userId, wholeEventBytes)

  const told = new Rates()
  const mayTellWhole = ({ projectId, userId }: Scope, bytes: number): boolean =>
    told.use(`${projectId} ${userId}`, eventBytesPerSecond, eventBytesAtOnce).take(performance.now(), bytes)

  async function tell(by: Scope, threadIds: string[]): Promise<void> {
    const { projectId } = by
    const kept = await listSizesOf(database, projectId, threadIds)
    if (kept.bytes > wholeEventBytes || !mayTellWhole(by, kept.bytes)) return tellIds(projectId, kept)
    for (const thread of await readThreadsOf(database, projectId, kept.ids.flat())) {
      publish(projectId, { type: 'thread.saved', thread })
    }
  }

  async function replyLong(c: Context<Env>, threadId: string, status: 200 | 201): Promise<Response> {
    const viewer = c.var.scope
    const { projectId } = viewer
    const kept = await listSizesOf(database, projectId, [threadId], viewer)
    const read = async () => threadAsJson(threadsInParts(database, projectId, kept, viewer))
    return withStatus(await largeReplies.json(c, kept.bytes, read), status)
  }

  return {
    tell,
    async tellReview(c, reviewId) {
      const { scope } = c.var
      const { projectId } = scope
      const { review, threadIds } = (await readReview(database, reviewId))!
      const short = await readShort(scope, threadIds)
      const all = published(short ?? [])
      const isWhole = short !== null && mayTellWhole(scope, bytesOf(all))
      if (!isWhole) await tellIds(projectId, await listSizesOf(database, projectId, threadIds))
      publish(projectId, { type: 'review.saved', review, threads: isWhole ? all : [] })
      // sent again, it is told as far as its author sees it now
      const seen = scope.resources === null ? review : (await readReview(database, reviewId, scope))?.review
      if (!seen) throw new Refusal('not_found')
      if (short) return c.json({ review: seen, threads: await asSeenBy(database, short, scope) }, 201)
      const kept = await listSizesOf(database, projectId, threadIds, scope)
      const beside = `"review":${JSON.stringify(seen)},`
      const read = async () => threadsAsJson(threadsInParts(database, projectId, kept, scope), beside)
      return withStatus(await largeReplies.json(c, kept.bytes + beside.length, read), 201)
    },
    async reply(c, threadId, status, isDraft = false, known = null) {
      const { scope } = c.var
      const short = known ? [known] : await readShort(scope, [threadId])
      const all = short && published(short)
      if (!isDraft && all && mayTellWhole(scope, bytesOf(all))) {
        for (const thread of all) publish(scope.projectId, { type: 'thread.saved', thread })
      } else if (!isDraft) await tell(scope, [threadId])
      // it is what a route says, in pieces where it is long
      if (!short) return (await replyLong(c, threadId, status)) as never
      const [thread = null] = await asSeenBy(database, short, scope)
      return c.json({ thread }, status) as never
    },
  }
}

/** What all may hear of threads that were read with somebody's drafts. */
const published = (all: Thread[]): Thread[] =>
  all.flatMap((thread) => {
    const said = thread.comments.filter(({ draft }) => !draft)
    return thread.draft || said.length === 0 ? [] : [{ ...thread, comments: said }]
  })

const bytesOf = (all: Thread[]): number => (all.length === 0 ? 0 : JSON.stringify(all).length)

/** The same reply, as what it says came about. */
const withStatus = ({ body, headers }: Response, status: 200 | 201): Response =>
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
