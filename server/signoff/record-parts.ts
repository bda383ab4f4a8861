import { and, eq, sql, type SQL } from 'drizzle-orm'
import type { BlockingFacts, RevisionRecord } from '../../shared/signoff.ts'
import { oneOfEachSide, signersNamed } from '../../shared/rules/signing-policy.ts'
import type { Queries, Transaction } from '../db/database.ts'
import { textBytes, textInPieces } from '../db/in-pieces.ts'
import { trailBytes } from '../trail/read.ts'
import { revisions } from './tables.ts'
import type { RecordFacts } from './verifying.ts'

// A record may be megabytes: what is asked of it is taken out of it by the database, in a process of its own. As `json`
// each part is what it is in the record, to the byte.

type ToldFacts = Omit<RecordFacts, 'requiredSigners'>

/**
 * What a record says that its row says too, and whose signatures it takes: those that it names, as none up to version 3
 * does. Null for what is no record, and for one that names signers in a way that is not known here.
 */
export async function readFacts(tx: Transaction, revisionId: string): Promise<RecordFacts | null> {
  const read = (inner: Transaction) =>
    inner.execute<Record<keyof ToldFacts, string | null> & { signers: unknown }>(sql`
      select told.project->>'id' as "projectId", told.revision as letter, told.description,
        told."putForward"->'by'->>'userId' as "createdBy", told."putForward"->>'at' as at,
        told."requiredSigners" as signers
      from ${revisions}, json_to_record(${revisions.record}::json)
        as told(project json, revision text, description text, "putForward" json, "requiredSigners" json)
      where ${revisions.id} = ${revisionId}`)
  try {
    // a transaction of its own, as one that failed reads nothing more
    const { rows } = await tx.transaction(read)
    if (!rows[0]) return null
    const { signers, ...facts } = rows[0]
    if (!Object.values(facts).every((value) => typeof value === 'string')) return null
    const required = signersNamed.safeParse(signers ?? oneOfEachSide)
    return required.success ? { ...(facts as ToldFacts), requiredSigners: required.data } : null
  } catch (failure) {
    if (isNotJson(failure)) return null
    throw failure
  }
}

/** PostgreSQL's class of codes for data that is not what it is taken for, behind drizzle's wrapping. */
const isNotJson = (error: unknown): boolean =>
  (error as { cause?: { code?: string } }).cause?.code?.startsWith('22') ?? false

/** What people look at of a record, as JSON in UTF-8, in pieces: `{"documents":…,"resources":…,"threads":…,"changedQuotes":[…]}`. */
export const readParts = (tx: Transaction, revisionId: string): Promise<Uint8Array[]> =>
  textInPieces(
    tx,
    sql`concat('{"documents":', told.documents, ',"resources":', coalesce(told.resources, '[]'), ',"threads":', told.threads,
      ',"changedQuotes":', coalesce(told."changedQuotes", '[]'), '}')`,
    sql`${revisions}, json_to_record(${revisions.record}::json)
      as told(documents json, resources json, threads json, "changedQuotes" json)
      where ${revisions.id} = ${revisionId}`,
  )

/** The whole record, as the JSON that was hashed, in UTF-8. */
export const readRecordJson = (tx: Transaction, revisionId: string): Promise<Uint8Array> =>
  textBytes(tx, sql`${revisions.record}`, sql`${revisions} where ${revisions.id} = ${revisionId}`)

/** What files are put together by: little, however large the record is. */
export type RecordOutline = Pick<RevisionRecord, 'project' | 'revision' | 'files'> & {
  documents: { kind: string }[]
  resources?: { kind: string }[]
}

/** The kinds of the things in a list of a record, in order. */
const kindsIn = (list: SQL): SQL => sql`(
  select coalesce(json_agg(json_build_object('kind', one.thing->'kind') order by one.place), '[]')
  from json_array_elements(${list}) with ordinality as one(thing, place))`

/** The outline of a record. It must be one. */
export async function readOutline(tx: Transaction, revisionId: string): Promise<RecordOutline> {
  const { rows } = await tx.execute<RecordOutline & Record<string, unknown>>(sql`
    select told.project, told.revision, told.files,
      ${kindsIn(sql`told.documents`)} as documents, ${kindsIn(sql`told.resources`)} as resources
    from ${revisions}, json_to_record(${revisions.record}::json)
      as told(project json, revision text, files json, documents json, resources json)
    where ${revisions.id} = ${revisionId}`)
  return rows[0]!
}

/** How the points of a record stand in it, as JSON: an expression of a statement. */
export const threadStatesIn = (revisionId: string) => sql<BlockingFacts[]>`(
  select coalesce(json_agg(json_build_object(
    'severity', point.severity, 'state', point.state, 'draft', coalesce(point.draft, false))), '[]')
  from ${revisions}, json_to_recordset(${revisions.record}::json->'threads')
    as point(severity text, state text, draft boolean)
  where ${revisions.id} = ${revisionId})`

/** What the records of a project, or one of them, are in bytes; the database knows it without unpacking them. */
export async function recordBytes(db: Queries, projectId: string, revisionId?: string): Promise<number> {
  const [row] = await db
    .select({ bytes: sql`coalesce(sum(octet_length(${revisions.record})), 0)`.mapWith(Number) })
    .from(revisions)
    .where(and(eq(revisions.projectId, projectId), revisionId ? eq(revisions.id, revisionId) : undefined))
  return row!.bytes
}

/**
 * What holding these revisions of projects, or all of a project, against their proofs costs, as so many bytes that are
 * gone through: their records and the chains of the projects' trails are hashed anew, by the database.
 */
export async function costOfProof(
  db: Queries,
  asked: { projectId: string; revisionId?: string }[],
): Promise<number> {
  let hashed = 0
  for (const projectId of new Set(asked.map((one) => one.projectId))) {
    hashed += await trailBytes(db, projectId)
  }
  for (const { projectId, revisionId } of asked) {
    hashed += await recordBytes(db, projectId, revisionId)
  }
  return hashed / hashedPerRead
}

/** So many bytes are hashed in the time in which one is read. */
export const hashedPerRead = 32
