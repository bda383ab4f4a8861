import { and, eq, ne, sql } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import { perHour, Rates, takeOrRefuse } from '../../shared/rate.ts'
import type { Queries } from '../db/database.ts'
import { commentEdits, comments, threads } from './tables.ts'

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
}

export function createCommentBudget(limits: Limits): CommentBudget {
  const hourly = new Rates()
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

  return {
    async book(db, { projectId, threadId, commentId }, userId, ...said) {
      const bytes = said.reduce((sum: number, one) => sum + Buffer.byteLength(JSON.stringify(one) ?? ''), 0)
      const { commentBytesPerHour, projectCommentBytes: limit } = limits
      takeOrRefuse(hourly.use(userId, ...perHour(commentBytesPerHour)), performance.now(), bytes)
      if ((await bytesOfOthers(db, threadId, commentId)) + bytes > limits.threadCommentBytes) {
        throw new Refusal('thread_full', { limit: Math.floor(limits.threadCommentBytes / 1_048_576) })
      }
      const project = await heldIn(db, projectId)
      if (project.bytes + bytes > limit) {
        held.delete(projectId)
        throw new Refusal('comments_full', { limit: Math.floor(limit / 1_048_576) })
      }
      project.bytes += bytes
    },
  }
}

const sumOf = (column: unknown) => sql<number>`coalesce(sum(${column}), 0)`.mapWith(Number)

/** What the other comments of a point are as JSON. */
async function bytesOfOthers(db: Queries, threadId: string, commentId: string): Promise<number> {
  const [row] = await db
    .select({ bytes: sumOf(comments.bytes) })
    .from(comments)
    .where(and(eq(comments.threadId, threadId), ne(comments.id, commentId)))
  return row!.bytes
}

/** What the comments, former words and proposals of a project are as JSON. */
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
    .select({ bytes: sumOf(threads.replacementBytes) })
    .from(threads)
    .where(inProject)
  return said!.bytes + edited!.bytes + proposed!.bytes
}
