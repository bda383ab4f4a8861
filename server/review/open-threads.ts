import { and, count, inArray } from 'drizzle-orm'
import { pendingStates } from '../../shared/review.ts'
import type { Queries } from '../db/database.ts'
import { threads } from './tables.ts'
import { threadShownTo } from './visible.ts'

/** How many points of each of these projects are pending; a project without one is not in the map. */
export async function countOpenThreads(db: Queries, projectIds: string[]): Promise<Map<string, number>> {
  const rows = await db
    .select({ projectId: threads.projectId, size: count() })
    .from(threads)
    .where(
      and(inArray(threads.projectId, projectIds), inArray(threads.state, pendingStates), threadShownTo()),
    )
    .groupBy(threads.projectId)
  return new Map(rows.map(({ projectId, size }) => [projectId, size]))
}
