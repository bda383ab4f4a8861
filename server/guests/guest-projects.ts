import { and, eq, inArray } from 'drizzle-orm'
import type { ProjectSummary } from '../../shared/projects.ts'
import type { Queries } from '../db/database.ts'
import { members, projects } from '../projects/tables.ts'
import { threads } from '../review/tables.ts'
import { guestProjectIds, guestStandingIn } from '../people/guest-standing.ts'

/** The projects that a user came into by a link that still works, each as far as the link opens it. */
export async function listGuestProjects(db: Queries, userId: string): Promise<ProjectSummary[]> {
  const ids = await guestProjectIds(db, userId)
  const found = await Promise.all(ids.map((projectId) => readGuestProject(db, userId, projectId)))
  return found.filter((one) => one !== null)
}

async function readGuestProject(
  db: Queries,
  userId: string,
  projectId: string,
): Promise<ProjectSummary | null> {
  const standing = await guestStandingIn(db, userId, projectId)
  const [project] = await db.select().from(projects).where(eq(projects.id, projectId))
  if (!standing || !project) return null
  const { id, name, phase, updatedAt } = project
  const seen = and(
    inArray(threads.documentId, standing.documents),
    eq(threads.state, 'open'),
    eq(threads.draft, false),
  )
  const [openThreads, size] = await Promise.all([
    db.$count(threads, seen),
    db.$count(members, eq(members.projectId, projectId)),
  ])
  return {
    id,
    name,
    phase,
    side: standing.side,
    role: standing.role,
    members: size,
    documents: standing.documents.length,
    openThreads,
    updatedAt: updatedAt.toISOString(),
  }
}
