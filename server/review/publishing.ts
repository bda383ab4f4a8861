import { and, asc, desc, eq, inArray, isNull, or } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import type { Author, Decision } from '../../shared/review.ts'
import type { Queries, Transaction } from '../db/database.ts'
import { arePresentIn } from '../resources/resources.ts'
import type { CommentBudget } from './comment-budget.ts'
import { noteReview } from './news.ts'
import { comments, reviews, threads } from './tables.ts'
import { lockNumbers, nextNumber } from './threads.ts'
import { recordReview } from './trail.ts'
import { writtenEarlier } from './written-at.ts'

export interface ReviewOrder {
  id: string
  projectId: string
  resourceId?: string
  decision: Decision
  summary: string
  /** The only documents that a guest publishes in; null for a member. */
  resources: readonly string[] | null
}

/**
 * Publishes the author's drafts of a document and of the whole project (without a document: all of them) as one
 * review; a guest's only of the document: threads get the next numbers in the order in which they were begun. A second time with the same id does
 * nothing. @throws Refusal `id_taken`, `not_found`, `reason_required`, `review_empty`, and what `bookWords` and
 * `nextNumber` throw
 */
export async function publishReview(
  db: Transaction,
  order: ReviewOrder,
  author: Author,
  { threadsPerProject }: Pick<Limits, 'threadsPerProject'>,
  budget: Pick<CommentBudget, 'bookWords'>,
): Promise<void> {
  const { id, projectId, resourceId, decision, summary } = order
  await lockNumbers(db, projectId)
  const [known] = await db.select().from(reviews).where(eq(reviews.id, id))
  if (known && (known.projectId !== projectId || known.authorId !== author.userId))
    throw new Refusal('id_taken')
  if (known) return
  if (resourceId && !(await arePresentIn(db, projectId, [resourceId]))) throw new Refusal('not_found')
  if (decision === 'changes' && summary === '') throw new Refusal('reason_required')

  const drafts = await lockDrafts(db, order, author.userId)
  if (drafts.length === 0 && summary === '' && decision === 'comments') throw new Refusal('review_empty')

  await budget.bookWords(db, projectId, author.userId, Buffer.byteLength(summary))
  const at = new Date()
  await db.insert(reviews).values({
    id,
    projectId,
    resourceId: resourceId ?? null,
    decision,
    summary,
    authorId: author.userId,
    authorName: author.name,
    authorSide: author.side,
    createdAt: at,
  })
  const changes = new Map<string, number>()
  for (const { comment, thread } of drafts) {
    const isFirst = thread.draft && comment.position === 0
    const position = isFirst ? 0 : (changes.get(thread.id) ?? thread.changes) + 1
    const published = { draft: false, reviewId: id, createdAt: at }
    /* oxlint-disable no-await-in-loop -- one connection does one thing at a time */
    if (isFirst) {
      const number = await nextNumber(db, projectId, false, threadsPerProject)
      await db
        .update(threads)
        .set({ ...published, number })
        .where(eq(threads.id, thread.id))
    } else {
      await db.update(threads).set({ changes: position }).where(eq(threads.id, thread.id))
      changes.set(thread.id, position)
    }
    await db
      .update(comments)
      .set({
        ...published,
        position,
        writtenAt: comment.writtenAt ?? writtenEarlier(comment.createdAt.toISOString()),
      })
      .where(eq(comments.id, comment.id))
    /* oxlint-enable no-await-in-loop */
  }
  await noteReview(db, id)
  await recordReview(db, id)
}

/** Somebody's drafts as they were begun. Their threads are locked by id, as all who change many do. */
async function lockDrafts(db: Queries, order: ReviewOrder, authorId: string) {
  const { projectId, resourceId, resources: open } = order
  const isOwn = and(eq(comments.draft, true), eq(comments.authorId, authorId))
  const locked = await db
    .select({ id: threads.id })
    .from(threads)
    .where(
      and(
        eq(threads.projectId, projectId),
        resourceId
          ? or(eq(threads.resourceId, resourceId), open === null ? isNull(threads.resourceId) : undefined)
          : undefined,
        inArray(threads.id, db.select({ id: comments.threadId }).from(comments).where(isOwn)),
      ),
    )
    .orderBy(threads.id)
    .for('no key update')
  const ids = locked.map(({ id }) => id)
  return db
    .select({ comment: comments, thread: threads })
    .from(comments)
    .innerJoin(threads, eq(threads.id, comments.threadId))
    .where(and(isOwn, inArray(threads.id, ids)))
    .orderBy(asc(comments.createdAt), desc(comments.position))
}

/** Which threads a review published or added to. */
export async function threadsOfReview(db: Queries, reviewId: string): Promise<string[]> {
  const rows = await db
    .selectDistinct({ id: comments.threadId })
    .from(comments)
    .where(eq(comments.reviewId, reviewId))
  return rows.map(({ id }) => id)
}
