import { eq, sql } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import { Rates } from '../../shared/rate.ts'
import type { Queries } from '../db/database.ts'
import { commentEdits, comments, threads } from './tables.ts'

/** For so long it is counted by itself what comments are added to a project (ms); then the database is asked again. */
const countedForMs = 600_000

/** Bounds how much a person says in an hour, and a project's comments in all. */
export interface CommentBudget {
  /**
   * Counts what somebody is about to say, part of the transaction that writes it down.
   * @throws Refusal `too_many_requests` with the seconds to wait, `comments_full`
   */
  book(db: Queries, projectId: string, userId: string, ...said: unknown[]): Promise<void>
}

export function createCommentBudget(limits: Limits): CommentBudget {
  const hourly = new Rates()
  const held = new Map<string, { bytes: number; at: number }>()

  async function heldIn(db: Queries, projectId: string): Promise<{ bytes: number; at: number }> {
    const now = performance.now()
    const known = held.get(projectId)
    if (known && now - known.at < countedForMs) return known
    const counted = { bytes: await storedBytes(db, projectId), at: now }
    held.set(projectId, counted)
    return counted
  }

  return {
    async book(db, projectId, userId, ...said) {
      const bytes = said.reduce((sum: number, one) => sum + Buffer.byteLength(JSON.stringify(one) ?? ''), 0)
      const { commentBytesPerHour: perHour, projectCommentBytes: limit } = limits
      const now = performance.now()
      const rate = hourly.use(userId, perHour / 3_600, perHour)
      if (!rate.take(now, bytes)) {
        throw new Refusal('too_many_requests', { seconds: Math.ceil(rate.waitMs(now, bytes) / 1_000) })
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

/** What the comments, former words and proposals of a project take in the database, packed as they are there. */
async function storedBytes(db: Queries, projectId: string): Promise<number> {
  const size = (column: unknown) => sql`coalesce(pg_column_size(${column}), 0)`
  const [row] = await db
    .select({
      bytes: sql<string>`coalesce(sum(
        ${size(comments.body)} + ${size(comments.content)} + (
          select coalesce(sum(${size(commentEdits.body)} + ${size(commentEdits.content)}), 0)
          from ${commentEdits} where ${commentEdits.commentId} = ${comments.id}
        ) + case when ${comments.position} = 0 then ${size(threads.replacement)} else 0 end
      ), 0)`,
    })
    .from(comments)
    .innerJoin(threads, eq(threads.id, comments.threadId))
    .where(eq(threads.projectId, projectId))
  return Number(row!.bytes)
}
