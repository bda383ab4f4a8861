import { and, asc, eq, inArray, max, type SQL } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import type { Side } from '../../shared/permissions.ts'
import type { Author, Comment, Thread } from '../../shared/review.ts'
import type { Queries } from '../db/database.ts'
import { users } from '../accounts/tables.ts'
import { members, projects } from '../projects/tables.ts'
import { comments, threads } from './tables.ts'

type ThreadRow = typeof threads.$inferSelect
type CommentRow = typeof comments.$inferSelect

/** Every thread of a project, or of one of its documents, by number, each with its comments in order. */
export async function listThreads(db: Queries, projectId: string, documentId?: string): Promise<Thread[]> {
  const inProject = eq(threads.projectId, projectId)
  return readThreads(db, documentId ? and(inProject, eq(threads.documentId, documentId)) : inProject)
}

/** One thread as it stands; undefined when the project has none with this id. */
export async function readThread(db: Queries, projectId: string, threadId: string) {
  const [thread] = await readThreads(db, and(eq(threads.projectId, projectId), eq(threads.id, threadId)))
  return thread
}

/** These threads of a project as they stand, by number. */
export const readThreadsOf = (db: Queries, projectId: string, threadIds: string[]): Promise<Thread[]> =>
  readThreads(db, and(eq(threads.projectId, projectId), inArray(threads.id, threadIds)))

async function readThreads(db: Queries, which: SQL | undefined): Promise<Thread[]> {
  // one statement, so that a thread's count of changes and its comments are of the same moment
  const rows = await db
    .select({
      thread: threads,
      comment: comments,
      assignee: { userId: members.userId, name: users.name, side: members.side },
    })
    .from(threads)
    .innerJoin(comments, eq(comments.threadId, threads.id))
    // who has left the project is nobody's assignee any more
    .leftJoin(members, and(eq(members.projectId, threads.projectId), eq(members.userId, threads.assigneeId)))
    .leftJoin(users, eq(users.id, members.userId))
    .where(which)
    .orderBy(asc(threads.number), asc(comments.position))
  const byId = new Map<string, Thread>()
  for (const { thread, comment, assignee } of rows) {
    if (!byId.has(thread.id)) byId.set(thread.id, threadOf(thread, assignee))
    byId.get(thread.id)!.comments.push(commentOf(comment))
  }
  return [...byId.values()]
}

/** Holds the numbering of a project's threads until the transaction ends, so that each number is given once. */
export async function lockNumbers(db: Queries, projectId: string): Promise<void> {
  await db.select({ id: projects.id }).from(projects).where(eq(projects.id, projectId)).for('no key update')
}

/** Keeps a new thread with its first comment. The numbers must be locked. @throws Refusal `too_many_threads` */
export async function insertThread(
  db: Queries,
  thread: Omit<typeof threads.$inferInsert, 'number'>,
  comment: Pick<typeof comments.$inferInsert, 'id' | 'body' | 'createdAt'>,
  atMost: number,
): Promise<void> {
  const [last] = await db
    .select({ number: max(threads.number) })
    .from(threads)
    .where(eq(threads.projectId, thread.projectId))
  const number = (last?.number ?? 0) + 1
  if (number > atMost) throw new Refusal('too_many_threads', { limit: atMost })
  await db.insert(threads).values({ ...thread, number })
  const { authorId, authorName, authorSide } = thread
  await db
    .insert(comments)
    .values({ ...comment, threadId: thread.id, position: 0, authorId, authorName, authorSide })
}

/** Adds a comment behind the others. The thread's row must be locked. */
export async function insertComment(
  db: Queries,
  thread: ThreadRow,
  comment: Omit<typeof comments.$inferInsert, 'threadId' | 'position'>,
): Promise<void> {
  const changes = thread.changes + 1
  await db.update(threads).set({ changes }).where(eq(threads.id, thread.id))
  await db.insert(comments).values({ ...comment, threadId: thread.id, position: changes })
}

/** The thread's row, held until the transaction ends: who replies and who settles go one after the other. */
export async function lockThread(db: Queries, projectId: string, threadId: string): Promise<ThreadRow> {
  const [row] = await db
    .select()
    .from(threads)
    .where(and(eq(threads.projectId, projectId), eq(threads.id, threadId)))
    .for('no key update')
  if (!row) throw new Refusal('not_found')
  return row
}

/** Who wrote the thread or the comment with this id, wherever it is: an id that was used is not used again. */
export async function findThread(db: Queries, threadId: string) {
  const [row] = await db.select().from(threads).where(eq(threads.id, threadId))
  return row
}
export async function findComment(db: Queries, commentId: string) {
  const [row] = await db.select().from(comments).where(eq(comments.id, commentId))
  return row
}

const threadOf = (
  row: ThreadRow,
  assignee: { userId: string | null; name: string | null; side: Side | null } | null,
): Thread => ({
  id: row.id,
  projectId: row.projectId,
  number: row.number,
  anchor: row.anchor,
  kind: row.kind,
  severity: row.severity,
  category: row.category,
  assignee:
    assignee?.userId && assignee.name && assignee.side
      ? { userId: assignee.userId, name: assignee.name, side: assignee.side }
      : null,
  dueOn: row.dueOn,
  draft: row.draft,
  replacement: row.replacement,
  state: row.state,
  changes: row.changes,
  author: authorOf(row),
  createdAt: row.createdAt.toISOString(),
  closedBy:
    row.closedById && row.closedByName && row.closedBySide
      ? { userId: row.closedById, name: row.closedByName, side: row.closedBySide }
      : null,
  closedAt: row.closedAt?.toISOString() ?? null,
  closedReason: row.closedReason,
  comments: [],
})

const commentOf = (row: CommentRow): Comment => ({
  id: row.id,
  author: authorOf(row),
  body: row.body,
  content: row.content,
  draft: row.draft,
  createdAt: row.createdAt.toISOString(),
  writtenAt: row.writtenAt?.toISOString() ?? null,
  editedAt: row.editedAt?.toISOString() ?? null,
  withdrawnAt: row.withdrawnAt?.toISOString() ?? null,
})

const authorOf = (row: ThreadRow | CommentRow): Author => ({
  userId: row.authorId,
  name: row.authorName,
  side: row.authorSide,
})
