import { and, count, eq, gt, inArray, isNull, or, sql, sum } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import type { Author, Decision } from '../../shared/review.ts'
import type { Queries, Transaction } from '../db/database.ts'
import { lockProject } from '../projects/projects.ts'
import { arePresentIn } from '../resources/resources.ts'
import type { Act } from '../trail/append.ts'
import type { CommentBudget } from './comment-budget.ts'
import { noteReview } from './notifications.ts'
import { comments, reviews, threads } from './tables.ts'
import { nextNumber, readNumbers } from './insert-thread.ts'
import { commentsOfReview } from './published.ts'
import { recordReview, commentEntry } from './trail.ts'
import { commentShownTo, draftOrder } from './visibility.ts'
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
 * nothing. @throws Refusal `id_taken`, `not_found`, `reason_required`, `review_empty`, `thread_full_for_drafts` with the
 * point's number, and what `bookWords` and `nextNumber` throw
 */
export async function publishReview(
  db: Transaction,
  order: ReviewOrder,
  author: Author,
  limits: Pick<Limits, 'threadsPerProject' | 'commentsPerThread' | 'threadCommentBytes'>,
  budget: Pick<CommentBudget, 'bookWords'>,
): Promise<void> {
  const { id, projectId, resourceId, decision, summary } = order
  await lockProject(db, projectId)
  const [known] = await db.select().from(reviews).where(eq(reviews.id, id))
  if (known && (known.projectId !== projectId || known.authorId !== author.userId))
    throw new Refusal('id_taken')
  if (known) return
  if (resourceId !== undefined && !(await arePresentIn(db, projectId, [resourceId])))
    throw new Refusal('not_found')
  if (decision === 'changes' && summary === '') throw new Refusal('reason_required')

  const drafts = await lockDrafts(db, order, author.userId)
  if (drafts.length === 0 && summary === '' && decision === 'comments') throw new Refusal('review_empty')

  await refuseFull(db, drafts, author.userId, limits)
  await budget.bookWords(db, projectId, author.userId, Buffer.byteLength(summary))
  const at = new Date()
  const [review] = await db
    .insert(reviews)
    .values({
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
    .returning()
  const by = { projectId, authorId: author.userId }
  await place(db, by, drafts, { draft: false, reviewId: id, createdAt: at }, limits.threadsPerProject)
  const acts: Act[] = []
  await noteReview(db, review!, eachAct(commentsOfReview(db, id), acts))
  await recordReview(db, review!, acts)
}

/** Passes on what was said, and keeps of each what the trail says of it. */
async function* eachAct(said: ReturnType<typeof commentsOfReview>, acts: Act[]): typeof said {
  for await (const one of said) {
    acts.push(commentEntry(one.thread, one.comment))
    yield one
  }
}

/** Each who kept drafts in a point was let do so beside what they saw: published, they may be more than it holds. */
async function refuseFull(
  db: Queries,
  drafts: Draft[],
  authorId: string,
  limits: Pick<Limits, 'commentsPerThread' | 'threadCommentBytes'>,
): Promise<void> {
  const ids = new Set(drafts.flatMap(({ thread }) => (thread.draft ? [] : [thread.id])))
  const size = sum(comments.bytes).mapWith(Number)
  const full = await db
    .select({ number: threads.number })
    .from(threads)
    .innerJoin(comments, eq(comments.threadId, threads.id))
    .where(and(inArray(threads.id, [...ids]), commentShownTo(authorId)))
    .groupBy(threads.id)
    .having(or(gt(count(), limits.commentsPerThread), gt(size, limits.threadCommentBytes)))
    .limit(1)
  if (full[0]) throw new Refusal('thread_full_for_drafts', { number: full[0].number! })
}

type Draft = Awaited<ReturnType<typeof lockDrafts>>[number]
type Published = Pick<typeof comments.$inferInsert, 'draft' | 'reviewId' | 'createdAt'>

/** Gives drafts the places that they get in the project and in their threads: one statement for all of a kind. */
async function place(
  db: Queries,
  by: { projectId: string; authorId: string },
  drafts: Draft[],
  published: Published,
  threadsPerProject: number,
): Promise<void> {
  const raised: string[] = []
  const last = new Map<string, number>()
  const positions = drafts.map(({ thread }) => {
    const before = last.get(thread.id) ?? (thread.draft ? -1 : thread.lastPosition)
    // the first of a thread that is a draft too is what it begins with
    if (before < 0) raised.push(thread.id)
    last.set(thread.id, before + 1)
    return before + 1
  })
  if (raised.length > 0) {
    const first = nextNumber(
      await readNumbers(db, by.projectId, by.authorId),
      threadsPerProject,
      raised.length,
    )
    const numbers = raised.map((_, at) => first + at)
    await db
      .update(threads)
      .set({ ...published, number: sql`given.number` })
      .from(sql`unnest(${sql.param(raised)}::text[], ${sql.param(numbers)}::int[]) as given(id, number)`)
      .where(eq(threads.id, sql`given.id`))
  }
  if (drafts.length === 0) return
  const ids = drafts.map(({ comment }) => comment.id)
  const times = drafts.map(
    ({ comment: { writtenAt, createdAt } }) =>
      (writtenAt ?? writtenEarlier(createdAt.toISOString()))?.toISOString() ?? null,
  )
  const added = [...last].filter(([, position]) => position > 0)
  const [changed, lasts] = [added.map(([id]) => id), added.map(([, position]) => position)]
  const counted = db.$with('counted').as(
    db
      .update(threads)
      .set({
        changes: sql`${threads.changes} + given.last_position - ${threads.lastPosition}`,
        lastPosition: sql`given.last_position`,
      })
      .from(
        sql`unnest(${sql.param(changed)}::text[], ${sql.param(lasts)}::int[]) as given(id, last_position)`,
      )
      .where(eq(threads.id, sql`given.id`))
      .returning({ id: threads.id }),
  )
  await db
    .with(counted)
    .update(comments)
    .set({ ...published, position: sql`given.position`, writtenAt: sql`given.written_at` })
    .from(
      sql`unnest(${sql.param(ids)}::text[], ${sql.param(positions)}::int[], ${sql.param(times)}::timestamptz[])
        as given(id, position, written_at)`,
    )
    .where(eq(comments.id, sql`given.id`))
}

/** Somebody's drafts as they were begun, without their words. Their threads are locked by id, as all who change many do. */
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
    .select({
      comment: {
        id: comments.id,
        writtenAt: comments.writtenAt,
        createdAt: comments.createdAt,
      },
      thread: { id: threads.id, draft: threads.draft, lastPosition: threads.lastPosition },
    })
    .from(comments)
    .innerJoin(threads, eq(threads.id, comments.threadId))
    .where(and(isOwn, inArray(threads.id, ids)))
    .orderBy(...draftOrder)
}
