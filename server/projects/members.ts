import { and, asc, eq, sql } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import type { Member } from '../../shared/projects.ts'
import type { Role, Side } from '../../shared/permissions.ts'
import type { TrailActor } from '../../shared/trail.ts'
import { users } from '../accounts/tables.ts'
import type { Database, Queries, Transaction } from '../db/database.ts'
import { stillMay } from '../http/access-recheck.ts'
import { appendTrail } from '../trail/append.ts'
import { changesOf } from '../trail/changes.ts'
import { members, projects } from './tables.ts'

/** An address that somebody else confirmed is not shown as theirs who merely named it. */
const shownEmail = sql<string | null>`case when ${users.emailConfirmedAt} is null and exists (
  select from users other where other.email = ${users.email} and other.email_confirmed_at is not null
) then null else ${users.email} end`

export async function listMembers(db: Queries, projectId: string): Promise<Member[]> {
  const rows = await db
    .select({ member: members, user: { name: users.name, firm: users.firm, email: shownEmail } })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(eq(members.projectId, projectId))
    .orderBy(asc(members.joinedAt), asc(users.id))
  return rows.map(({ member, user }) => ({
    userId: member.userId,
    ...user,
    side: member.side,
    role: member.role,
    joinedAt: member.joinedAt.toISOString(),
  }))
}

/**
 * Within the transaction that makes somebody a member of one more project.
 * @throws Refusal `too_many_projects` when they are in as many as anybody may be
 */
export async function keepPlaceFor(
  db: Queries,
  userId: string,
  { projectsPerPerson: limit }: Pick<Limits, 'projectsPerPerson'>,
): Promise<void> {
  // locked, or of several at the same moment each would see the others' places free
  await db.select({ id: users.id }).from(users).where(eq(users.id, userId)).for('no key update')
  if ((await db.$count(members, eq(members.userId, userId))) >= limit) {
    throw new Refusal('too_many_projects', { limit })
  }
}

/** Gives a member another role or side. @throws Refusal `not_found`, `last_owner` */
export async function changeMember(
  database: Database,
  projectId: string,
  userId: string,
  change: { role?: Role; side?: Side },
  actor: TrailActor,
): Promise<Member> {
  return database.transaction(async (db) => {
    const found = await lockMember(db, projectId, userId)
    if (change.role && change.role !== 'owner') await keepAnOwner(db, projectId, found.role)
    if (Object.keys(change).length > 0)
      await db.update(members).set(change).where(isMember(projectId, userId))
    const changed = (await listMembers(db, projectId)).find((member) => member.userId === userId)!
    const details = changesOf(found, change)
    if (Object.keys(details).length > 0) {
      const subject = { person: { userId, name: changed.name } }
      await appendTrail(db, projectId, [{ actor, action: 'member.changed', subject, details }])
    }
    return changed
  })
}

/** Ends what else lets somebody into a project, in the transaction that takes them out of it. */
export type EndOtherAccess = (
  tx: Transaction,
  projectId: string,
  userId: string,
  actor: TrailActor,
) => Promise<unknown>

/** Takes a member out of the project, or lets them go by themselves. @throws Refusal `not_found`, `last_owner` */
export async function removeMember(
  database: Database,
  projectId: string,
  userId: string,
  actor: TrailActor,
  endOtherAccess: EndOtherAccess,
): Promise<void> {
  await database.transaction(async (db) => {
    const { role, side } = await lockMember(db, projectId, userId)
    await keepAnOwner(db, projectId, role)
    await db.delete(members).where(isMember(projectId, userId))
    const [user] = await db.select({ name: users.name }).from(users).where(eq(users.id, userId))
    const action = actor.userId === userId ? 'member.left' : 'member.removed'
    const subject = { person: { userId, name: user!.name } }
    await appendTrail(db, projectId, [{ actor, action, subject, details: { role, side } }])
    // what they came in by before they were a member would let them in again
    await endOtherAccess(db, projectId, userId, actor)
  })
}

const isMember = (projectId: string, userId: string) =>
  and(eq(members.projectId, projectId), eq(members.userId, userId))

/**
 * The project's row is locked first, or two owners who leave at the same moment would each see the other stay. No more
 * than that: rows that refer to the project are still written, or who signs, and holds their place as a member, would
 * wait for this as this waits for them. Whether who asks may do so is looked at before it is done, as people change their
 * own access.
 */
async function lockMember(db: Transaction, projectId: string, userId: string) {
  await db.select({ id: projects.id }).from(projects).where(eq(projects.id, projectId)).for('no key update')
  await stillMay(db)
  const [member] = await db.select().from(members).where(isMember(projectId, userId))
  if (!member) throw new Refusal('not_found')
  return member
}

async function keepAnOwner(db: Queries, projectId: string, leaving: Role): Promise<void> {
  if (leaving !== 'owner') return
  const owners = await db.$count(members, and(eq(members.projectId, projectId), eq(members.role, 'owner')))
  if (owners === 1) throw new Refusal('last_owner')
}
