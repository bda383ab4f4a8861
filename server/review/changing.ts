import { and, eq, inArray } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import { sees } from '../../shared/permissions.ts'
import type { ThreadChange } from '../../shared/review.ts'
import { refusalOfFields, type ChangedField } from '../../shared/thread-rules.ts'
import type { Queries, Transaction } from '../db/database.ts'
import type { Env } from '../http/route.ts'
import { recordAll, type News } from '../notify/record.ts'
import { listPeople } from '../guests/people.ts'
import { appendTrail, type Act } from '../trail/append.ts'
import type { CommentBudget } from './comment-budget.ts'
import { closing, type Changer } from './closing.ts'
import { newsOfChange } from './news.ts'
import { threads } from './tables.ts'
import { changeAct, together } from './trail.ts'

type ThreadRow = typeof threads.$inferSelect

/** Who asks for a change of points, from a request inside a project. */
export const changerOf = ({ user, scope }: Pick<Env['Variables'], 'user' | 'scope'>): Changer => ({
  userId: user.id,
  name: user.name,
  side: scope.side,
  role: scope.role,
  phase: scope.phase,
})

/**
 * Makes the same change to each of these points, or to none. Their rows are locked in one order, so that two such
 * changes never wait for each other.
 * @throws Refusal `not_found` when a point is not of this project, or the assignee does not see it; what
 * `refusalOfFields` and `refusalOfState` say, and for a reason what `CommentBudget.bookWords` throws
 */
export async function changePoints(
  db: Transaction,
  projectId: string,
  threadIds: string[],
  change: ThreadChange,
  by: Changer,
  budget: Pick<CommentBudget, 'bookWords'>,
): Promise<void> {
  const wanted = [...new Set(threadIds)]
  const rows = await db
    .select()
    .from(threads)
    .where(and(eq(threads.projectId, projectId), inArray(threads.id, wanted)))
    .orderBy(threads.id)
    .for('no key update')
  const seen = rows.filter((row) => !row.draft || row.authorId === by.userId)
  if (seen.length !== wanted.length) throw new Refusal('not_found')
  const places = rows.map(({ resourceId }) => resourceId)
  await checkAssignee(db, projectId, change.assigneeId, places)
  const at = new Date()
  const actor = { userId: by.userId, name: by.name, side: by.side }
  const news: News[] = []
  const acts: Act[] = []
  let reasonBytes = 0
  for (const row of rows) {
    const fields = changeOf(row, change, by, at)
    if (!fields) continue
    if (fields.closedReason) reasonBytes += Buffer.byteLength(fields.closedReason)
    /* oxlint-disable no-await-in-loop -- one connection does one thing at a time */
    await db.update(threads).set(fields).where(eq(threads.id, row.id))
    news.push(...(await newsOfChange(db, row, fields, actor)))
    if (!row.draft) acts.push(await changeAct(db, row, fields, actor))
    /* oxlint-enable no-await-in-loop */
  }
  await budget.bookWords(db, projectId, by.userId, reasonBytes)
  await recordAll(db, news)
  await appendTrail(db, projectId, together(acts))
}

/** @throws Refusal `not_found` unless the assignee sees each of these documents (null: the whole project) */
export async function checkAssignee(
  db: Queries,
  projectId: string,
  assigneeId: string | null | undefined,
  resourceIds: (string | null)[],
): Promise<void> {
  if (!assigneeId) return
  const [assignee] = await listPeople(db, projectId, [assigneeId])
  if (!assignee || !resourceIds.every((id) => sees(assignee, id))) throw new Refusal('not_found')
}

/** What a change writes to a point's row; null when it stands so already. */
function changeOf(row: ThreadRow, change: ThreadChange, by: Changer, at: Date): Partial<ThreadRow> | null {
  const { state, reason, ...fields } = change
  const differing = Object.entries(fields).filter(
    ([field, value]) => value !== undefined && value !== row[field as keyof typeof fields],
  )
  const refused = refusalOfFields(
    row,
    differing.map(([field]) => field as ChangedField),
    by,
  )
  if (refused) throw new Refusal(refused.code, refused.params)
  const closed = state ? closing(row, { state, reason }, by, at) : null
  if (differing.length === 0 && !closed) return null
  return { ...Object.fromEntries(differing), ...closed, changes: row.changes + 1 }
}
