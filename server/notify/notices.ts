import { and, count, desc, eq, isNull, lt, or, sql, type SQL } from 'drizzle-orm'
import { noticePage, type Notice, type UnreadCounts } from '../../shared/notify.ts'
import type { Queries } from '../db/database.ts'
import { resources } from '../resources/tables.ts'
import { isSeenBy } from '../guests/current-links.ts'
import { projects } from '../projects/tables.ts'
import { notices, visits } from './tables.ts'

/** A visit ends when nothing was heard from its page for this long (ms). */
const visitEndsMs = 30 * 60_000

/**
 * What a user's notices may be shown of: projects where they still stand, for a guest only the documents that the
 * link opens, and nothing that was removed.
 */
export const shownTo = (db: Queries, userId: string): SQL =>
  and(eq(notices.userId, userId), isSeenBy(db, userId, notices), isNull(resources.removedAt))!

/** Which of these revisions are broken, by id: whoever is told of one is told that too. */
export type BrokenAmong = (asked: { projectId: string; revisionId: string }[]) => Promise<Set<string>>

/** Those of rows that are about a revision, as `BrokenAmong` asks for them. */
export const revisionsIn = (rows: { projectId: string; revisionId: string | null }[]) =>
  rows.flatMap(({ projectId, revisionId }) => (revisionId === null ? [] : [{ projectId, revisionId }]))

const place = (id: string, at: Date) => `${at.toISOString()}~${id}`
/** What `place` made, of the years that the database knows. */
const placed = /^([1-9]\d{3}-\d\d-\d\dT[\d:.]+Z)~(.+)$/s

/** A page of the user's notices, the latest first, from behind `before`. */
export async function listNotices(
  db: Queries,
  brokenAmong: BrokenAmong,
  userId: string,
  before?: string,
): Promise<{ notices: Notice[]; next: string | null }> {
  const [, at = '', id = ''] = placed.exec(before ?? '') ?? []
  const behind = !Number.isNaN(Date.parse(at))
    ? or(lt(notices.createdAt, new Date(at)), and(eq(notices.createdAt, new Date(at)), lt(notices.id, id)))
    : undefined
  const rows = await db
    .select({
      notice: notices,
      projectName: projects.name,
      resourceKind: resources.kind,
      resourceTitle: resources.title,
    })
    .from(notices)
    .innerJoin(projects, eq(projects.id, notices.projectId))
    .leftJoin(resources, eq(resources.id, notices.resourceId))
    .where(and(shownTo(db, userId), behind))
    .orderBy(desc(notices.createdAt), desc(notices.id))
    .limit(noticePage + 1)
  const shown = rows.slice(0, noticePage)
  const last = shown.at(-1)?.notice
  const broken = await brokenAmong(revisionsIn(shown.map(({ notice }) => notice)))
  return {
    notices: shown.map(({ notice, ...named }) =>
      noticeOf(notice, { ...named, revisionBroken: broken.has(notice.revisionId ?? '') }),
    ),
    next: rows.length > noticePage && last ? place(last.id, last.createdAt) : null,
  }
}

const noticeOf = (
  row: typeof notices.$inferSelect,
  named: Pick<Notice, 'projectName' | 'resourceKind' | 'resourceTitle' | 'revisionBroken'>,
): Notice => ({
  ...named,
  id: row.id,
  kind: row.kind,
  actor: { userId: row.actorId, name: row.actorName, side: row.actorSide },
  projectId: row.projectId,
  resourceId: row.resourceId,
  threadId: row.threadId,
  number: row.number,
  severity: row.severity,
  revisionId: row.revisionId,
  letter: row.letter,
  excerpt: row.excerpt,
  createdAt: row.createdAt.toISOString(),
  readAt: row.readAt?.toISOString() ?? null,
})

/** How many notices a user has not read: of all, and of each document. */
export async function countUnread(db: Queries, userId: string): Promise<UnreadCounts> {
  const rows = await db
    .select({ resourceId: notices.resourceId, unread: count() })
    .from(notices)
    .leftJoin(resources, eq(resources.id, notices.resourceId))
    .where(and(shownTo(db, userId), isNull(notices.readAt)))
    .groupBy(notices.resourceId)
  return {
    total: rows.reduce((sum, { unread }) => sum + unread, 0),
    resources: rows.flatMap(({ resourceId, unread }) => (resourceId ? [{ resourceId, unread }] : [])),
  }
}

/** Marks own notices as read: one, those of a thread, or all. */
export async function readNotices(
  db: Queries,
  userId: string,
  which: { noticeId?: string; threadId?: string },
): Promise<void> {
  const { noticeId, threadId } = which
  await db
    .update(notices)
    .set({ readAt: new Date() })
    .where(
      and(
        eq(notices.userId, userId),
        isNull(notices.readAt),
        noticeId === undefined ? undefined : eq(notices.id, noticeId),
        threadId === undefined ? undefined : eq(notices.threadId, threadId),
      ),
    )
}

/**
 * Notes that the user is in the document now, and says since when there is something new for them: the end of their
 * visit before this one. A page that is loaded anew within half an hour belongs to the same visit.
 */
export async function noteVisit(db: Queries, userId: string, resourceId: string): Promise<Date | null> {
  const now = new Date()
  const ended = new Date(now.getTime() - visitEndsMs)
  const [row] = await db
    .insert(visits)
    .values({ userId, resourceId, since: null, lastAt: now })
    .onConflictDoUpdate({
      target: [visits.userId, visits.resourceId],
      set: {
        since: sql`case when ${visits.lastAt} < ${ended} then ${visits.lastAt} else ${visits.since} end`,
        lastAt: now,
      },
    })
    .returning({ since: visits.since })
  return row!.since
}
