import { and, eq, ne, sql, type SQL, type WithSubquery } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import { leaveForOthers } from '../../shared/rules/fair-share.ts'
import type { Database, Queries } from '../db/database.ts'
import { isPresent } from '../resources/resources.ts'
import { resources } from '../resources/tables.ts'
import type { Bytes } from './comment-budget.ts'
import { comments, threads } from './tables.ts'
import { commentShownTo } from './visibility.ts'

type ThreadRow = typeof threads.$inferSelect
type CommentRow = typeof comments.$inferSelect
type NewThread = typeof threads.$inferInsert
type NewComment = typeof comments.$inferInsert

/**
 * A new thread with its first comment, as they are to be kept. The project must be locked, and `held` read since, so that
 * each number is given once.
 * @throws Refusal `too_many_threads`, `own_share_full`, `too_many_own_threads`, `too_many_drafts`
 */
export async function newThread(
  db: Queries,
  held: Numbers,
  given: Omit<NewThread, 'number'> & Pick<ThreadRow, 'resourceId'>,
  words: Pick<NewComment, 'id' | 'body' | 'content' | 'writtenAt' | 'createdAt'>,
  { threadsPerProject, threadsPerPerson: limit, draftsPerPerson }: ThreadLimits,
) {
  const number = given.draft ? null : nextNumber(held, threadsPerProject)
  // what one person begins leaves room for others
  if (held.own >= limit) throw new Refusal('too_many_own_threads', { limit })
  const { authorId, authorName, authorSide, draft = false } = given
  if (draft) await refuseMoreDrafts(db, authorId, draftsPerPerson)
  const author = { authorId, authorName, authorSide }
  return {
    thread: { ...given, assigneeId: given.assigneeId ?? null, draft, number },
    comment: {
      ...words,
      content: words.content ?? null,
      ...author,
      threadId: given.id,
      position: draft ? null : 0,
      draft,
    },
  }
}

/** Keeps them and whatever is done `with` them, in one statement. */
export async function insertThread(
  db: Queries,
  { thread, comment }: { thread: NewThread; comment: NewComment },
  others: WithSubquery[],
): Promise<{ thread: ThreadRow; comment: CommentRow }> {
  const raised = db.$with('raised').as(db.insert(threads).values(thread).returning())
  const said = db.$with('said').as(db.insert(comments).values(comment).returning())
  const [row] = await db
    .with(raised, said, ...others)
    .select()
    .from(raised)
    .crossJoin(said)
  return { thread: row!.raised, comment: row!.said }
}

export type ThreadLimits = Pick<Limits, 'threadsPerProject' | 'threadsPerPerson' | 'draftsPerPerson'>

/** @throws Refusal `too_many_drafts` for who keeps so many comments to themself already */
async function refuseMoreDrafts(db: Queries, authorId: string, limit: number): Promise<void> {
  const drafts = await db.$count(comments, and(eq(comments.authorId, authorId), eq(comments.draft, true)))
  if (drafts >= limit) throw new Refusal('too_many_drafts', { limit })
}

/** A thread that was sent before: an id that was used is not used again. */
export interface SentThread {
  projectId: string
  authorId: string
  resourceId: string | null
}

/** The thread of this id, wherever it is, as JSON: an expression of a statement. */
export const sentThread = (id: string) => sql<SentThread | null>`(
  select json_build_object('projectId', ${threads.projectId}, 'authorId', ${threads.authorId},
    'resourceId', ${threads.resourceId})
  from ${threads} where ${threads.id} = ${id})`

/** The same of a comment. */
export const sentComment = (id: string) => sql<{ threadId: string; authorId: string } | null>`(
  select json_build_object('threadId', ${comments.threadId}, 'authorId', ${comments.authorId})
  from ${comments} where ${comments.id} = ${id})`

/** Whether a thread was sent before, and what it is about, as far as that is there. */
export async function readSent(db: Database, id: string, resourceId: string | null) {
  const { rows } = await db.execute<{
    known: SentThread | null
    resource: { projectId: string; kind: string } | null
  }>(sql`select ${sentThread(id)} as known, (
    select json_build_object('projectId', ${resources.projectId}, 'kind', ${resources.kind})
    from ${resources} where ${isPresent(resourceId ?? '')}) as resource`)
  return rows[0]!
}

/** Which numbers a project has given, and how many of its threads are somebody's own. */
export interface Numbers {
  /** The highest: what others see has no gap, as a draft has none. */
  last: number
  own: number
  ownPublished: number
}

/** The numbers of a project and of somebody in it, as JSON: an expression of a statement. The project must be locked. */
export function numbersIn(projectId: string, authorId: string): SQL<Numbers> {
  const isOwn = eq(threads.authorId, authorId)
  return sql`(
    select json_build_object(
      'last', coalesce(max(${threads.number}), 0),
      'own', count(*) filter (where ${isOwn}),
      'ownPublished', count(*) filter (where ${isOwn} and not ${threads.draft}))
    from ${threads} where ${threads.projectId} = ${projectId})`
}

/** The same in a statement of its own. */
export async function readNumbers(db: Queries, ...asked: Parameters<typeof numbersIn>): Promise<Numbers> {
  const { rows } = await (db as Database).execute<{ numbers: Numbers }>(
    sql`select ${numbersIn(...asked)} as numbers`,
  )
  return rows[0]!.numbers
}

/**
 * The number that a new thread gets, or the first of `count` that get numbers together. A draft gets its own when it is
 * published. @throws Refusal `too_many_threads`, `own_share_full`
 */
export function nextNumber({ last, ownPublished: own }: Numbers, atMost: number, count = 1): number {
  const number = last + 1
  if (number + count - 1 > atMost) throw new Refusal('too_many_threads', { limit: atMost })
  leaveForOthers({ held: number - 1, own, added: count, limit: atMost })
  return number
}

/** What a thread holds as somebody sees it: somebody else's drafts are not told, not even by a refusal. */
export interface HeldComments extends Bytes {
  count: number
  ownCount: number
}

/** A thread's comments counted, `except` one, as JSON: an expression of a statement. */
export function heldIn(threadId: string, userId: string, except?: string): SQL<HeldComments> {
  const isShown = commentShownTo(userId)
  const isOwn = eq(comments.authorId, userId)
  const isCounted = and(
    eq(comments.threadId, threadId),
    except === undefined ? undefined : ne(comments.id, except),
  )
  return sql`(
    select json_build_object(
      'count', count(*) filter (where ${isShown}), 'ownCount', count(*) filter (where ${isOwn}),
      'bytes', coalesce(sum(${comments.bytes}) filter (where ${isShown}), 0),
      'ownBytes', coalesce(sum(${comments.bytes}) filter (where ${isOwn}), 0))
    from ${comments} where ${isCounted})`
}

/** The same in a statement of its own. */
export async function readHeld(db: Queries, ...asked: Parameters<typeof heldIn>): Promise<HeldComments> {
  const { rows } = await (db as Database).execute<{ held: HeldComments }>(
    sql`select ${heldIn(...asked)} as held`,
  )
  return rows[0]!.held
}

/**
 * A comment behind the others of a thread, as it is to be kept; a draft changes nothing that others see. The thread's row
 * must be locked, and `held` read since. @throws Refusal `too_many_comments`, `own_share_full`, `too_many_drafts`
 */
export async function newComment(
  db: Queries,
  thread: ThreadRow,
  held: HeldComments,
  given: Omit<NewComment, 'threadId' | 'position'> & { draft: boolean },
  { commentsPerThread: atMost, draftsPerPerson }: Pick<Limits, 'commentsPerThread' | 'draftsPerPerson'>,
) {
  if (held.count >= atMost) throw new Refusal('too_many_comments', { limit: atMost })
  leaveForOthers({ held: held.count, own: held.ownCount, added: 1, limit: atMost })
  if (given.draft) await refuseMoreDrafts(db, given.authorId, draftsPerPerson)
  const position = given.draft ? null : thread.lastPosition + 1
  return { ...given, content: given.content ?? null, threadId: thread.id, position }
}

/** Keeps it and whatever is done with it, in one statement; the thread counts it, unless it is a draft. */
export async function insertComment(
  db: Queries,
  thread: ThreadRow,
  comment: NewComment,
  others: WithSubquery[],
): Promise<CommentRow> {
  const counting = db
    .update(threads)
    .set({ changes: thread.changes + 1, lastPosition: thread.lastPosition + 1 })
    .where(eq(threads.id, thread.id))
    .returning({ id: threads.id })
  const counted = comment.draft ? [] : [db.$with('counted').as(counting)]
  const [added] = await db
    .with(...counted, ...others)
    .insert(comments)
    .values({ ...comment, ...(comment.draft && { createdAt: behindDrafts(thread.id) }) })
    .returning()
  return added!
}

/**
 * A time behind that of every draft in the thread: drafts stand in the order of their times, whatever the clock was
 * put to. The thread's row must be locked.
 */
const behindDrafts = (threadId: string): SQL<Date> => sql`(
  select greatest(clock_timestamp(), max(${comments.createdAt}) + interval '1 millisecond')
  from ${comments} where ${comments.threadId} = ${threadId} and ${comments.draft})`
