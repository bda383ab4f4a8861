import { and, eq, inArray, isNotNull, notInArray, sql } from 'drizzle-orm'
import type { NoticeKind } from '../../shared/notify.ts'
import type { Author, Severity } from '../../shared/review.ts'
import { users } from '../accounts/tables.ts'
import { newId } from '../db/columns.ts'
import type { Queries } from '../db/database.ts'
import { rowsInParts } from '../db/rows-in-parts.ts'
import { anyResource } from '../resources/resources.ts'
import { members, projects } from '../projects/tables.ts'
import { jobs, mailPreferences, notices, webhooks, type Task } from './tables.ts'

/** What somebody did, as it is told to those whom it concerns. */
export interface Cause {
  projectId: string
  resourceId: string | null
  kind: NoticeKind
  actor: Author
  excerpt: string
  /** The excerpt for who is not a member, where it differs: it names nothing that a guest may not open. */
  guestExcerpt?: string
  thread?: { id: string; number: number; severity: Severity }
  /** Whose words the excerpt is. */
  commentId?: string
  revision?: { id: string; letter: string }
}

const excerptLength = 200
/** A review may raise hundreds of points that must be settled: so many are told in a mail of their own, the rest gathered. */
const mailsOfOneAct = 5
/** What is quoted of somebody's words. */
export const excerptOf = (words: string): string => [...words].slice(0, excerptLength).join('')

/** The ids of everybody who is a member of the project. */
export async function memberIds(db: Queries, projectId: string): Promise<string[]> {
  const rows = await db.select({ id: members.userId }).from(members).where(eq(members.projectId, projectId))
  return rows.map(({ id }) => id)
}

/** Something that was done, and whom it concerns; `quiet`: no webhook is told of it. */
export interface News {
  cause: Cause
  recipients: ReadonlyMap<string, NoticeKind>
  quiet?: boolean
}

/**
 * Notes what somebody did, in the transaction that does it: a notice for each of `recipients` but the actor, the
 * mails that follow from it, and, unless `quiet`, a message for each of the project's webhooks.
 */
export const recordNotices = (
  db: Queries,
  cause: Cause,
  recipients: ReadonlyMap<string, NoticeKind>,
  { quiet = false }: { quiet?: boolean } = {},
): Promise<void> => recordAll(db, [{ cause, recipients, quiet }])

/**
 * Notes several things of one transaction. Their mails are queued together and in one order: who queues a digest waits
 * for others who queue the same one, and two must not wait for each other.
 */
export async function recordAll(db: Queries, news: News[]): Promise<void> {
  const told = []
  const joinedIn = new Map<string, Set<string>>()
  for (const { cause, recipients, quiet = false } of news) {
    const { guestExcerpt, projectId } = cause
    if (guestExcerpt !== undefined && !joinedIn.has(projectId)) {
      // oxlint-disable-next-line no-await-in-loop -- one connection does one thing at a time
      joinedIn.set(projectId, new Set(await memberIds(db, projectId)))
    }
    const excerptFor = (userId: string) =>
      excerptOf(
        guestExcerpt !== undefined && !joinedIn.get(projectId)!.has(userId) ? guestExcerpt : cause.excerpt,
      )
    const rows = rowsOf(cause, recipients, excerptFor)
    told.push({ cause: { ...cause, excerpt: excerptOf(cause.excerpt) }, quiet, rows })
  }
  const all = told.flatMap(({ rows }) => rows)
  await rowsInParts(all, (rows) => db.insert(notices).values(rows))
  for (const { cause, quiet } of told) {
    // oxlint-disable-next-line no-await-in-loop -- one connection does one thing at a time
    if (!quiet) await queueWebhooks(db, cause)
  }
  if (all.length > 0) await queueMails(db, all)
}

/**
 * Gives what was told, or is still to be told, of a comment the words that it has now; none when it was withdrawn. Part
 * of the transaction that changes them, which holds the comment's thread.
 */
export async function retell(
  db: Queries,
  { commentId, projectId }: { commentId: string; projectId: string },
  words: { all: string; guests: string },
): Promise<void> {
  const excerpt = excerptOf(words.all)
  await db.update(notices).set({ excerpt }).where(eq(notices.commentId, commentId))
  if (words.guests !== words.all) {
    const joined = db.select({ id: members.userId }).from(members).where(eq(members.projectId, projectId))
    await db
      .update(notices)
      .set({ excerpt: excerptOf(words.guests) })
      .where(and(eq(notices.commentId, commentId), notInArray(notices.userId, joined)))
  }
  await db
    .update(jobs)
    .set({ task: sql`jsonb_set(${jobs.task}, '{told,excerpt}', to_jsonb(${excerpt}::text))` })
    .where(sql`${jobs.task} #>> '{told,commentId}' = ${commentId}`)
}

function rowsOf(
  { projectId, resourceId, actor, thread, commentId, revision }: Cause,
  to: News['recipients'],
  excerptFor: (userId: string) => string,
) {
  return [...to]
    .filter(([userId]) => userId !== actor.userId)
    .map(([userId, kind]) => ({
      id: newId(),
      userId,
      kind,
      projectId,
      resourceId,
      threadId: thread?.id ?? null,
      commentId: commentId ?? null,
      number: thread?.number ?? null,
      severity: thread?.severity ?? null,
      revisionId: revision?.id ?? null,
      letter: revision?.letter ?? null,
      actorId: actor.userId,
      actorName: actor.name,
      actorSide: actor.side,
      excerpt: excerptFor(userId),
    }))
}

/**
 * A mention and a point that must be settled are told at once, to those who wish it; the rest is gathered. Who may
 * still read it is asked when it is sent.
 */
async function queueMails(
  db: Queries,
  rows: { id: string; userId: string; kind: NoticeKind; severity: Severity | null }[],
): Promise<void> {
  const readers = await db
    .select({ userId: users.id, mail: mailPreferences.mail })
    .from(users)
    .leftJoin(mailPreferences, eq(mailPreferences.userId, users.id))
    .where(and(inArray(users.id, [...new Set(rows.map(({ userId }) => userId))]), isNotNull(users.email)))
  const mailOf = new Map(readers.map(({ userId, mail }) => [userId, mail ?? 'immediate']))
  const now = new Date()
  const atOnce = new Map<string, number>()
  const isAtOnce = (userId: string): boolean => {
    const count = (atOnce.get(userId) ?? 0) + 1
    atOnce.set(userId, count)
    return count <= mailsOfOneAct
  }
  const inOrder = rows.toSorted((one, other) => (one.userId < other.userId ? -1 : 1))
  const queued = inOrder.flatMap(({ id, userId, kind, severity }) => {
    const mail = mailOf.get(userId) ?? 'off'
    if (mail === 'off') return []
    const isUrgent = kind === 'mention' || (severity === 'must' && (kind === 'raised' || kind === 'assigned'))
    const task: Task =
      mail === 'immediate' && isUrgent && isAtOnce(userId)
        ? { type: 'mail', noticeId: id }
        : { type: 'digest', userId }
    // how long a digest gathers is for the one who sends it to know
    return [{ key: task.type === 'digest' ? `digest:${userId}` : null, task, runAt: now }]
  })
  // one of a key: a row can be held only once by one statement
  const distinct = [...new Map(queued.map((job, at) => [job.key ?? at, job])).values()]
  // a digest that waits already is held until this is committed, or it could be sent, and be gone, without it
  const held = { target: jobs.key, set: { key: sql`excluded.key` } }
  await rowsInParts(distinct, (part) => db.insert(jobs).values(part).onConflictDoUpdate(held))
}

/** Has all that was not told to a user told in one mail, when it was gathered. */
export async function queueDigest(db: Queries, userId: string): Promise<void> {
  const key = `digest:${userId}`
  await db
    .insert(jobs)
    .values({ key, task: { type: 'digest', userId }, runAt: new Date() })
    .onConflictDoUpdate({ target: jobs.key, set: { key: sql`excluded.key` } })
}

async function queueWebhooks(db: Queries, cause: Cause): Promise<void> {
  const { projectId, resourceId, thread, commentId, revision } = cause
  const hooks = await db
    .select({ id: webhooks.id, project: projects.name })
    .from(webhooks)
    .innerJoin(projects, eq(projects.id, webhooks.projectId))
    .where(eq(webhooks.projectId, projectId))
  if (hooks.length === 0) return
  const resource = resourceId === null ? null : await anyResource(db, resourceId)
  const at = new Date()
  const queued = hooks.map(({ id: webhookId, project }) => ({
    runAt: at,
    line: webhookId,
    task: {
      type: 'webhook' as const,
      webhookId,
      told: {
        what: cause.kind,
        actor: cause.actor.name,
        project,
        projectId,
        document: resource?.title ?? null,
        documentId: resourceId,
        threadId: thread?.id ?? null,
        commentId: commentId ?? null,
        number: thread?.number ?? null,
        letter: revision?.letter ?? null,
        revisionId: revision?.id ?? null,
        excerpt: cause.excerpt,
        at: at.toISOString(),
      },
    },
  }))
  await db.insert(jobs).values(queued)
}
