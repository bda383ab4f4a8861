import { and, asc, eq, inArray, isNull, or, sql, type SQL } from 'drizzle-orm'
import type { Thread } from '../../shared/review.ts'
import type { Queries } from '../db/database.ts'
import { withoutClosedThreads } from './closed-threads.ts'
import { commentEdits, comments, threads } from './tables.ts'
import { readAll, readThreadsOf } from './threads.ts'
import { commentShownTo, threadOrder, threadShownTo, type Viewer } from './visibility.ts'

/** About so many bytes are read from the database at a time, and held until they are sent: to make points of them takes 10 ms. */
const partBytes = 262_144
/** What a point or a comment is as JSON beside its words (bytes). */
const besideWords = 600

/** Things in their order, in parts that are read one at a time, and about what all of them are as JSON (bytes). */
export interface Parts {
  ids: string[][]
  bytes: number
}

/** Things of so many bytes each, in parts to be read at a time. */
export function inParts(all: readonly { id: string; bytes: number }[]): Parts {
  const ids: string[][] = []
  let [sum, part] = [0, Infinity]
  for (const { id, bytes } of all) {
    if (part + bytes > partBytes) {
      ids.push([])
      part = 0
    }
    ids.at(-1)!.push(id)
    part += bytes
    sum += bytes
  }
  return { ids, bytes: sum }
}

/**
 * The points of a project, or those of one of its documents and of the project as a whole, by number, in parts, as far
 * as `viewer` sees them; without one, all that is published.
 */
export const listThreadSizes = (
  db: Queries,
  projectId: string,
  resourceId?: string,
  viewer?: Viewer,
): Promise<Parts> => {
  const about = resourceId && or(eq(threads.resourceId, resourceId), isNull(threads.resourceId))
  return sizesOf(db, and(eq(threads.projectId, projectId), about || undefined), viewer)
}

/** About what all that is published of a project's points is as JSON (bytes): an expression of a statement. */
export const publishedBytes = (db: Queries, projectId: string): SQL<string> => {
  const sizes = sizesIn(db, eq(threads.projectId, projectId)).as('sizes')
  return sql`(${db.select({ bytes: sql`coalesce(sum(${sizes.bytes}), 0)` }).from(sizes)})`
}

/** These points of a project, by number, in parts, as far as `viewer` sees them; without one, what is published. */
export const listSizesOf = (
  db: Queries,
  projectId: string,
  threadIds: string[],
  viewer?: Viewer,
): Promise<Parts> =>
  sizesOf(db, and(eq(threads.projectId, projectId), inArray(threads.id, threadIds)), viewer)

const sizesOf = async (db: Queries, which: SQL | undefined, viewer?: Viewer): Promise<Parts> =>
  inParts(await sizesIn(db, which, viewer).orderBy(...threadOrder))

const sizesIn = (db: Queries, which: SQL | undefined, viewer?: Viewer) =>
  db
    .select({ id: threads.id, bytes: sizeOf.as('bytes') })
    .from(threads)
    .innerJoin(comments, eq(comments.threadId, threads.id))
    .where(and(which, threadShownTo(viewer?.userId), commentShownTo(viewer?.userId)))
    .groupBy(threads.id)

/** What a point with those of its comments that are selected is as JSON, about. */
const sizeOf = sql<number>`coalesce(sum(${comments.bytes}), 0) + ${threads.replacementBytes}
  + ${threads.anchorBytes} + coalesce(octet_length(${threads.closedReason}), 0)
  + (count(*) + 1) * ${sql.raw(String(besideWords))}`.mapWith(Number)

/** The same of a point that was begun just now. */
export const raisedBytes = (thread: typeof threads.$inferSelect, comment: typeof comments.$inferSelect) =>
  comment.bytes + thread.replacementBytes + thread.anchorBytes + 2 * besideWords

/**
 * These points of a project by number, as the viewer's drafts are among them and nobody else's; null when they are more
 * than `most` bytes, and when none of them is there. Size and points are of one look.
 */
export async function readIfShort(
  db: Queries,
  projectId: string,
  threadIds: string[],
  viewerId: string,
  most: number,
): Promise<Thread[] | null> {
  const size = db
    .select({ bytes: sizeOf.as('bytes') })
    .from(threads)
    .innerJoin(comments, eq(comments.threadId, threads.id))
    .where(and(inArray(threads.id, threadIds), threadShownTo(viewerId), commentShownTo(viewerId)))
    .groupBy(threads.id)
    .as('size')
  const total = db.select({ bytes: sql`sum(${size.bytes})` }).from(size)
  const found = await readAll(
    db,
    and(eq(threads.projectId, projectId), inArray(threads.id, threadIds), sql`(${total}) <= ${most}`),
    viewerId,
  )
  return found.length > 0 ? found : null
}

/** Reads points as far as somebody sees them, a part when the one before is taken; each point is of one moment. */
export async function* threadsInParts(
  db: Queries,
  projectId: string,
  { ids }: Parts,
  viewer?: Viewer,
): AsyncGenerator<Thread, void> {
  for (const part of ids) yield* await readThreadsOf(db, projectId, part, viewer)
}

/** `{"threads": […]}`, no part longer than a comment; `beside` is what stands before them, such as `"review":…,`. */
export async function* threadsAsJson(all: AsyncIterable<Thread>, beside = ''): AsyncGenerator<string, void> {
  yield `{${beside}"threads":[`
  let isFirst = true
  for await (const { comments: said, ...rest } of all) {
    yield `${isFirst ? '' : ','}${JSON.stringify(rest).slice(0, -1)},"comments":[`
    for (const [at, comment] of said.entries()) yield (at > 0 ? ',' : '') + JSON.stringify(comment)
    yield ']}'
    isFirst = false
  }
  yield ']}'
}

/** What a comment said before, the oldest first, in parts. */
export async function listEdits(db: Queries, commentId: string): Promise<Parts> {
  const rows = await db
    .select({ id: commentEdits.id, bytes: commentEdits.bytes })
    .from(commentEdits)
    .where(eq(commentEdits.commentId, commentId))
    .orderBy(asc(commentEdits.at), asc(commentEdits.id))
  return inParts(rows.map(({ id, bytes }) => ({ id, bytes: bytes + besideWords })))
}

/** `{"edits": […]}`, as far as somebody sees them, no part longer than an edit. */
export async function* editsAsJson(
  db: Queries,
  { ids }: Parts,
  viewer: Viewer,
): AsyncGenerator<string, void> {
  yield '{"edits":['
  let isFirst = true
  for (const part of ids) {
    const rows = await db
      .select()
      .from(commentEdits)
      .where(inArray(commentEdits.id, part))
      .orderBy(asc(commentEdits.at), asc(commentEdits.id))
    for (const { id, body, content, at } of await withoutClosedThreads(db, rows, viewer)) {
      yield (isFirst ? '' : ',') + JSON.stringify({ id, body, content, at: at.toISOString() })
      isFirst = false
    }
  }
  yield ']}'
}
