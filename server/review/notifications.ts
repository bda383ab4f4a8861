import { sql, type SQL } from 'drizzle-orm'
import { mentionedIn } from '../../shared/comment/content.ts'
import { decisionSigns } from '../../shared/decision-signs.ts'
import type { NoticeKind } from '../../shared/notify.ts'
import type { Author } from '../../shared/review.ts'
import type { Queries } from '../db/database.ts'
import { readAudience, type Audience } from '../notify/audience.ts'
import {
  excerptOf,
  nothingToRecord,
  recordAll,
  recordingOf,
  type Cause,
  type NotificationEvent,
  type Recording,
} from '../notify/record.ts'
import { withoutPointLinks } from './closed-threads.ts'
import { comments, type reviews, type threads } from './tables.ts'

type ThreadRow = typeof threads.$inferSelect
type CommentRow = typeof comments.$inferSelect
type NotifiedThread = Pick<
  ThreadRow,
  'id' | 'projectId' | 'resourceId' | 'number' | 'severity' | 'assigneeId' | 'authorId'
>

/** Of so many points of a review all members are told one by one; those beyond are told by the review alone. */
const mostToldSingly = 20

/** What is told of a comment that is about to be kept. */
type NotifiedComment = Pick<
  CommentRow,
  'id' | 'body' | 'content' | 'draft' | 'authorId' | 'authorName' | 'authorSide'
>

/** Reads whom a new point may be told to, with whatever else is asked. */
export const readOfRaised = <Beside>(
  db: Queries,
  { projectId, assigneeId = null }: { projectId: string; assigneeId?: string | null },
  mentioned: string[],
  beside: SQL<Beside>,
) => readAudience(db, projectId, { userIds: [assigneeId, ...mentioned], beside })

/** Tells all members of a new point, whom it is assigned to, and who is named in it; nobody of a draft. */
export async function recordingOfRaised(
  db: Queries,
  audience: Audience,
  thread: NotifiedThread,
  comment: NotifiedComment,
): Promise<Recording> {
  if (comment.draft) return nothingToRecord
  const told = raisedIn(thread, comment)
  return recordingOf(db, audience, [{ cause: told.cause, recipients: told.recipients(audience.members) }])
}

/** Reads whom a reply may be told to and who spoke in its point, with whatever else is asked. */
export const readOfReply = <Beside>(
  db: Queries,
  { id, projectId, authorId, assigneeId }: ThreadRow,
  mentioned: string[],
  beside: SQL<Beside>,
) =>
  readAudience(db, projectId, {
    userIds: [authorId, assigneeId, ...mentioned],
    among: spokenIn([id]),
    beside: sql<{ spoken: string[] | null; also: Beside }>`json_build_object(
      'spoken', ${spokenByThread([id])}::json->${id}::text, 'also', ${beside})`,
  })

/** Tells who takes part in a point of a reply, and who is named in it; nobody of a draft. */
export async function recordingOfReply(
  db: Queries,
  audience: Audience,
  spoken: string[],
  thread: NotifiedThread,
  comment: NotifiedComment,
): Promise<Recording> {
  if (comment.draft) return nothingToRecord
  const told = repliedIn(thread, comment)
  return recordingOf(db, audience, [{ cause: told.cause, recipients: told.recipients(spoken) }])
}

/** A point, and what of it a change makes different. */
interface Changed {
  row: ThreadRow
  fields: Partial<ThreadRow>
}

/** So many first comments are read at a time, to be quoted. */
const quotedAtOnce = 20

/** Tells of changes of a project's points who takes part in those that their state changed, and each new assignee. */
export async function noteChanges(
  db: Queries,
  projectId: string,
  changed: readonly Changed[],
  actor: Author,
): Promise<void> {
  const told = changed.filter(({ row, fields: { state, assigneeId } }) => !row.draft && (state || assigneeId))
  if (told.length === 0) return
  const ids = told.map(({ row }) => row.id)
  const first = ids.slice(0, quotedAtOnce)
  const { beside, ...audience } = await readAudience(db, projectId, {
    userIds: told.flatMap(({ row, fields }) => [row.authorId, row.assigneeId, fields.assigneeId ?? null]),
    among: spokenIn(ids),
    beside: sql<
      Spoken & Quoted
    >`json_build_object('spoken', ${spokenByThread(ids)}, 'first', ${firstByThread(first)})`,
  })
  const events: NotificationEvent[] = []
  let quoted = beside.first
  for (const [at, { row, fields }] of told.entries()) {
    if (at > 0 && at % quotedAtOnce === 0) {
      quoted = await readFirst(db, ids.slice(at, at + quotedAtOnce))
    }
    events.push(...eventsOfChange(row, fields, actor, quoted[row.id]!, beside.spoken[row.id] ?? []))
  }
  await recordAll(db, audience, events)
}

/** `first`: what the point began with. `spoken`: who said something in it. */
function eventsOfChange(
  row: ThreadRow,
  { state, assigneeId, accepted, closedReason: reason }: Partial<ThreadRow>,
  actor: Author,
  first: Words,
  spoken: string[],
): NotificationEvent[] {
  const events: NotificationEvent[] = []
  if (assigneeId) {
    const cause = causeOf(row, 'assigned', actor, first)
    events.push({ cause, recipients: new Map([[assigneeId, 'assigned']]) })
  }
  if (state) {
    const kind = state === 'open' ? 'reopened' : accepted ? 'accepted' : state
    const cause = causeOf(row, kind, actor, reason ? { body: reason, content: null } : first)
    events.push({ cause, recipients: participants(row, spoken, kind) })
  }
  return events
}

/**
 * Tells all members of a published review, and each who is named or answered in it, or must settle something. `said` are
 * its comments, each read when it is asked for.
 */
export async function noteReview(
  db: Queries,
  review: typeof reviews.$inferSelect,
  said: AsyncIterable<{ thread: NotifiedThread; comment: CommentRow }>,
): Promise<void> {
  const { projectId, resourceId, authorId: userId, authorName: name, authorSide: side } = review
  const actor = { userId, name, side }
  const excerpt = review.summary || decisionSigns[review.decision]
  const userIds: (string | null)[] = []
  const answered = new Set<string>()
  const told: ((members: string[], spoken: Record<string, string[]>) => NotificationEvent)[] = []
  let mustBeSettled = 0
  for await (const { thread, comment } of said) {
    if (comment.position === 0) {
      // the review is told already: of its points, all hear of those that must be settled
      const isToldToAll = thread.severity === 'must' && ++mustBeSettled <= mostToldSingly
      const one = raisedIn(thread, comment)
      userIds.push(...one.userIds)
      told.push((members) => ({
        cause: one.cause,
        recipients: one.recipients(isToldToAll ? members : []),
        quiet: true,
      }))
      continue
    }
    const one = repliedIn(thread, comment)
    userIds.push(...one.userIds)
    answered.add(thread.id)
    told.push((_, spoken) => ({
      cause: one.cause,
      recipients: one.recipients(spoken[thread.id] ?? []),
      quiet: true,
    }))
  }
  const { beside: spoken, ...audience } = await readAudience(db, projectId, {
    userIds,
    among: spokenIn([...answered]),
    beside: spokenByThread([...answered]),
  })
  const { members } = audience
  const cause: Cause = { projectId, resourceId, kind: 'review', actor, excerpt }
  const whole: NotificationEvent = { cause, recipients: new Map(members.map((id) => [id, 'review'])) }
  await recordAll(db, audience, [whole, ...told.map((eventOf) => eventOf(members, spoken))])
}

/** What a comment tells: the words that are quoted, and whom besides others it names. The words are not held on to. */
interface Saying {
  cause: Cause
  userIds: (string | null)[]
  /** Who hears of it: of these, and of whom it names. */
  recipients(others: string[]): Map<string, NoticeKind>
}

/** That a point was raised: `others` are those to whom all points are told. */
function raisedIn(thread: NotifiedThread, comment: NotifiedComment): Saying {
  const named = mentionedIn(comment.content)
  return {
    cause: causeOf(thread, 'raised', authorOf(comment), comment),
    userIds: [thread.assigneeId, ...named],
    recipients(others) {
      const told = new Map<string, NoticeKind>(others.map((id) => [id, 'raised']))
      if (thread.assigneeId) told.set(thread.assigneeId, 'assigned')
      for (const id of named) told.set(id, 'mention')
      return told
    },
  }
}

/** That a point was answered: `spoken` said something in it. */
function repliedIn(thread: NotifiedThread, comment: NotifiedComment): Saying {
  const named = mentionedIn(comment.content)
  return {
    cause: causeOf(thread, 'reply', authorOf(comment), comment),
    userIds: [thread.authorId, thread.assigneeId, ...named],
    recipients(spoken) {
      const told = participants(thread, spoken, 'reply')
      for (const id of named) told.set(id, 'mention')
      return told
    },
  }
}

/** Who raised a point, who said something in it, and whom it is assigned to. */
function participants(thread: NotifiedThread, spoken: string[], kind: NoticeKind): Map<string, NoticeKind> {
  const ids = [thread.authorId, ...spoken]
  if (thread.assigneeId) ids.push(thread.assigneeId)
  return new Map<string, NoticeKind>(ids.map((id) => [id, kind]))
}

type Spoken = { spoken: Record<string, string[]> }
type Quoted = { first: Record<string, Words> }

const isSaidIn = (threadIds: string[]): SQL =>
  sql`${comments.threadId} = any (${sql.param(threadIds)}::text[]) and not ${comments.draft}`

/** Selects who said something in these points. */
const spokenIn = (threadIds: string[]): SQL =>
  sql`select ${comments.authorId} from ${comments} where ${isSaidIn(threadIds)}`

/** The same for each of them, as an object by their ids. */
const spokenByThread = (threadIds: string[]) => sql<Spoken['spoken']>`(
  select coalesce(json_object_agg(said.thread_id, said.ids), '{}') from (
    select ${comments.threadId}, json_agg(distinct ${comments.authorId}) as ids
    from ${comments} where ${isSaidIn(threadIds)} group by ${comments.threadId}
  ) as said)`

/** What each of these points began with, by their ids. */
const firstByThread = (threadIds: string[]) => sql<Quoted['first']>`(
  select coalesce(json_object_agg(${comments.threadId}, json_build_object(
    'id', ${comments.id}, 'body', ${comments.body}, 'content', ${comments.content}
  )), '{}')
  from ${comments}
  where ${comments.threadId} = any (${sql.param(threadIds)}::text[]) and ${comments.position} = 0)`

async function readFirst(db: Queries, threadIds: string[]): Promise<Quoted['first']> {
  const { rows } = await db.execute<Quoted>(sql`select ${firstByThread(threadIds)} as first`)
  return rows[0]!.first
}

/** What is quoted: a comment's words, or, without an id, a reason, which stays as it was given. */
type Words = { id?: string; body: string; content: CommentRow['content'] }

const causeOf = (
  thread: NotifiedThread,
  kind: NoticeKind,
  actor: Author,
  { id, body, content }: Words,
): Cause => ({
  projectId: thread.projectId,
  resourceId: thread.resourceId,
  kind,
  actor,
  excerpt: excerptOf(body),
  ...guestWords({ body, content }),
  ...(id !== undefined && { commentId: id }),
  thread: { id: thread.id, number: thread.number!, severity: thread.severity },
})

function guestWords(said: { body: string; content: CommentRow['content'] }): Pick<Cause, 'guestExcerpt'> {
  const { body } = withoutPointLinks(said)
  return body === said.body ? {} : { guestExcerpt: excerptOf(body) }
}

const authorOf = ({ authorId, authorName, authorSide }: NotifiedComment): Author => ({
  userId: authorId,
  name: authorName,
  side: authorSide,
})
