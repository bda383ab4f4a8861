import { and, eq } from 'drizzle-orm'
import { mentionedIn } from '../../shared/comment/content.ts'
import { decisionSigns } from '../../shared/decision-signs.ts'
import type { NoticeKind } from '../../shared/notify.ts'
import type { Author } from '../../shared/review.ts'
import type { Queries } from '../db/database.ts'
import { excerptOf, memberIds, recordAll, type Cause, type News } from '../notify/record.ts'
import { withoutPointLinks } from './closed-points.ts'
import { saidInReview } from './published.ts'
import { comments, reviews, threads } from './tables.ts'

type ThreadRow = typeof threads.$inferSelect
type CommentRow = typeof comments.$inferSelect
type ToldThread = Pick<
  ThreadRow,
  'id' | 'projectId' | 'resourceId' | 'number' | 'severity' | 'assigneeId' | 'authorId'
>

/** Of so many points of a review all members are told one by one; those beyond are told by the review alone. */
const mostToldSingly = 20

/** Tells all members of a new point, whom it is assigned to, and who is named in it; nobody of a draft. */
export async function noteRaised(db: Queries, threadId: string): Promise<void> {
  const [row] = await db
    .select({ thread: threads, comment: comments })
    .from(threads)
    .innerJoin(comments, and(eq(comments.threadId, threads.id), eq(comments.position, 0)))
    .where(eq(threads.id, threadId))
  if (!row || row.thread.draft) return
  const everybody = await memberIds(db, row.thread.projectId)
  await recordAll(db, [newsOfRaised(row.thread, row.comment, everybody, false)])
}

/** Tells who takes part in a point of a reply, and who is named in it; nobody of a draft. */
export async function noteReply(db: Queries, commentId: string): Promise<void> {
  const [row] = await db
    .select({ thread: threads, comment: comments })
    .from(comments)
    .innerJoin(threads, eq(threads.id, comments.threadId))
    .where(eq(comments.id, commentId))
  if (!row || row.comment.draft) return
  const said = await spokenIn(db, row.thread.id)
  await recordAll(db, [newsOfReply(row.thread, row.comment, said, false)])
}

/** What a change tells: who takes part in a point that its state changed, and a new assignee that it is theirs. */
export async function newsOfChange(
  db: Queries,
  row: ThreadRow,
  fields: Partial<ThreadRow>,
  actor: Author,
): Promise<News[]> {
  if (row.draft) return []
  const { state, assigneeId } = fields
  const news: News[] = []
  if (assigneeId) {
    const cause = causeOf(row, 'assigned', actor, await firstComment(db, row.id))
    news.push({ cause, recipients: new Map([[assigneeId, 'assigned']]) })
  }
  if (state) {
    const kind = state === 'open' ? 'reopened' : fields.accepted ? 'accepted' : state
    const reason = fields.closedReason
    const said = reason ? { body: reason, content: null } : await firstComment(db, row.id)
    const cause = causeOf(row, kind, actor, said)
    news.push({ cause, recipients: participants(row, await spokenIn(db, row.id), kind) })
  }
  return news
}

/** Tells all members of a published review, and each who is named or answered in it, or must settle something. */
export async function noteReview(db: Queries, reviewId: string): Promise<void> {
  const [review] = await db.select().from(reviews).where(eq(reviews.id, reviewId))
  if (!review) return
  const { projectId, resourceId, authorId: userId, authorName: name, authorSide: side } = review
  const actor = { userId, name, side }
  const excerpt = review.summary || decisionSigns[review.decision]
  const everybody = await memberIds(db, projectId)
  const cause: Cause = { projectId, resourceId, kind: 'review', actor, excerpt }
  const news: News[] = [{ cause, recipients: new Map(everybody.map((id) => [id, 'review'])) }]
  const spoken = new Map<string, string[]>()
  let mustBeSettled = 0
  for await (const { thread, comment } of saidInReview(db, reviewId)) {
    if (comment.position === 0) {
      // the review is told already: of its points, all hear of those that must be settled
      const isToldToAll = thread.severity === 'must' && ++mustBeSettled <= mostToldSingly
      news.push(newsOfRaised(thread, comment, isToldToAll ? everybody : [], true))
      continue
    }
    if (!spoken.has(thread.id)) spoken.set(thread.id, await spokenIn(db, thread.id))
    news.push(newsOfReply(thread, comment, spoken.get(thread.id)!, true))
  }
  await recordAll(db, news)
}

/** `everybody`: the members of the project. */
function newsOfRaised(thread: ToldThread, comment: CommentRow, everybody: string[], inReview: boolean): News {
  const told = new Map<string, NoticeKind>()
  // the review is told already: of its points, all hear only of those that must be settled
  if (!inReview || thread.severity === 'must') for (const id of everybody) told.set(id, 'raised')
  if (thread.assigneeId) told.set(thread.assigneeId, 'assigned')
  for (const id of mentionedIn(comment.content)) told.set(id, 'mention')
  const cause = causeOf(thread, 'raised', authorOf(comment), comment)
  return { cause, recipients: told, quiet: inReview }
}

/** `spoken`: who said something in the thread. */
function newsOfReply(thread: ToldThread, comment: CommentRow, spoken: string[], inReview: boolean): News {
  const told = participants(thread, spoken, 'reply')
  for (const id of mentionedIn(comment.content)) told.set(id, 'mention')
  const cause = causeOf(thread, 'reply', authorOf(comment), comment)
  return { cause, recipients: told, quiet: inReview }
}

/** Who raised a point, who said something in it, and whom it is assigned to. */
function participants(thread: ToldThread, spoken: string[], kind: NoticeKind): Map<string, NoticeKind> {
  const ids = [thread.authorId, ...spoken]
  if (thread.assigneeId) ids.push(thread.assigneeId)
  return new Map<string, NoticeKind>(ids.map((id) => [id, kind]))
}

async function spokenIn(db: Queries, threadId: string): Promise<string[]> {
  const said = await db
    .selectDistinct({ id: comments.authorId })
    .from(comments)
    .where(and(eq(comments.threadId, threadId), eq(comments.draft, false)))
  return said.map(({ id }) => id)
}

async function firstComment(db: Queries, threadId: string): Promise<Words> {
  const [first] = await db
    .select({ id: comments.id, body: comments.body, content: comments.content })
    .from(comments)
    .where(and(eq(comments.threadId, threadId), eq(comments.position, 0)))
  return first!
}

/** What is quoted: a comment's words, or, without an id, a reason, which stays as it was given. */
type Words = { id?: string; body: string; content: CommentRow['content'] }

const causeOf = (
  thread: ToldThread,
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
  thread: { id: thread.id, number: thread.number, severity: thread.severity },
})

function guestWords(said: { body: string; content: CommentRow['content'] }): Pick<Cause, 'guestExcerpt'> {
  const { body } = withoutPointLinks(said)
  return body === said.body ? {} : { guestExcerpt: excerptOf(body) }
}

const authorOf = ({ authorId, authorName, authorSide }: CommentRow): Author => ({
  userId: authorId,
  name: authorName,
  side: authorSide,
})
