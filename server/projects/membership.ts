import { and, eq } from 'drizzle-orm'
import type { Membership } from '../../shared/projects.ts'
import type { Queries } from '../db/database.ts'
import { members, projects } from './tables.ts'

/** Where a user stands in a project; null when it does not exist or is not theirs, without a difference. */
export async function membershipIn(
  db: Queries,
  userId: string,
  projectId: string,
): Promise<Membership | null> {
  const [row] = await db
    .select({ userId: members.userId, side: members.side, role: members.role, phase: projects.phase })
    .from(members)
    .innerJoin(projects, eq(projects.id, members.projectId))
    .where(and(eq(members.projectId, projectId), eq(members.userId, userId)))
  return row ? { ...row, guestUntil: null } : null
}

/** Notes that something in the project changed, so that lists show the latest first. */
export async function touchProject(db: Queries, projectId: string): Promise<void> {
  await db.update(projects).set({ updatedAt: new Date() }).where(eq(projects.id, projectId))
}
