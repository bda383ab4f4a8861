import { inArray } from 'drizzle-orm'
import type { Author } from '../../shared/review.ts'
import type { TrailDetails } from '../../shared/trail.ts'
import { users } from '../accounts/tables.ts'
import type { Queries, Transaction } from '../db/database.ts'
import { stillMay } from '../http/access-recheck.ts'
import { appendTrail, type Act } from '../trail/append.ts'
import { canonicalJson, sha256Hex } from '../trail/canonical.ts'
import { changesOf } from '../trail/changes.ts'
import type { comments, reviews, threads } from './tables.ts'

type ThreadRow = typeof threads.$inferSelect
type CommentRow = typeof comments.$inferSelect
/** What the trail tells of a point that was raised. */
type RaisedThread = Pick<
  ThreadRow,
  | 'id'
  | 'number'
  | 'resourceId'
  | 'kind'
  | 'severity'
  | 'category'
  | 'tooling'
  | 'stage'
  | 'assigneeId'
  | 'dueOn'
> & { replacement: ThreadRow['replacement'] }

/** The SHA-256 of what a comment says: a signed record that holds the comment can be held against the trail. */
export const wordsSha256 = ({ body, content }: Pick<CommentRow, 'body' | 'content'>): string =>
  sha256Hex(canonicalJson({ body, content }))

export const subjectOf = (
  { id, number, resourceId }: Pick<ThreadRow, 'id' | 'number' | 'resourceId'>,
  comment?: { id: string },
) => ({
  thread: { id, number: number! },
  ...(resourceId !== null && { document: { id: resourceId } }),
  ...(comment && { comment: { id: comment.id } }),
})

/** That a point was raised with its first comment, or that a comment was added to it. */
export function commentEntry(thread: RaisedThread, comment: CommentRow): Act {
  const actor = authorOf(comment)
  const words = { wordsSha256: wordsSha256(comment), ...(comment.reviewId && { reviewId: comment.reviewId }) }
  const subject = subjectOf(thread, comment)
  if (comment.position !== 0) return { actor, action: 'comment.added', subject, details: words }
  const { kind, severity, category, tooling, stage, assigneeId, dueOn, replacement } = thread
  const details: TrailDetails = { ...words, kind, severity, category, tooling, stage, assigneeId, dueOn }
  if (replacement) details.replacementSha256 = sha256Hex(canonicalJson(replacement))
  return { actor, action: 'thread.raised', subject, details }
}

/** Writes that a comment was said; nothing of a draft, which nobody but its author knows of, and who must still be in. */
export async function recordComment(tx: Transaction, thread: ThreadRow, comment: CommentRow): Promise<void> {
  await (comment.draft ? stillMay(tx) : appendTrail(tx, thread.projectId, [commentEntry(thread, comment)]))
}

/** Writes that a review was published, and then each point and comment that came with it. */
export async function recordReview(
  tx: Transaction,
  review: typeof reviews.$inferSelect,
  acts: Act[],
): Promise<void> {
  const { id, projectId, resourceId, decision, summary } = review
  const published: Act = {
    actor: authorOf(review),
    action: 'review.published',
    subject: { review: { id }, ...(resourceId !== null && { document: { id: resourceId } }) },
    details: { decision, comments: acts.length, ...(summary && { summarySha256: sha256Hex(summary) }) },
  }
  await appendTrail(tx, projectId, [published, ...acts])
}

/** That a point was changed: each field as it was and became, assignees by their names as well. */
export function changeAct(
  row: ThreadRow,
  fields: Partial<ThreadRow>,
  actor: Author,
  names: ReadonlyMap<string, string>,
): Act {
  const { closedReason, assigneeId, ...others } = fields
  const { state, kind, severity, category, tooling, stage, dueOn } = others
  const details = changesOf(row, { state, kind, severity, category, tooling, stage, assigneeId, dueOn })
  if (assigneeId !== undefined) {
    const nameOf = (id: string | null) => (id === null ? null : (names.get(id) ?? null))
    details.assignee = { from: nameOf(row.assigneeId), to: nameOf(assigneeId) }
  }
  if (closedReason) details.reasonSha256 = sha256Hex(closedReason)
  return { actor, action: 'thread.changed', subject: subjectOf(row), details }
}

/** How people are called, by their ids. */
export async function namesOf(
  db: Queries,
  userIds: readonly (string | null)[],
): Promise<Map<string, string>> {
  const wanted = [...new Set(userIds.filter((id) => id !== null))]
  if (wanted.length === 0) return new Map()
  const rows = await db
    .select({ id: users.id, name: users.name })
    .from(users)
    .where(inArray(users.id, wanted))
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** An entry for all points of a document to which the same was done, by number. */
export function together(acts: Act[]): Act[] {
  const alike = new Map<string, Act[]>()
  for (const act of acts) {
    const { subject, details, ...rest } = act
    const key = canonicalJson({ ...rest, document: subject?.document ?? null, details: details ?? null })
    const same = alike.get(key)
    if (same) same.push(act)
    else alike.set(key, [act])
  }
  return [...alike.values()].map((same) => {
    const [first] = same
    if (same.length === 1) return first!
    const { thread: _, ...subject } = first!.subject ?? {}
    const threads = same.flatMap((act) => act.subject?.thread ?? [])
    return { ...first!, subject: { ...subject, threads: threads.toSorted((a, b) => a.number - b.number) } }
  })
}

const authorOf = (row: { authorId: string; authorName: string; authorSide: Author['side'] }): Author => ({
  userId: row.authorId,
  name: row.authorName,
  side: row.authorSide,
})
