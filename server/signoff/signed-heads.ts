import { eq } from 'drizzle-orm'
import type { SignatureStatement } from '../../shared/signoff.ts'
import type { TrailHead } from '../../shared/trail.ts'
import type { Queries } from '../db/database.ts'
import { revisions, signatures } from './tables.ts'

/** The head of the trail that a statement names; null for one that was signed before there was a trail. */
export function headIn(statement: string): TrailHead | null {
  const signed = JSON.parse(statement) as SignatureStatement
  return signed.version === 1 ? null : signed.trail
}

/** Every head of a project's trail that somebody signed, of withdrawn revisions too. */
export async function signedHeads(db: Queries, projectId: string): Promise<TrailHead[]> {
  const rows = await db
    .select({ statement: signatures.statement })
    .from(signatures)
    .innerJoin(revisions, eq(revisions.id, signatures.revisionId))
    .where(eq(revisions.projectId, projectId))
  return rows.flatMap(({ statement }) => headIn(statement) ?? [])
}
