import { eq, sql } from 'drizzle-orm'
import type { ResourceKinds, ResourceReader } from '../resources/kinds.ts'
import { resources } from '../resources/tables.ts'
import { resourceTexts } from './tables.ts'

/**
 * Brings the words of a project's resources up to date. Costs one look at the heads of each kind, and a reading of each
 * resource that was written in since the last search.
 */
export async function refreshTexts(
  kinds: ResourceKinds,
  reader: ResourceReader,
  projectId: string,
): Promise<void> {
  const { database } = reader
  const rows = await database
    .select({ id: resourceTexts.resourceId, seq: resourceTexts.seq })
    .from(resourceTexts)
    .innerJoin(resources, eq(resources.id, resourceTexts.resourceId))
    .where(eq(resources.projectId, projectId))
  const kept = new Map(rows.map(({ id, seq }) => [id, seq]))
  for (const { search } of kinds.values()) {
    for (const { id: resourceId, seq } of await search.heads(database, projectId)) {
      if ((kept.get(resourceId) ?? -1) >= seq) continue
      const { text, folded } = await search.words(reader, resourceId)
      // what was committed while it was read is in the text already; the next search looks once more
      await database
        .insert(resourceTexts)
        .values({ resourceId, seq, text, folded })
        .onConflictDoUpdate({
          target: resourceTexts.resourceId,
          set: { seq: sql`excluded.seq`, text: sql`excluded.text`, folded: sql`excluded.folded` },
          setWhere: sql`${resourceTexts.seq} < excluded.seq`,
        })
    }
  }
}
