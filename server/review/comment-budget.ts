import { and, eq, ne, sql } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import { perHour, Rates, takeOrRefuse } from '../../shared/rate.ts'
import type { Queries } from '../db/database.ts'
import { commentEdits, comments, reviews, threads } from './tables.ts'
import { commentShownTo } from './visible.ts'

/** For so long it is counted by itself what comments are added to a project (ms); then the database is asked again. */
const countedForMs = 600_000
/** Of so many projects it is known at a time. */
const mostProjects = 1_000

/** Bounds how much a person says in an hour, and the comments of a point and of a project in all. */
export interface CommentBudget {
  /**
   * Counts what somebody is about to say in a comment, be it new or in place of what it said before; part of the
   * transaction that writes it down.
   * @throws Refusal `too_many_requests` with the seconds to wait, `thread_full`, `comments_full`
   */
  book(
    db: Queries,
    where: { projectId: string; threadId: string; commentId: string },
    userId: string,
    ...said: unknown[]
  ): Promise<void>
  /**
   * The same for words that stand in no comment: the summary of a review, or the reason for which points are closed.
   * @throws Refusal `too_many_requests`, `comments_full`
   */
  bookWords(db: Queries, projectId: string, userId: string, bytes: number): Promise<void>
  /**
   * Counts a point that somebody is about to raise, published or not.
   * @throws Refusal `too_many_requests`
   */
  bookPoint(userId: string): void
}

export function createCommentBudget(limits: Limits): CommentBudget {
  const hourly = new Rates()
  const points = new Rates()
  const held = new Map<string, { bytes: number; at: number }>()

  async function heldIn(db: Queries, projectId: string): Promise<{ bytes: number; at: number }> {
    const now = performance.now()
    const known = held.get(projectId)
    if (known && now - known.at < countedForMs) return known
    const counted = { bytes: await storedBytes(db, projectId), at: now }
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

  async function addTo(db: Queries, projectId: string, bytes: number): Promise<void> {
    const { projectCommentBytes: limit } = limits
    const project = await heldIn(db, projectId)
    if (project.bytes + bytes > limit) {
      held.delete(projectId)
      throw new Refusal('comments_full', { limit: Math.floor(limit / 1_048_576) })
    }
    project.bytes += bytes
  }

  return {
    async book(db, { projectId, threadId, commentId }, userId, ...said) {
      const bytes = said.reduce((sum: number, one) => sum + Buffer.byteLength(JSON.stringify(one) ?? ''), 0)
      takeHourly(userId, bytes)
      if ((await bytesOfOthers(db, threadId, commentId, userId)) + bytes > limits.threadCommentBytes) {
        throw new Refusal('thread_full', { limit: Math.floor(limits.threadCommentBytes / 1_048_576) })
      }
      await addTo(db, projectId, bytes)
    },
    async bookWords(db, projectId, userId, bytes) {
      if (bytes === 0) return
      takeHourly(userId, bytes)
      await addTo(db, projectId, bytes)
    },
    bookPoint(userId) {
      takeOrRefuse(points.use(userId, ...perHour(limits.threadsPerHour)), performance.now())
    },
  }
}

const sumOf = (column: unknown) => sql<number>`coalesce(sum(${column}), 0)`.mapWith(Number)

/** What the other comments of a point that its author sees are as JSON: of somebody else's drafts nobody is told. */
async function bytesOfOthers(
  db: Queries,
  threadId: string,
  commentId: string,
  userId: string,
): Promise<number> {
  const [row] = await db
    .select({ bytes: sumOf(comments.bytes) })
    .from(comments)
    .where(and(eq(comments.threadId, threadId), ne(comments.id, commentId), commentShownTo(userId)))
  return row!.bytes
}

/** What the comments, former words, proposals, reviews and reasons of a project are as JSON. */
async function storedBytes(db: Queries, projectId: string): Promise<number> {
  const inProject = eq(threads.projectId, projectId)
  // one after another: one connection does one thing at a time
  const [said] = await db
    .select({ bytes: sumOf(comments.bytes) })
    .from(comments)
    .innerJoin(threads, eq(threads.id, comments.threadId))
    .where(inProject)
  const [edited] = await db
    .select({ bytes: sumOf(commentEdits.bytes) })
    .from(commentEdits)
    .innerJoin(comments, eq(comments.id, commentEdits.commentId))
    .innerJoin(threads, eq(threads.id, comments.threadId))
    .where(inProject)
  const [proposed] = await db
    .select({
      bytes: sumOf(sql`${threads.replacementBytes} + coalesce(octet_length(${threads.closedReason}), 0)`),
    })
    .from(threads)
    .where(inProject)
  const [reviewed] = await db
    .select({ bytes: sumOf(sql`octet_length(${reviews.summary})`) })
    .from(reviews)
    .where(eq(reviews.projectId, projectId))
  return said!.bytes + edited!.bytes + proposed!.bytes + reviewed!.bytes
}
