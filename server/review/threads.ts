import { and, eq, getTableColumns, inArray, sql, type SQL } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import { sees, type Side } from '../../shared/permissions.ts'
import type { Person } from '../../shared/projects.ts'
import { resourceOf, type Author, type Comment, type Thread } from '../../shared/review.ts'
import type { Queries } from '../db/database.ts'
import { users } from '../accounts/tables.ts'
import { listGuests } from '../guests/people.ts'
import { members } from '../projects/tables.ts'
import { comments, threads } from './tables.ts'
import { withoutClosedThreads } from './closed-threads.ts'
import { commentShownTo, draftOrder, inOrder, threadShownTo, type Viewer } from './visibility.ts'

type ThreadRow = typeof threads.$inferSelect
type CommentRow = typeof comments.$inferSelect

/** Every published thread of a project by number, each with its comments in order. */
export const listThreads = (db: Queries, projectId: string): Promise<Thread[]> =>
  readThreads(db, eq(threads.projectId, projectId))

/** These threads of a project as they stand, by number. */
export const readThreadsOf = (
  db: Queries,
  projectId: string,
  threadIds: string[],
  viewer?: Viewer,
): Promise<Thread[]> =>
  readThreads(db, and(eq(threads.projectId, projectId), inArray(threads.id, threadIds)), viewer)

async function readThreads(db: Queries, which: SQL | undefined, viewer?: Viewer): Promise<Thread[]> {
  const found = await readAll(db, which, viewer?.userId)
  return viewer ? asSeenBy(db, found, viewer) : found
}

/**
 * Threads with their viewer's drafts, as far as the viewer sees them: a guest the threads of their documents, and in them
 * no link to any other.
 */
export async function asSeenBy(db: Queries, found: Thread[], viewer: Viewer): Promise<Thread[]> {
  if (viewer.resources === null) return found
  const open = found.filter(({ anchor }) => sees(viewer, resourceOf(anchor)))
  const said = open.flatMap(({ comments: all }) => all)
  const shown = new Map((await withoutClosedThreads(db, said, viewer)).map((one) => [one.id, one]))
  return open.map((thread) => ({
    ...thread,
    comments: thread.comments.map((one) => shown.get(one.id)!),
  }))
}

/**
 * What is long of a thread comes with its first row alone: a statement gives a thread once for each comment, 64 KB of a
 * proposal five hundred times.
 */
const isFirstRow = sql`row_number() over (partition by ${threads.id} order by ${sql.join(inOrder, sql`, `)}) = 1`
const onceAThread = {
  anchor: sql<ThreadRow['anchor']>`case when ${isFirstRow} then ${threads.anchor} end`,
  replacement: sql<ThreadRow['replacement']>`case when ${isFirstRow} then ${threads.replacement} end`,
  files: sql<ThreadRow['files']>`case when ${isFirstRow} then ${threads.files} end`,
  closedReason: sql<ThreadRow['closedReason']>`case when ${isFirstRow} then ${threads.closedReason} end`,
}

/** All of these threads, whatever is open to the viewer, with the viewer's drafts. */
export async function readAll(db: Queries, which: SQL | undefined, viewerId?: string): Promise<Thread[]> {
  // one statement, so that a thread's count of changes and its comments are of the same moment
  const rows = await db
    .select({
      thread: { ...getTableColumns(threads), ...onceAThread },
      comment: comments,
      assignee: { userId: members.userId, name: users.name, side: members.side },
    })
    .from(threads)
    .innerJoin(comments, eq(comments.threadId, threads.id))
    // who has left the project is nobody's assignee any more
    .leftJoin(members, and(eq(members.projectId, threads.projectId), eq(members.userId, threads.assigneeId)))
    .leftJoin(users, eq(users.id, members.userId))
    .where(and(which, threadShownTo(viewerId), commentShownTo(viewerId)))
    .orderBy(...inOrder)
  const guests = await guestsAssigned(db, rows)
  const byId = new Map<string, Thread>()
  for (const { thread, comment, assignee } of rows) {
    if (!byId.has(thread.id)) {
      const guest = guests.find((one) => one.userId === thread.assigneeId && sees(one, thread.resourceId))
      byId.set(thread.id, threadOf(thread, assignee?.userId ? assignee : (guest ?? null)))
    }
    byId.get(thread.id)!.comments.push(commentOf(comment))
  }
  return [...byId.values()]
}

/** Those whom points are given to and who are no members: of some that are read together it is one project. */
async function guestsAssigned(
  db: Queries,
  rows: readonly { thread: ThreadRow; assignee: { userId: string | null } | null }[],
): Promise<Person[]> {
  const others = rows.filter(({ thread, assignee }) => thread.assigneeId && !assignee?.userId)
  if (others.length === 0) return []
  const ids = new Set(others.map(({ thread }) => thread.assigneeId!))
  return listGuests(db, others[0]!.thread.projectId, [...ids])
}

/**
 * The thread's row, held until the transaction ends: who replies and who settles go one after the other. Somebody
 * else's draft does not exist for `viewerId`. @throws Refusal `not_found`
 */
export async function lockThread(
  db: Queries,
  projectId: string,
  threadId: string,
  viewerId: string,
): Promise<ThreadRow> {
  const [row] = await db
    .select()
    .from(threads)
    .where(and(eq(threads.projectId, projectId), eq(threads.id, threadId), threadShownTo(viewerId)))
    .for('no key update')
  if (!row) throw new Refusal('not_found')
  return row
}

/** A thread that was begun just now, as its author sees it. */
export const raisedThread = (thread: ThreadRow, comment: CommentRow, assignee: Person | null): Thread => ({
  ...threadOf(thread, assignee),
  comments: [commentOf(comment)],
})

export async function findComment(db: Queries, commentId: string) {
  const [row] = await db.select().from(comments).where(eq(comments.id, commentId))
  return row
}

/** True of the comment that a thread begins with. */
export async function isOpening(db: Queries, { id, threadId }: CommentRow): Promise<boolean> {
  const [first] = await db
    .select({ id: comments.id })
    .from(comments)
    .where(eq(comments.threadId, threadId))
    .orderBy(comments.position, ...draftOrder)
    .limit(1)
  return first?.id === id
}

const threadOf = (
  row: ThreadRow,
  assignee: { userId: string | null; name: string | null; side: Side | null } | null,
): Thread => ({
  id: row.id,
  projectId: row.projectId,
  // a draft has none yet, and must not tell how many drafts others have
  number: row.number ?? 0,
  anchor: row.anchor,
  kind: row.kind,
  severity: row.severity,
  category: row.category,
  tooling: row.tooling,
  stage: row.stage,
  assignee:
    assignee?.userId && assignee.name && assignee.side
      ? { userId: assignee.userId, name: assignee.name, side: assignee.side }
      : null,
  dueOn: row.dueOn,
  draft: row.draft,
  replacement: row.replacement,
  accepted: row.accepted,
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
