import { and, eq, ne, sql } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import { leaveForOthers } from '../../shared/rules/fair-share.ts'
import type { Queries } from '../db/database.ts'
import type { Bytes } from './comment-budget.ts'
import { comments, threads } from './tables.ts'
import { commentShownTo } from './visible.ts'

type ThreadRow = typeof threads.$inferSelect
type CommentRow = typeof comments.$inferSelect

/**
 * Keeps a new thread with its first comment. The project must be locked, so that each number is given once.
 * @throws Refusal `too_many_threads`, `own_share_full`, `too_many_own_threads`, `too_many_drafts`
 */
export async function insertThread(
  db: Queries,
  thread: Omit<typeof threads.$inferInsert, 'number'>,
  comment: Pick<typeof comments.$inferInsert, 'id' | 'body' | 'content' | 'writtenAt' | 'createdAt'>,
  { threadsPerProject, threadsPerPerson: limit, draftsPerPerson }: PointLimits,
): Promise<{ thread: ThreadRow; comment: CommentRow }> {
  const held = await readNumbers(db, thread)
  const number = thread.draft ? Math.min(0, held.first) - 1 : nextNumber(held, threadsPerProject)
  // what one person begins leaves room for others
  if (held.own >= limit) throw new Refusal('too_many_own_threads', { limit })
  const { authorId, authorName, authorSide, draft } = thread
  if (draft) await refuseMoreDrafts(db, authorId, draftsPerPerson)
  const first = { ...comment, threadId: thread.id, position: 0, authorId, authorName, authorSide, draft }
  const raised = db.$with('raised').as(
    db
      .insert(threads)
      .values({ ...thread, number })
      .returning(),
  )
  const said = db.$with('said').as(db.insert(comments).values(first).returning())
  const [row] = await db.with(raised, said).select().from(raised).crossJoin(said)
  return { thread: row!.raised, comment: row!.said }
}

export type PointLimits = Pick<Limits, 'threadsPerProject' | 'threadsPerPerson' | 'draftsPerPerson'>

/** @throws Refusal `too_many_drafts` for who keeps so many comments to themself already */
async function refuseMoreDrafts(db: Queries, authorId: string, limit: number): Promise<void> {
  const drafts = await db.$count(comments, and(eq(comments.authorId, authorId), eq(comments.draft, true)))
  if (drafts >= limit) throw new Refusal('too_many_drafts', { limit })
}

/** Which numbers a project has given, and how many of its threads are somebody's own. */
interface Numbers {
  /** Below zero where there are drafts: what others see has no gap, and a draft takes nobody's place. */
  first: number
  last: number
  own: number
  ownPublished: number
}

/** The project must be locked. */
export async function readNumbers(
  db: Queries,
  { projectId, authorId }: { projectId: string; authorId: string },
): Promise<Numbers> {
  const isOwn = eq(threads.authorId, authorId)
  const [row] = await db
    .select({
      first: sql`coalesce(min(${threads.number}), 0)`.mapWith(Number),
      last: sql`coalesce(max(${threads.number}), 0)`.mapWith(Number),
      own: sql`count(*) filter (where ${isOwn})`.mapWith(Number),
      ownPublished: sql`count(*) filter (where ${isOwn} and not ${threads.draft})`.mapWith(Number),
    })
    .from(threads)
    .where(eq(threads.projectId, projectId))
  return row!
}

/**
 * The number that a new thread gets, or the first of `count` that get numbers together. A draft gets its own when it is
 * published. @throws Refusal `too_many_threads`, `own_share_full`
 */
export function nextNumber({ last, ownPublished: own }: Numbers, atMost: number, count = 1): number {
  const number = Math.max(0, last) + 1
  if (number + count - 1 > atMost) throw new Refusal('too_many_threads', { limit: atMost })
  leaveForOthers({ held: number - 1, own, added: count, limit: atMost })
  return number
}

/** What a thread holds as somebody sees it: somebody else's drafts are not told, not even by a refusal. */
export interface HeldComments extends Bytes {
  count: number
  ownCount: number
  /** The lowest position of all; below zero where there are drafts. */
  first: number
}

/** Counts a thread's comments, `except` one. */
export async function readHeld(
  db: Queries,
  threadId: string,
  userId: string,
  except?: string,
): Promise<HeldComments> {
  const isShown = commentShownTo(userId)
  const isOwn = eq(comments.authorId, userId)
  const [row] = await db
    .select({
      count: sql`count(*) filter (where ${isShown})`.mapWith(Number),
      ownCount: sql`count(*) filter (where ${isOwn})`.mapWith(Number),
      bytes: sql`coalesce(sum(${comments.bytes}) filter (where ${isShown}), 0)`.mapWith(Number),
      ownBytes: sql`coalesce(sum(${comments.bytes}) filter (where ${isOwn}), 0)`.mapWith(Number),
      first: sql`coalesce(min(${comments.position}), 0)`.mapWith(Number),
    })
    .from(comments)
    .where(and(eq(comments.threadId, threadId), except === undefined ? undefined : ne(comments.id, except)))
  return row!
}

/**
 * Adds a comment behind the others; a draft changes nothing that others see. The thread's row must be locked, and `held`
 * read since. @throws Refusal `too_many_comments`, `own_share_full`, `too_many_drafts`
 */
export async function insertComment(
  db: Queries,
  thread: ThreadRow,
  held: HeldComments,
  comment: Omit<typeof comments.$inferInsert, 'threadId' | 'position'>,
  { commentsPerThread: atMost, draftsPerPerson }: Pick<Limits, 'commentsPerThread' | 'draftsPerPerson'>,
): Promise<CommentRow> {
  if (held.count >= atMost) throw new Refusal('too_many_comments', { limit: atMost })
  leaveForOthers({ held: held.count, own: held.ownCount, added: 1, limit: atMost })
  const given = { ...comment, threadId: thread.id }
  if (comment.draft) {
    await refuseMoreDrafts(db, comment.authorId, draftsPerPerson)
    const position = Math.min(0, held.first) - 1
    const [kept] = await db
      .insert(comments)
      .values({ ...given, position })
      .returning()
    return kept!
  }
  const changes = thread.changes + 1
  const counted = db
    .$with('counted')
    .as(db.update(threads).set({ changes }).where(eq(threads.id, thread.id)).returning({ id: threads.id }))
  const [added] = await db
    .with(counted)
    .insert(comments)
    .values({ ...given, position: changes })
    .returning()
  return added!
}
