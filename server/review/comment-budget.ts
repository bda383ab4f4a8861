import { and, eq, isNotNull, sql } from 'drizzle-orm'
import type { Counter } from '../../shared/rules/counter.ts'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import { perHour, takeOrRefuse } from '../../shared/rules/token-bucket.ts'
import { leaveForOthers } from '../../shared/rules/fair-share.ts'
import type { Queries } from '../db/database.ts'
import { commentEdits, comments, reviews, threads } from './tables.ts'

/** For so long it is counted by itself what comments are added to a project (ms); then the database is asked again. */
const countedForMs = 600_000
/** Of so many projects it is known at a time, which is memory and no budget. */
const mostProjects = 1_000

/** What comments are as JSON, and those of them that are somebody's own. */
export interface Bytes {
  bytes: number
  ownBytes: number
}

/** Of a point that is raised just now. */
export const nothingSaid: Bytes = { bytes: 0, ownBytes: 0 }

/** Bounds how much a person says in an hour, and the comments of a point and of a project in all. */
export interface CommentBudget {
  /**
   * Counts what somebody is about to say in a comment, be it new or in place of what it said before; part of the
   * transaction that writes it down. `beside`: what else the point holds that they see.
   * @throws Refusal `too_many_requests` with the seconds to wait, `thread_full`, `comments_full`, `own_share_full`
   */
  book(
    db: Queries,
    where: { projectId: string; beside: Bytes },
    userId: string,
    ...said: unknown[]
  ): Promise<void>
  /**
   * The same for words that stand in no comment: the summary of a review, or the reason for which points are closed.
   * @throws Refusal `too_many_requests`, `comments_full`, `own_share_full`
   */
  bookWords(db: Queries, projectId: string, userId: string, bytes: number): Promise<void>
  /**
   * Counts a point that somebody is about to raise, published or not.
   * @throws Refusal `too_many_requests`
   */
  bookThread(userId: string): void
}

export function createCommentBudget(limits: Limits, counter: Counter): CommentBudget {
  const hourly = counter.buckets('comment bytes by person')
  const raised = counter.buckets('threads by person')
  const held = new Map<string, Held & { at: number }>()

  async function heldIn(db: Queries, projectId: string): Promise<Held & { at: number }> {
    const now = performance.now()
    const known = held.get(projectId)
    if (known && now - known.at < countedForMs) return known
    const counted = { ...(await storedBytes(db, projectId)), at: now }
    held.delete(projectId)
    if (held.size >= mostProjects) held.delete(held.keys().next().value!)
    held.set(projectId, counted)
    return counted
  }

  function takeHourly(userId: string, bytes: number): void {
    const [perSecond, burst] = perHour(limits.commentBytesPerHour)
    // one act of many points waits for all that there is and no longer
    takeOrRefuse(hourly.use(userId, perSecond, burst), performance.now(), Math.min(bytes, burst))
  }

  async function addTo(db: Queries, projectId: string, userId: string, bytes: number): Promise<void> {
    const { projectCommentBytes: limit } = limits
    const project = await heldIn(db, projectId)
    const own = project.byPerson.get(userId) ?? 0
    try {
      if (project.bytes + bytes > limit)
        throw new Refusal('comments_full', { limit: Math.floor(limit / 1_048_576) })
      leaveForOthers({ held: project.bytes, own, added: bytes, limit })
    } catch (refusal) {
      // it may be less by now: the next one is told by the database
      held.delete(projectId)
      throw refusal
    }
    project.bytes += bytes
    project.byPerson.set(userId, own + bytes)
  }

  return {
    async book(db, { projectId, beside }, userId, ...said) {
      const bytes = said.reduce((sum: number, one) => sum + Buffer.byteLength(JSON.stringify(one) ?? ''), 0)
      takeHourly(userId, bytes)
      const { threadCommentBytes: limit } = limits
      if (beside.bytes + bytes > limit)
        throw new Refusal('thread_full', { limit: Math.floor(limit / 1_048_576) })
      leaveForOthers({ held: beside.bytes, own: beside.ownBytes, added: bytes, limit })
      await addTo(db, projectId, userId, bytes)
    },
    async bookWords(db, projectId, userId, bytes) {
      if (bytes === 0) return
      takeHourly(userId, bytes)
      await addTo(db, projectId, userId, bytes)
    },
    bookThread(userId) {
      takeOrRefuse(raised.use(userId, ...perHour(limits.threadsPerHour)), performance.now())
    },
  }
}

const sumOf = (column: unknown) => sql<number>`coalesce(sum(${column}), 0)`.mapWith(Number)

/** What a project holds of comments in bytes, and who said how much of it. */
interface Held {
  bytes: number
  byPerson: Map<string, number>
}

/** What the comments, former words, anchors, proposals, reviews and reasons of a project are as JSON. */
async function storedBytes(db: Queries, projectId: string): Promise<Held> {
  const inProject = eq(threads.projectId, projectId)
  // one after another: one connection does one thing at a time
  const said = await db
    .select({ userId: comments.authorId, bytes: sumOf(comments.bytes) })
    .from(comments)
    .innerJoin(threads, eq(threads.id, comments.threadId))
    .where(inProject)
    .groupBy(comments.authorId)
  const edited = await db
    .select({ userId: comments.authorId, bytes: sumOf(commentEdits.bytes) })
    .from(commentEdits)
    .innerJoin(comments, eq(comments.id, commentEdits.commentId))
    .innerJoin(threads, eq(threads.id, comments.threadId))
    .where(inProject)
    .groupBy(comments.authorId)
  const proposed = await db
    .select({
      userId: threads.authorId,
      bytes: sumOf(sql`${threads.replacementBytes} + ${threads.anchorBytes}`),
    })
    .from(threads)
    .where(inProject)
    .groupBy(threads.authorId)
  const closed = await db
    .select({ userId: threads.closedById, bytes: sumOf(sql`octet_length(${threads.closedReason})`) })
    .from(threads)
    .where(and(inProject, isNotNull(threads.closedReason)))
    .groupBy(threads.closedById)
  const reviewed = await db
    .select({ userId: reviews.authorId, bytes: sumOf(sql`octet_length(${reviews.summary})`) })
    .from(reviews)
    .where(eq(reviews.projectId, projectId))
    .groupBy(reviews.authorId)
  const held: Held = { bytes: 0, byPerson: new Map() }
  for (const { userId, bytes } of [said, edited, proposed, closed, reviewed].flat()) {
    held.bytes += bytes
    if (userId !== null) held.byPerson.set(userId, (held.byPerson.get(userId) ?? 0) + bytes)
  }
  return held
}
