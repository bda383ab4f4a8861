import { and, eq, isNull, lt } from 'drizzle-orm'
import type { Queries } from '../db/database.ts'
import { resources } from '../resources/tables.ts'
import type { Rooms } from '../rooms/ports.ts'
import { contentCheck } from '../history/content-check.ts'
import { documents } from '../history/tables.ts'

/**
 * Has those of a project's texts repaired that came in before all of it was checked and that nobody has opened since: to
 * be called before they are read past their rooms. Where nothing is to be done it costs one query.
 */
export async function repairUnseen(db: Queries, projectId: string, read: Rooms['read']): Promise<void> {
  const unseen = await db
    .select({ id: documents.id })
    .from(documents)
    .innerJoin(resources, eq(resources.id, documents.id))
    .where(
      and(
        eq(resources.projectId, projectId),
        isNull(resources.removedAt),
        lt(documents.contentCheck, contentCheck),
      ),
    )
  for (const { id } of unseen) await read(id)
}
