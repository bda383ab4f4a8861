import { and, count, desc, eq, inArray, isNull, or, sql } from 'drizzle-orm'
import type { PublishedReview } from '../../shared/review.ts'
import type { Queries } from '../db/database.ts'
import { inParts, type Parts } from './large-lists.ts'
import { comments, reviews, threads } from './tables.ts'
import type { Viewer } from './visibility.ts'

type ThreadRow = typeof threads.$inferSelect

/** So many of a project's reviews are shown, the latest. */
const mostListed = 500
/** What a review is as JSON beside its summary (bytes). */
const besideSummary = 400

const latestFirst = [desc(reviews.createdAt), desc(reviews.id)]

/**
 * A project's reviews, the latest first, in parts; of one document, those of the whole project too. A guest sees those
 * of their documents.
 */
export async function listReviewSizes(
  db: Queries,
  projectId: string,
  resourceId: string | undefined,
  { resources: open }: Pick<Viewer, 'resources'>,
): Promise<Parts> {
  const rows = await db
    .select({ id: reviews.id, words: sql`octet_length(${reviews.summary})`.mapWith(Number) })
    .from(reviews)
    .where(
      and(
        eq(reviews.projectId, projectId),
        resourceId ? or(eq(reviews.resourceId, resourceId), isNull(reviews.resourceId)) : undefined,
        open ? inArray(reviews.resourceId, [...open]) : undefined,
      ),
    )
    .orderBy(...latestFirst)
    .limit(mostListed)
  return inParts(rows.map(({ id, words }) => ({ id, bytes: words + besideSummary })))
}

/** `{"reviews": […]}`, a part read when the one before is taken. */
export async function* reviewsAsJson(
  db: Queries,
  { ids }: Parts,
  viewer: Pick<Viewer, 'resources'>,
): AsyncGenerator<string, void> {
  yield '{"reviews":['
  let between = ''
  for (const part of ids) {
    for (const review of await readReviews(db, part, viewer)) {
      yield between + JSON.stringify(review)
      between = ','
    }
  }
  yield ']}'
}

/** A review of the project, if this viewer sees it, and which threads it published or added to. */
export async function readReview(
  db: Queries,
  reviewId: string,
  viewer: Pick<Viewer, 'resources'> = { resources: null },
): Promise<{ review: PublishedReview; threadIds: string[] } | undefined> {
  const [row] = await readRows(db, [reviewId], viewer)
  return row && { review: reviewOf(row), threadIds: row.threadIds }
}

async function readReviews(
  db: Queries,
  ids: string[],
  viewer: Pick<Viewer, 'resources'>,
): Promise<PublishedReview[]> {
  return (await readRows(db, ids, viewer)).map(reviewOf)
}

/** A guest sees the reviews of their documents, counted by the comments that they see. */
function readRows(db: Queries, ids: string[], { resources: open }: Pick<Viewer, 'resources'>) {
  const said = db
    .select({
      reviewId: comments.reviewId,
      comments: count().as('comments'),
      threadIds: sql<string[]>`array_agg(distinct ${threads.id})`.as('thread_ids'),
    })
    .from(comments)
    .innerJoin(threads, eq(threads.id, comments.threadId))
    .where(and(inArray(comments.reviewId, ids), open ? inArray(threads.resourceId, [...open]) : undefined))
    .groupBy(comments.reviewId)
    .as('said')
  return db
    .select({
      row: reviews,
      comments: sql`coalesce(${said.comments}, 0)`.mapWith(Number),
      threadIds: sql<string[]>`coalesce(${said.threadIds}, '{}')`,
    })
    .from(reviews)
    .leftJoin(said, eq(said.reviewId, reviews.id))
    .where(and(inArray(reviews.id, ids), open ? inArray(reviews.resourceId, [...open]) : undefined))
    .orderBy(...latestFirst)
}

const reviewOf = ({
  row,
  comments: size,
}: Awaited<ReturnType<typeof readRows>>[number]): PublishedReview => ({
  id: row.id,
  projectId: row.projectId,
  resourceId: row.resourceId,
  decision: row.decision,
  summary: row.summary,
  author: { userId: row.authorId, name: row.authorName, side: row.authorSide },
  createdAt: row.createdAt.toISOString(),
  comments: size,
})

/** What is told of a comment that a review published, and of its thread; of a proposal's words with its first alone. */
const told = {
  thread: {
    id: threads.id,
    projectId: threads.projectId,
    resourceId: threads.resourceId,
    number: threads.number,
    kind: threads.kind,
    severity: threads.severity,
    category: threads.category,
    tooling: threads.tooling,
    stage: threads.stage,
    assigneeId: threads.assigneeId,
    dueOn: threads.dueOn,
    authorId: threads.authorId,
    replacement: sql<
      ThreadRow['replacement']
    >`case when ${comments.position} = 0 then ${threads.replacement} end`,
  },
  comment: comments,
}

/** The comments of a review with their threads, by number and place; a part is read when the one before is taken. */
export async function* commentsOfReview(db: Queries, reviewId: string) {
  const isThis = eq(comments.reviewId, reviewId)
  const replaced = sql`case when ${comments.position} = 0 then ${threads.replacementBytes} else 0 end`
  const sizes = await db
    .select({ id: comments.id, bytes: sql`${comments.bytes} + ${replaced}`.mapWith(Number) })
    .from(comments)
    .innerJoin(threads, eq(threads.id, comments.threadId))
    .where(isThis)
    .orderBy(threads.number, comments.position)
  for (const ids of inParts(sizes).ids) {
    yield* await db
      .select(told)
      .from(comments)
      .innerJoin(threads, eq(threads.id, comments.threadId))
      .where(inArray(comments.id, ids))
      .orderBy(threads.number, comments.position)
  }
}
