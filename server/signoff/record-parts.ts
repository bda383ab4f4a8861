import { and, eq, sql } from 'drizzle-orm'
import type { PointState } from '../../shared/signoff.ts'
import type { Queries, Transaction } from '../db/database.ts'
import { revisions } from './tables.ts'
import type { RecordFacts } from './verifying.ts'

// A record may be megabytes: what is asked of it is taken out of it by the database, in a process of its own. As `json`
// each part is what it is in the record, to the byte.

/** What a record says that its row says too; null for what is no record. */
export async function readFacts(tx: Transaction, revisionId: string): Promise<RecordFacts | null> {
  const read = (inner: Transaction) =>
    inner.execute<Record<keyof RecordFacts, string | null>>(sql`
      select told.project->>'id' as "projectId", told.revision as letter, told.description,
        told."putForward"->'by'->>'userId' as "createdBy", told."putForward"->>'at' as at
      from ${revisions}, json_to_record(${revisions.record}::json)
        as told(project json, revision text, description text, "putForward" json)
      where ${revisions.id} = ${revisionId}`)
  try {
    // a transaction of its own, as one that failed reads nothing more
    const { rows } = await tx.transaction(read)
    const [facts] = rows
    return facts && Object.values(facts).every((value) => typeof value === 'string')
      ? (facts as RecordFacts)
      : null
  } catch (failure) {
    if (isNotJson(failure)) return null
    throw failure
  }
}

/** PostgreSQL's class of codes for data that is not what it is taken for, behind drizzle's wrapping. */
const isNotJson = (error: unknown): boolean =>
  (error as { cause?: { code?: string } }).cause?.code?.startsWith('22') ?? false

/** Parts of a record as the JSON that they are in it; `changedQuotes` is null in records from before there were any. */
export type FrozenParts = Record<'documents' | 'threads', string> & { changedQuotes: string | null }

/** What people look at of a record. It must be one. */
export async function readParts(tx: Transaction, revisionId: string): Promise<FrozenParts> {
  const { rows } = await tx.execute<FrozenParts>(sql`
    select told.documents::text, told.threads::text, told."changedQuotes"::text
    from ${revisions}, json_to_record(${revisions.record}::json)
      as told(documents json, threads json, "changedQuotes" json)
    where ${revisions.id} = ${revisionId}`)
  return rows[0]!
}

/** How the points of a record stand in it. */
export async function readPointStates(tx: Transaction, revisionId: string): Promise<PointState[]> {
  const { rows } = await tx.execute<PointState & Record<string, unknown>>(sql`
    select point.severity, point.state, coalesce(point.draft, false) as draft
    from ${revisions}, json_to_recordset(${revisions.record}::json->'threads')
      as point(severity text, state text, draft boolean)
    where ${revisions.id} = ${revisionId}`)
  return rows
}

/** What the records of a project, or one of them, are in bytes. */
export async function recordBytes(db: Queries, projectId: string, revisionId?: string): Promise<number> {
  const [row] = await db
    .select({ bytes: sql`coalesce(sum(octet_length(${revisions.record})), 0)`.mapWith(Number) })
    .from(revisions)
    .where(and(eq(revisions.projectId, projectId), revisionId ? eq(revisions.id, revisionId) : undefined))
  return row!.bytes
}
