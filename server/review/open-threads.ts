import { and, count, eq, inArray } from 'drizzle-orm'
import type { Queries } from '../db/database.ts'
import { threads } from './tables.ts'
import { threadShownTo } from './visible.ts'

/** How many points of each of these projects are open; a project without one is not in the map. */
export async function countOpenThreads(db: Queries, projectIds: string[]): Promise<Map<string, number>> {
  const rows = await db
    .select({ projectId: threads.projectId, size: count() })
    .from(threads)
    .where(and(inArray(threads.projectId, projectIds), eq(threads.state, 'open'), threadShownTo()))
    .groupBy(threads.projectId)
  return new Map(rows.map(({ projectId, size }) => [projectId, size]))
}
