import { and, eq, inArray, sql } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import { sees } from '../../shared/permissions.ts'
import type { Person } from '../../shared/projects.ts'
import type { ThreadChange } from '../../shared/review.ts'
import { refusalOfFields, type ChangedField } from '../../shared/rules/thread-rules.ts'
import type { Queries, Transaction } from '../db/database.ts'
import type { Env } from '../http/route.ts'
import { listPeople } from '../guests/people.ts'
import { appendTrail } from '../trail/append.ts'
import type { CommentBudget } from './comment-budget.ts'
import { stateChange, type Changer } from './state-change.ts'
import { noteChanges } from './notifications.ts'
import { refuse } from './refusals.ts'
import { threads } from './tables.ts'
import { changeAct, namesOf, together } from './trail.ts'

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
  const changed = rows.flatMap((row) => {
    const fields = changeOf(row, change, by, at)
    return fields ? [{ row, fields }] : []
  })
  await updateAll(db, changed)
  const reasons = changed.map(({ fields }) => Buffer.byteLength(fields.closedReason ?? ''))
  await budget.bookWords(
    db,
    projectId,
    by.userId,
    reasons.reduce((sum, bytes) => sum + bytes, 0),
  )
  await noteChanges(db, projectId, changed, actor)
  const published = changed.filter(({ row }) => !row.draft)
  const assigned = published.filter(({ fields }) => fields.assigneeId !== undefined)
  const names = await namesOf(
    db,
    assigned.flatMap(({ row, fields }) => [row.assigneeId, fields.assigneeId ?? null]),
  )
  const acts = published.map(({ row, fields }) => changeAct(row, fields, actor, names))
  await appendTrail(db, projectId, together(acts))
}

/** One statement for all points to which the same is done. */
async function updateAll(
  db: Queries,
  changed: readonly { row: ThreadRow; fields: Partial<ThreadRow> }[],
): Promise<void> {
  const alike = new Map<string, { fields: Partial<ThreadRow>; ids: string[] }>()
  for (const { row, fields } of changed) {
    const key = JSON.stringify(fields)
    const same = alike.get(key)
    if (same) same.ids.push(row.id)
    else alike.set(key, { fields, ids: [row.id] })
  }
  for (const { fields, ids } of alike.values()) {
    await db
      .update(threads)
      .set({ ...fields, changes: sql`${threads.changes} + 1` })
      .where(inArray(threads.id, ids))
  }
}

/** The assignee. @throws Refusal `not_found` unless they see each of these documents (null: the whole project) */
export async function checkAssignee(
  db: Queries,
  projectId: string,
  assigneeId: string | null | undefined,
  resourceIds: (string | null)[],
): Promise<Person | null> {
  if (!assigneeId) return null
  const [assignee] = await listPeople(db, projectId, [assigneeId])
  if (!assignee || !resourceIds.every((id) => sees(assignee, id))) throw new Refusal('not_found')
  return assignee
}

/** What a change writes to a point's row, besides that it is counted; null when it stands so already. */
function changeOf(row: ThreadRow, change: ThreadChange, by: Changer, at: Date): Partial<ThreadRow> | null {
  const { state, reason, ...fields } = change
  const differing = Object.entries(fields).filter(
    ([field, value]) => value !== undefined && value !== row[field as keyof typeof fields],
  )
  const changed = differing.map(([field]) => field as ChangedField)
  refuse(refusalOfFields(row, changed, by))
  const closed = state ? stateChange(row, { state, reason }, by, at) : null
  if (differing.length === 0 && !closed) return null
  return { ...Object.fromEntries(differing), ...closed }
}
