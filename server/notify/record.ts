import { and, eq, notInArray, sql, type WithSubquery } from 'drizzle-orm'
import type { NoticeKind } from '../../shared/notify.ts'
import type { Author, Severity } from '../../shared/review.ts'
import { newId } from '../db/columns.ts'
import type { Queries } from '../db/database.ts'
import { rowsAtOnce, rowsInParts } from '../db/rows-in-parts.ts'
import { addJobs, amendTasks } from '../jobs/job-table.ts'
import type { NewJob } from '../jobs/jobs.ts'
import { members } from '../projects/tables.ts'
import { titlesOf } from '../resources/resources.ts'
import type { Audience } from './audience.ts'
import type { SendTask, MessageFacts } from './send-tasks.ts'
import { notices } from './tables.ts'

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
/** A slice, and no budget (`mailsPerCause` is): a review may raise hundreds of points that must be settled: so many are told in a mail of their own, the rest gathered. */
const mailsOfOneAct = 5
/** What is quoted of somebody's words. */
export const excerptOf = (words: string): string => [...words].slice(0, excerptLength).join('')

/** Something that was done, and whom it concerns; `quiet`: no webhook is told of it. */
export interface NotificationEvent {
  cause: Cause
  recipients: ReadonlyMap<string, NoticeKind>
  quiet?: boolean
}

/**
 * Notes what somebody did, in the transaction that does it: a notice for each of its recipients but the actor, the mails
 * that follow from it, and, unless it is `quiet`, a message for each of the project's webhooks. `audience` is of the
 * project and knows all recipients. Of several things the mails are queued together and in one order: who queues a
 * digest waits for others who queue the same one, and two must not wait for each other.
 */
export async function recordAll(
  db: Queries,
  audience: Audience,
  events: readonly NotificationEvent[],
): Promise<void> {
  const { parts, rest } = await recordingOf(db, audience, events)
  if (parts.length > 0)
    await db
      .with(...parts)
      .select({ done: sql`true` })
      .from(sql`(select) as nothing`)
  await rest()
}

/** What notes it: parts of the statement that does what is told of, and what is too much for one and comes behind it. */
export interface Recording {
  parts: WithSubquery[]
  rest(): Promise<void>
}

export const nothingToRecord: Recording = { parts: [], rest: async () => {} }

/** As `recordAll`, for an act of one statement: it is done together with what notes it. */
export async function recordingOf(
  db: Queries,
  audience: Audience,
  events: readonly NotificationEvent[],
): Promise<Recording> {
  const joined = new Set(audience.members)
  const told = events.map(({ cause, recipients, quiet = false }) => {
    const { guestExcerpt } = cause
    const excerptFor = (userId: string) =>
      excerptOf(guestExcerpt !== undefined && !joined.has(userId) ? guestExcerpt : cause.excerpt)
    const rows = rowsOf(cause, recipients, excerptFor)
    return { cause: { ...cause, excerpt: excerptOf(cause.excerpt) }, quiet, rows }
  })
  const rows = told.flatMap((one) => one.rows)
  const loud = told.flatMap(({ cause, quiet }) => (quiet ? [] : [cause]))
  return inserting(db, rows, [...(await webhookJobs(db, audience, loud)), ...mailJobs(audience, rows)])
}

type NoticeRow = ReturnType<typeof rowsOf>[number]

/** Notices and jobs as parts of one statement, unless they are very many. */
function inserting(db: Queries, rows: NoticeRow[], queued: NewJob[]): Recording {
  const note = (some: NoticeRow[]) => db.insert(notices).values(some).returning({ id: notices.id })
  const queue = (some: NewJob[]) => addJobs(db, some)
  if (rows.length > rowsAtOnce || queued.length > rowsAtOnce) {
    const rest = async () => {
      await rowsInParts(rows, note)
      await rowsInParts(queued, queue)
    }
    return { parts: [], rest }
  }
  const parts: WithSubquery[] = []
  if (rows.length > 0) parts.push(db.$with('noted').as(note(rows)))
  if (queued.length > 0) parts.push(db.$with('queued').as(queue(queued)))
  return { ...nothingToRecord, parts }
}

/**
 * Gives what was told, or is still to be told, of a comment the words that it has now; none when it was withdrawn. Part
 * of the transaction that changes them, which holds the comment's thread.
 */
export async function updateExcerpts(
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
  await amendTasks(db, { where: '{told,commentId}', is: commentId }, { at: '{told,excerpt}', value: excerpt })
}

function rowsOf(
  { projectId, resourceId, actor, thread, commentId, revision }: Cause,
  to: NotificationEvent['recipients'],
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
function mailJobs(audience: Audience, rows: NoticeRow[]): NewJob[] {
  const atOnce = new Map<string, number>()
  const isAtOnce = (userId: string): boolean => {
    const count = (atOnce.get(userId) ?? 0) + 1
    atOnce.set(userId, count)
    return count <= mailsOfOneAct
  }
  const inOrder = rows.toSorted((one, other) => (one.userId < other.userId ? -1 : 1))
  const queued = inOrder.flatMap(({ id, userId, kind, severity }) => {
    const mail = audience.mailOf(userId)
    if (mail === 'off') return []
    const isUrgent = kind === 'mention' || (severity === 'must' && (kind === 'raised' || kind === 'assigned'))
    const task: SendTask =
      mail === 'immediate' && isUrgent && isAtOnce(userId)
        ? { type: 'mail', noticeId: id }
        : { type: 'digest', userId }
    // how long a digest gathers is for the one who sends it to know
    return [{ key: task.type === 'digest' ? `digest:${userId}` : null, task }]
  })
  // one of a key: a row can be held only once by one statement
  return [...new Map(queued.map((job, at) => [job.key ?? at, job])).values()]
}

/** Has all that was not told to a user told in one mail, when it was gathered. */
export async function queueDigest(db: Queries, userId: string): Promise<void> {
  const task: SendTask = { type: 'digest', userId }
  await addJobs(db, [{ key: `digest:${userId}`, task }])
}

async function webhookJobs(db: Queries, audience: Audience, causes: Cause[]): Promise<NewJob[]> {
  if (audience.webhooks.length === 0) return []
  const at = new Date()
  const titles = await titlesOf(
    db,
    causes.map(({ resourceId }) => resourceId),
  )
  return causes.flatMap((cause) =>
    audience.webhooks.map(({ id: webhookId, createdBy }) => {
      const told = factsOf(cause, audience.projectName, titles, at)
      const task: SendTask = { type: 'webhook', webhookId, told }
      return { line: webhookId, owners: [`project:${cause.projectId}`, `user:${createdBy}`], task }
    }),
  )
}

function factsOf(cause: Cause, project: string, titles: ReadonlyMap<string, string>, at: Date): MessageFacts {
  const { projectId, resourceId, thread, commentId, revision } = cause
  return {
    what: cause.kind,
    actor: cause.actor.name,
    project,
    projectId,
    document: titles.get(resourceId ?? '') ?? null,
    documentId: resourceId,
    threadId: thread?.id ?? null,
    commentId: commentId ?? null,
    number: thread?.number ?? null,
    letter: revision?.letter ?? null,
    revisionId: revision?.id ?? null,
    excerpt: cause.excerpt,
    at: at.toISOString(),
  }
}
