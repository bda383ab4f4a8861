import { and, asc, desc, eq, gt, inArray, lt, lte, max, sql, type SQL } from 'drizzle-orm'
import { trailStart, type TrailEntry, type TrailHead } from '../../shared/trail.ts'
import type { Database, Queries } from '../db/database.ts'
import { isAboutRevision, isPutForward, trailEntries, trailHeads } from './tables.ts'

/** Rows of one read: little enough that several who go through a long chain hold up nobody (about 100 KB, 2 ms). */
const rowsAtOnce = 200

export interface TrailRow {
  seq: number
  line: string
  hash: string
}

/** Where the chain ends; with nothing in it, at its start. */
export async function readHead(db: Queries, projectId: string): Promise<TrailHead> {
  const [head] = await db
    .select({ entries: trailHeads.entries, hash: trailHeads.hash })
    .from(trailHeads)
    .where(eq(trailHeads.projectId, projectId))
  return head ?? { entries: 0, hash: trailStart }
}

/** The hashes of these entries, as far as they are there, by their numbers. */
export async function readHashes(
  db: Queries,
  projectId: string,
  seqs: number[],
): Promise<Map<number, string>> {
  const known = seqs.filter((seq) => seq > 0 && seq <= largestSeq)
  const rows = await db
    .select({ seq: trailEntries.seq, hash: trailEntries.hash })
    .from(trailEntries)
    .where(and(eq(trailEntries.projectId, projectId), inArray(trailEntries.seq, known)))
  return new Map(rows.map(({ seq, hash }) => [seq, hash]))
}

/** The number of the last entry that there is, whatever the head says. */
export async function lastSeq(db: Queries, projectId: string): Promise<number> {
  const [last] = await db
    .select({ seq: max(trailEntries.seq) })
    .from(trailEntries)
    .where(eq(trailEntries.projectId, projectId))
  return last?.seq ?? 0
}

/** What the lines of a project's trail are in bytes. */
export async function trailBytes(db: Queries, projectId: string): Promise<number> {
  const [head] = await db
    .select({ bytes: trailHeads.bytes })
    .from(trailHeads)
    .where(eq(trailHeads.projectId, projectId))
  return head?.bytes ?? 0
}

interface Page {
  before?: number
  limit: number
}

const pageOf = (projectId: string, { before }: Page) =>
  and(eq(trailEntries.projectId, projectId), before === undefined ? undefined : lt(trailEntries.seq, before))

/** What the lines of a page are in bytes, with as much for each as stands beside it. */
export async function pageBytes(db: Queries, projectId: string, page: Page): Promise<number> {
  const lines = db
    .select({ bytes: sql`octet_length(${trailEntries.line}) + 100`.mapWith(Number).as('bytes') })
    .from(trailEntries)
    .where(pageOf(projectId, page))
    .orderBy(desc(trailEntries.seq))
    .limit(page.limit)
    .as('lines')
  const [row] = await db.select({ bytes: sql`coalesce(sum(${lines.bytes}), 0)`.mapWith(Number) }).from(lines)
  return row!.bytes
}

/** A page of the trail, the newest first, from below `before`. */
export async function listEntries(db: Queries, projectId: string, page: Page): Promise<TrailEntry[]> {
  const rows = await db
    .select({ line: trailEntries.line, hash: trailEntries.hash })
    .from(trailEntries)
    .where(pageOf(projectId, page))
    .orderBy(desc(trailEntries.seq))
    .limit(page.limit)
  return rows.map(({ line, hash }) => ({ ...(JSON.parse(line) as Omit<TrailEntry, 'hash'>), hash }))
}

/** The chain from its start to the entry `upTo`, part by part; each part is read when it is asked for. */
export async function* readRows(db: Queries, projectId: string, upTo: number): AsyncGenerator<TrailRow[]> {
  let seq = 0
  while (seq < upTo) {
    const ahead = and(
      eq(trailEntries.projectId, projectId),
      gt(trailEntries.seq, seq),
      lte(trailEntries.seq, upTo),
    )
    const rows = await db
      .select({ seq: trailEntries.seq, line: trailEntries.line, hash: trailEntries.hash })
      .from(trailEntries)
      .where(ahead)
      .orderBy(asc(trailEntries.seq))
      .limit(rowsAtOnce)
    const last = rows.at(-1)
    if (!last) return
    seq = last.seq
    yield rows
  }
}

/**
 * The rows that prove a project's revisions, as `proving` of a statement's WITH: those about any of them, the first, what
 * a signature names (the end of the chain that it was given with, and its own entry behind that), those numbered `named`,
 * and the neighbours of each, as an entry is proved by the one behind it.
 */
export const provingRows = (projectId: string, named: readonly number[]): SQL => sql`
  about as (
    select seq, line, hash from ${trailEntries} where project_id = ${projectId} and ${isAboutRevision}
  ),
  wanted as (
    select 1::bigint as seq
    union select unnest(array[seq - 1, seq + 1::bigint]) from about
    union select seq - 2 from about where line like '{"action":"revision.signed"%'
    union select unnest(array[seq - 1, seq, seq + 1])
      from unnest(${sql.param(named.filter((seq) => seq > 0 && seq <= largestSeq))}::bigint[]) as named(seq)
  ),
  proving as (
    select seq, line, hash from about
    union all select seq, line, hash from ${trailEntries}
      where project_id = ${projectId} and seq in (select seq from wanted) and seq not in (select seq from about)
  )`

/** The entries of the trail that put a revision forward, in their order: one look into the index over such entries. */
export const readPutForward = (db: Queries, projectId: string): Promise<TrailRow[]> =>
  db
    .select({ seq: trailEntries.seq, line: trailEntries.line, hash: trailEntries.hash })
    .from(trailEntries)
    .where(and(eq(trailEntries.projectId, projectId), isAboutRevision, isPutForward))
    .orderBy(asc(trailEntries.seq))

/** The same with the end of the chain, of one moment. */
export async function readPutForwardAndHead(
  db: Queries,
  projectId: string,
): Promise<{ entries: TrailRow[]; head: TrailHead }> {
  const { rows } = await (db as Database).execute<{ entries: TrailRow[]; head: TrailHead | null }>(sql`
    select
      (select coalesce(json_agg(json_build_object('seq', seq, 'line', line, 'hash', hash) order by seq), '[]')
        from ${trailEntries} where project_id = ${projectId} and ${isAboutRevision} and ${isPutForward}) as entries,
      (select json_build_object('entries', entries, 'hash', hash) from ${trailHeads}
        where project_id = ${projectId}) as head`)
  const { entries, head } = rows[0]!
  return { entries, head: head ?? { entries: 0, hash: trailStart } }
}

/** What PostgreSQL's integer holds: a number in a forged statement, or in an address, may be anything. */
export const largestSeq = 2_147_483_647

/**
 * The first entry up to `upTo` that is missing, is not as it was hashed, or does not name its project, its number and
 * the hash of the one before; null when all are there and do. Computed by the database, so that a list of revisions reads none of the lines and the thread that serves does
 * nothing meanwhile: 70 ms for 20,000 entries, 0.4 s for 100,000.
 *
 * The whole chain each time: to remember how far it held would not find an earlier row that was changed since, and
 * what is cheap enough to tell that a row was changed (a count, a sum of short hashes) can be met by whoever changes it.
 * What that may cost is bounded by `projectTrailBytes` and charged to who asks for a list.
 */
export async function firstBreak(db: Queries, projectId: string, upTo: number): Promise<number | null> {
  const { rows } = await (db as Database).execute<{ seq: number | null }>(breakUpTo(projectId, sql`${upTo}`))
  return rows[0]?.seq ?? null
}

/** The same as a statement, or as an expression of another one. */
export const breakUpTo = (projectId: string, upTo: SQL): SQL => sql`
    select min(seq_before + 1) as seq from (
      select seq, line, hash, lag(seq, 1, 0) over one_by_one as seq_before,
        lag(hash, 1, ${trailStart}) over one_by_one as hash_before
      from ${trailEntries} where project_id = ${projectId} and seq <= ${upTo}
      window one_by_one as (order by seq)
    ) as chain
    where seq <> seq_before + 1
      or hash <> encode(sha256(convert_to(line, 'UTF8')), 'hex')
      or position('"previous":"' || hash_before || '"' in line) = 0
      or position('"projectId":' || to_json(${projectId}::text)::text in line) = 0
      or line !~ ('"seq":' || seq || '[,}]')`
