import { and, asc, eq } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import type { Member } from '../../shared/projects.ts'
import type { Role, Side } from '../../shared/permissions.ts'
import { users } from '../accounts/tables.ts'
import type { Database, Queries } from '../db/database.ts'
import { members, projects } from './tables.ts'

export async function listMembers(db: Queries, projectId: string): Promise<Member[]> {
  const rows = await db
    .select({ member: members, user: { name: users.name, firm: users.firm, email: users.email } })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(eq(members.projectId, projectId))
    .orderBy(asc(members.joinedAt))
  return rows.map(({ member, user }) => ({
    userId: member.userId,
    ...user,
    side: member.side,
    role: member.role,
    joinedAt: member.joinedAt.toISOString(),
  }))
}

/** Gives a member another role or side. @throws Refusal `not_found`, `last_owner` */
export async function changeMember(
  database: Database,
  projectId: string,
  userId: string,
  change: { role?: Role; side?: Side },
): Promise<Member> {
  return database.transaction(async (db) => {
    const found = await lockMember(db, projectId, userId)
    if (change.role && change.role !== 'owner') await keepAnOwner(db, projectId, found)
    if (Object.keys(change).length > 0)
      await db.update(members).set(change).where(isMember(projectId, userId))
    return (await listMembers(db, projectId)).find((member) => member.userId === userId)!
  })
}

/** Takes a member out of the project. @throws Refusal `not_found`, `last_owner` */
export async function removeMember(database: Database, projectId: string, userId: string): Promise<void> {
  await database.transaction(async (db) => {
    await keepAnOwner(db, projectId, await lockMember(db, projectId, userId))
    await db.delete(members).where(isMember(projectId, userId))
  })
}

const isMember = (projectId: string, userId: string) =>
  and(eq(members.projectId, projectId), eq(members.userId, userId))

/** The project's row is locked first, or two owners who leave at the same moment would each see the other stay. */
async function lockMember(db: Queries, projectId: string, userId: string) {
  await db.select({ id: projects.id }).from(projects).where(eq(projects.id, projectId)).for('update')
  const [member] = await db.select().from(members).where(isMember(projectId, userId))
  if (!member) throw new Refusal('not_found')
  return member
}

async function keepAnOwner(
  db: Queries,
  projectId: string,
  leaving: typeof members.$inferSelect,
): Promise<void> {
  if (leaving.role !== 'owner') return
  const owners = await db.$count(members, and(eq(members.projectId, projectId), eq(members.role, 'owner')))
  if (owners === 1) throw new Refusal('last_owner')
}
