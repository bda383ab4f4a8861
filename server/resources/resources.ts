import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import type { ResourceSummary } from '../../shared/projects.ts'
import type { Queries } from '../db/database.ts'
import { resources } from './tables.ts'

/** A resource that was not removed. */
export const isPresent = (resourceId: string) =>
  and(eq(resources.id, resourceId), isNull(resources.removedAt))

/** A resource that was not removed; null for none. */
export async function findResource(
  db: Queries,
  resourceId: string,
): Promise<typeof resources.$inferSelect | null> {
  const [row] = await db.select().from(resources).where(isPresent(resourceId))
  return row ?? null
}

/** True when all of these are resources of the project, and none of them was removed. */
export async function arePresentIn(
  db: Queries,
  projectId: string,
  resourceIds: readonly string[],
): Promise<boolean> {
  const wanted = new Set(resourceIds)
  const present = and(
    eq(resources.projectId, projectId),
    inArray(resources.id, [...wanted]),
    isNull(resources.removedAt),
  )
  return (await db.$count(resources, present)) === wanted.size
}

/** The project's resources that were not removed, the oldest first. */
export const listResources = (db: Queries, projectId: string): Promise<ResourceSummary[]> =>
  db
    .select({ id: resources.id, kind: resources.kind, title: resources.title })
    .from(resources)
    .where(and(eq(resources.projectId, projectId), isNull(resources.removedAt)))
    .orderBy(asc(resources.createdAt))

/** How these resources are called, by id, those that were removed too. */
export async function titlesOf(
  db: Queries,
  resourceIds: readonly (string | null)[],
): Promise<Map<string, string>> {
  const wanted = [...new Set(resourceIds.filter((id) => id !== null))]
  if (wanted.length === 0) return new Map()
  const rows = await db
    .select({ id: resources.id, title: resources.title })
    .from(resources)
    .where(inArray(resources.id, wanted))
  return new Map(rows.map(({ id, title }) => [id, title]))
}

/** A resource, also one that was removed; null for none. */
export async function anyResource(
  db: Queries,
  resourceId: string,
): Promise<typeof resources.$inferSelect | null> {
  const [row] = await db.select().from(resources).where(eq(resources.id, resourceId))
  return row ?? null
}
