import { and, eq, inArray, max } from 'drizzle-orm'
import type { ProjectSummary } from '../../shared/projects.ts'
import type { Queries } from '../db/database.ts'
import { documents } from '../documents/tables.ts'
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
  const { id, name, phase } = project
  const seen = and(
    inArray(threads.documentId, standing.documents),
    eq(threads.state, 'open'),
    eq(threads.draft, false),
  )
  const seenDocuments = inArray(documents.id, standing.documents)
  const [openThreads, size, [changed]] = await Promise.all([
    db.$count(threads, seen),
    db.$count(members, eq(members.projectId, projectId)),
    // what is done elsewhere in the project, and when, is not told
    db
      .select({ at: max(documents.updatedAt) })
      .from(documents)
      .where(seenDocuments),
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
    updatedAt: (changed?.at ?? project.createdAt).toISOString(),
  }
}
