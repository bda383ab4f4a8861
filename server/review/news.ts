import { and, eq } from 'drizzle-orm'
import { mentionedIn } from '../../shared/comment/content.ts'
import { decisionSigns } from '../../shared/decision-signs.ts'
import type { NoticeKind } from '../../shared/notify.ts'
import type { Author } from '../../shared/review.ts'
import type { Queries } from '../db/database.ts'
import { memberIds, recordAll, type Cause, type News } from '../notify/record.ts'
import { withoutPointLinks } from './closed-points.ts'
import { comments, reviews, threads } from './tables.ts'

type ThreadRow = typeof threads.$inferSelect
type CommentRow = typeof comments.$inferSelect

/** Tells all members of a new point, whom it is assigned to, and who is named in it; nobody of a draft. */
export async function noteRaised(db: Queries, threadId: string): Promise<void> {
  const [row] = await db
    .select({ thread: threads, comment: comments })
    .from(threads)
    .innerJoin(comments, and(eq(comments.threadId, threads.id), eq(comments.position, 0)))
    .where(eq(threads.id, threadId))
  if (row && !row.thread.draft) await recordAll(db, [await newsOfRaised(db, row.thread, row.comment, false)])
}

/** Tells who takes part in a point of a reply, and who is named in it; nobody of a draft. */
export async function noteReply(db: Queries, commentId: string): Promise<void> {
  const [row] = await db
    .select({ thread: threads, comment: comments })
    .from(comments)
    .innerJoin(threads, eq(threads.id, comments.threadId))
    .where(eq(comments.id, commentId))
  if (row && !row.comment.draft) await recordAll(db, [await newsOfReply(db, row.thread, row.comment, false)])
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
    news.push({ cause, recipients: await participants(db, row, kind) })
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
  const published = await db
    .select({ thread: threads, comment: comments })
    .from(comments)
    .innerJoin(threads, eq(threads.id, comments.threadId))
    .where(eq(comments.reviewId, reviewId))
    .orderBy(threads.number, comments.position)
  for (const { thread, comment } of published) {
    // oxlint-disable-next-line no-await-in-loop -- one connection does one thing at a time
    news.push(await (comment.position === 0 ? newsOfRaised : newsOfReply)(db, thread, comment, true))
  }
  await recordAll(db, news)
}

async function newsOfRaised(
  db: Queries,
  thread: ThreadRow,
  comment: CommentRow,
  inReview: boolean,
): Promise<News> {
  const told = new Map<string, NoticeKind>()
  // the review is told already: of its points, all hear only of those that must be settled
  if (!inReview || thread.severity === 'must') {
    for (const id of await memberIds(db, thread.projectId)) told.set(id, 'raised')
  }
  if (thread.assigneeId) told.set(thread.assigneeId, 'assigned')
  for (const id of mentionedIn(comment.content)) told.set(id, 'mention')
  const cause = causeOf(thread, 'raised', authorOf(comment), comment)
  return { cause, recipients: told, quiet: inReview }
}

async function newsOfReply(
  db: Queries,
  thread: ThreadRow,
  comment: CommentRow,
  inReview: boolean,
): Promise<News> {
  const told = await participants(db, thread, 'reply')
  for (const id of mentionedIn(comment.content)) told.set(id, 'mention')
  const cause = causeOf(thread, 'reply', authorOf(comment), comment)
  return { cause, recipients: told, quiet: inReview }
}

/** Who raised a point, who said something in it, and whom it is assigned to. */
async function participants(db: Queries, thread: ThreadRow, kind: NoticeKind) {
  const said = await db
    .selectDistinct({ id: comments.authorId })
    .from(comments)
    .where(and(eq(comments.threadId, thread.id), eq(comments.draft, false)))
  const ids = [thread.authorId, ...said.map(({ id }) => id)]
  if (thread.assigneeId) ids.push(thread.assigneeId)
  return new Map<string, NoticeKind>(ids.map((id) => [id, kind]))
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
  thread: ThreadRow,
  kind: NoticeKind,
  actor: Author,
  { id, body, content }: Words,
): Cause => ({
  projectId: thread.projectId,
  resourceId: thread.resourceId,
  kind,
  actor,
  excerpt: body,
  ...guestWords({ body, content }),
  ...(id !== undefined && { commentId: id }),
  thread: { id: thread.id, number: thread.number, severity: thread.severity },
})

function guestWords(said: { body: string; content: CommentRow['content'] }): Pick<Cause, 'guestExcerpt'> {
  const { body } = withoutPointLinks(said)
  return body === said.body ? {} : { guestExcerpt: body }
}

const authorOf = ({ authorId, authorName, authorSide }: CommentRow): Author => ({
  userId: authorId,
  name: authorName,
  side: authorSide,
})
