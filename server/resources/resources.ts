import { and, eq, inArray, isNull } from 'drizzle-orm'
import type { Queries } from '../db/database.ts'
import { resources } from './tables.ts'

/** A resource that was not removed. */
export const isPresent = (resourceId: string) =>
  and(eq(resources.id, resourceId), isNull(resources.removedAt))

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

/** What a resource is called, also one that was removed; null for none. */
export async function titleOf(db: Queries, resourceId: string): Promise<string | null> {
  const [row] = await db
    .select({ title: resources.title })
    .from(resources)
    .where(eq(resources.id, resourceId))
  return row?.title ?? null
}
