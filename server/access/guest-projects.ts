import { and, desc, eq, inArray, isNull, max, sql } from 'drizzle-orm'
import type { ProjectSummary } from '../../shared/projects.ts'
import { pendingStates } from '../../shared/review.ts'
import type { Queries } from '../db/database.ts'
import { resources } from '../resources/tables.ts'
import { members, projects } from '../projects/tables.ts'
import { threads } from '../review/tables.ts'
import { currentLinks } from '../guests/current-links.ts'
import { guestResources, guestLinks } from '../guests/tables.ts'

/**
 * The projects that a user came into by a link that still works, each as far as the link opens it; the `limit` that
 * they came into last.
 */
export async function listGuestProjects(
  db: Queries,
  userId: string,
  limit: number,
): Promise<ProjectSummary[]> {
  const current = currentLinks(db, eq(guestLinks.userId, userId))
  const seenResources = and(
    isNull(resources.removedAt),
    inArray(
      resources.id,
      db
        .select({ id: guestResources.resourceId })
        .from(guestResources)
        .where(eq(guestResources.linkId, current.linkId)),
    ),
  )
  const seenThreads = and(
    inArray(threads.resourceId, db.select({ id: resources.id }).from(resources).where(seenResources)),
    inArray(threads.state, pendingStates),
    eq(threads.draft, false),
  )
  const rows = await db
    .select({
      id: projects.id,
      name: projects.name,
      phase: projects.phase,
      createdAt: projects.createdAt,
      side: current.side,
      role: current.role,
      members: db.$count(members, eq(members.projectId, projects.id)),
      documents: db.$count(resources, seenResources),
      openThreads: db.$count(threads, seenThreads),
      // what is done elsewhere in the project, and when, is not told
      changedAt: sql<Date | null>`(${db
        .select({ at: max(resources.updatedAt) })
        .from(resources)
        .where(seenResources)})`.mapWith(resources.updatedAt),
    })
    .from(current)
    .innerJoin(projects, eq(projects.id, current.projectId))
    .orderBy(desc(current.takenAt))
    .limit(limit)
  return rows.map(({ createdAt, changedAt, ...one }) => ({
    ...one,
    updatedAt: (changedAt ?? createdAt).toISOString(),
  }))
}
