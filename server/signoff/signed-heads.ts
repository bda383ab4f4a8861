import { eq } from 'drizzle-orm'
import type { TrailHead } from '../../shared/trail.ts'
import type { Queries } from '../db/database.ts'
import { readStatement } from './signed-versions.ts'
import { revisions, signatures } from './tables.ts'

/** Every head of a project's trail that somebody signed, of withdrawn revisions too. */
export async function signedHeads(db: Queries, projectId: string): Promise<TrailHead[]> {
  const rows = await db
    .select({ statement: signatures.statement })
    .from(signatures)
    .innerJoin(revisions, eq(revisions.id, signatures.revisionId))
    .where(eq(revisions.projectId, projectId))
  return rows.flatMap(({ statement }) => readStatement(statement)?.trail ?? [])
}
