import { and, asc, desc, eq, inArray, type SQL } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import type { Author } from '../../shared/review.ts'
import type { RevisionRecord, RevisionSummary } from '../../shared/signoff.ts'
import { users } from '../accounts/tables.ts'
import type { Database, Queries } from '../db/database.ts'
import { appendTrail } from '../trail/append.ts'
import { sha256Hex } from '../trail/canonical.ts'
import { noteRevision } from './news.ts'
import { revisions, signatures } from './tables.ts'

/** All revisions of a project, the latest first. */
export const listSummaries = (queries: Queries, projectId: string): Promise<RevisionSummary[]> =>
  summaries(queries, eq(revisions.projectId, projectId))

/** One revision of a project; `not_found` for an id that is not the project's. */
export async function readSummary(
  queries: Queries,
  projectId: string,
  revisionId: string,
): Promise<RevisionSummary> {
  const [found] = await summaries(
    queries,
    and(eq(revisions.projectId, projectId), eq(revisions.id, revisionId))!,
  )
  if (!found) throw new Refusal('not_found')
  return found
}

async function summaries(queries: Queries, where: SQL): Promise<RevisionSummary[]> {
  const rows = await queries
    .select({
      id: revisions.id,
      projectId: revisions.projectId,
      letter: revisions.letter,
      description: revisions.description,
      state: revisions.state,
      recordSha256: revisions.recordSha256,
      createdBy: revisions.createdBy,
      createdByName: users.name,
      createdAt: revisions.createdAt,
    })
    .from(revisions)
    .innerJoin(users, eq(users.id, revisions.createdBy))
    .where(where)
    .orderBy(desc(revisions.createdAt), desc(revisions.letter))
  const signed = rows.length
    ? await queries
        .select({
          revisionId: signatures.revisionId,
          id: signatures.id,
          userId: signatures.userId,
          name: signatures.name,
          firm: signatures.firm,
          side: signatures.side,
          meaning: signatures.meaning,
          signedAt: signatures.signedAt,
        })
        .from(signatures)
        .where(
          inArray(
            signatures.revisionId,
            rows.map((row) => row.id),
          ),
        )
        .orderBy(asc(signatures.signedAt), asc(signatures.id))
    : []
  return rows.map((row) => ({
    ...row,
    createdAt: row.createdAt.toISOString(),
    signatures: signed
      .filter((one) => one.revisionId === row.id)
      .map(({ id, userId, name, firm, side, meaning, signedAt }) => ({
        id,
        userId,
        name,
        firm,
        side,
        meaning,
        signedAt: signedAt.toISOString(),
      })),
  }))
}

/** A signature as it is proved: the exact statement and the Ed25519 bytes over it. */
export interface SignedStatement {
  side: 'design' | 'manufacture'
  statement: string
  signature: Uint8Array
}

/** A stored revision with everything that an export is made of. */
export interface StoredRevision {
  summary: RevisionSummary
  /** The canonical JSON, as it was hashed. */
  recordText: string
  record: RevisionRecord
  statements: SignedStatement[]
}

/** Reads a revision as it was frozen, from one snapshot of the database. Refuses with `not_found`, or `storage_failed` when the record is not the one that was hashed. */
export const readRevision = (
  database: Database,
  projectId: string,
  revisionId: string,
): Promise<StoredRevision> =>
  database.transaction(
    async (tx) => {
      const summary = await readSummary(tx, projectId, revisionId)
      const [row] = await tx
        .select({ record: revisions.record })
        .from(revisions)
        .where(eq(revisions.id, summary.id))
      const statements = await tx
        .select({
          side: signatures.side,
          statement: signatures.statement,
          signature: signatures.signature,
        })
        .from(signatures)
        .where(eq(signatures.revisionId, summary.id))
        .orderBy(asc(signatures.side))
      const recordText = row!.record
      if (sha256Hex(recordText) !== summary.recordSha256) throw new Refusal('storage_failed')
      return {
        summary,
        recordText,
        // Not parsed by today's schema: a record is read as it was signed, however old.
        record: JSON.parse(recordText) as RevisionRecord,
        statements,
      }
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  )

/** Takes an open revision back: its signatures are void from then on. `revision_closed` when it is not open. */
export async function withdrawRevision(
  database: Database,
  projectId: string,
  revisionId: string,
  by: Author,
): Promise<RevisionSummary> {
  return database.transaction(async (tx) => {
    const changed = await tx
      .update(revisions)
      .set({ state: 'withdrawn' })
      .where(
        and(eq(revisions.id, revisionId), eq(revisions.projectId, projectId), eq(revisions.state, 'open')),
      )
      .returning({ id: revisions.id })
    const summary = await readSummary(tx, projectId, revisionId)
    if (!changed.length) throw new Refusal('revision_closed', { letter: summary.letter })
    await noteRevision(tx, projectId, 'withdrawn', by, summary)
    const subject = { revision: { id: summary.id, letter: summary.letter } }
    await appendTrail(tx, projectId, [{ actor: by, action: 'revision.withdrawn', subject }])
    return summary
  })
}
