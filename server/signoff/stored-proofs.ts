import { and, eq, getTableColumns, inArray, sql, type SQL, type SQLWrapper } from 'drizzle-orm'
import { users } from '../accounts/tables.ts'
import type { Database, Queries } from '../db/database.ts'
import { breakUpTo, provingRows, type TrailRow } from '../trail/read.ts'
import { isCheckOfIt } from './kept-checks.ts'
import { readStatement } from './signed-versions.ts'
import { byLatest, packageChecks, revisions, signatures, type PackageFinding } from './tables.ts'

type SignatureRow = typeof signatures.$inferSelect

/** A stored revision without its record, and what its record is now. */
export type StoredRow = Omit<typeof revisions.$inferSelect, 'record'> & {
  /** SHA-256 of the record's bytes as they are stored; the database computes it, so that a list carries none of their megabytes. */
  hash: string
  /** What was found of its package's file. */
  packageFinding: PackageFinding | null
  /** How who put it forward is called today: for one from before the project had a trail. */
  nameToday: string
}

/** Revisions of a project with all that proves them, of one moment. */
export interface StoredProofs {
  /** The latest first. */
  rows: StoredRow[]
  /** In the order in which they were given. */
  signed: SignatureRow[]
  /** Rows of the trail by their number: those about revisions of the project, those that statements name, the first. */
  trail: Map<number, TrailRow>
  /** The first entry up to the last of these that does not follow the one before; null when all do. */
  chainBreak: number | null
}

/** Reads all revisions of a project, or those asked for: one statement, which sees one moment. */
export async function readStoredProofs(
  db: Queries,
  projectId: string,
  asked?: string[],
): Promise<StoredProofs> {
  const read = await readAtOnce(db, projectId, asked, [])
  const unread = namedIn(read).filter((seq) => !isRead(read, seq))
  // what the server wrote names entries beside the trail's own about it; what somebody forged may name any
  return unread.length === 0 ? read : readAtOnce(db, projectId, asked, unread)
}

/** The entries that statements name: the end of the chain that they were given with, and their own behind it. */
const namedIn = ({ signed }: StoredProofs): number[] =>
  signed.flatMap(({ statement }) => {
    const head = readStatement(statement)?.trail
    return head ? [head.entries, head.entries + 1] : []
  })

/** True when an entry was asked for with its neighbours: it is beside one that signs. */
const isRead = ({ trail }: StoredProofs, seq: number): boolean =>
  [seq, seq + 1].some((at) => trail.get(at)?.line.startsWith('{"action":"revision.signed"'))

async function readAtOnce(
  db: Queries,
  projectId: string,
  asked: string[] | undefined,
  named: number[],
): Promise<StoredProofs> {
  const isAsked = and(eq(revisions.projectId, projectId), asked && inArray(revisions.id, asked))!
  const { rows } = await (db as Database).execute<Read>(sql`
    with ${provingRows(projectId, named)}
    select
      (select ${listOf(storedRow, byLatest)} from ${revisions} join ${users} on ${users.id} = ${revisions.createdBy}
          left join ${packageChecks} on ${isCheckOfIt}
        where ${isAsked}) as rows,
      (select ${listOf(givenRow, [signatures.signedAt, signatures.id])} from ${signatures}
        where ${signatures.revisionId} in (select ${revisions.id} from ${revisions} where ${isAsked})) as signed,
      (select coalesce(json_agg(proving), '[]') from proving) as trail,
      case when exists (select from ${revisions} where ${isAsked})
        then (${breakUpTo(projectId, sql`(select coalesce(max(seq), 0) from proving)`)}) end as "chainBreak"`)
  const [read] = rows
  return {
    rows: read!.rows.map((row) => ({
      ...row,
      createdAt: new Date(row.createdAt),
      packageSignature: bytesIn(row.packageSignature),
      putForwardSignature: bytesIn(row.putForwardSignature),
    })),
    signed: read!.signed.map((one) => ({
      ...one,
      signature: bytesIn(one.signature)!,
      signedAt: new Date(one.signedAt),
    })),
    trail: new Map(read!.trail.map((row) => [row.seq, row])),
    chainBreak: read!.chainBreak,
  }
}

/** As JSON has it: moments and bytes are words. */
type AsJson<Row> = {
  [Name in keyof Row]: Row[Name] extends Date | Uint8Array
    ? string
    : Row[Name] extends Uint8Array | null
      ? string | null
      : Row[Name]
}

interface Read extends Record<string, unknown> {
  rows: AsJson<StoredRow>[]
  signed: AsJson<SignatureRow>[]
  trail: TrailRow[]
  chainBreak: number | null
}

const inHex = (column: SQLWrapper): SQL => sql`encode(${column}, 'hex')`
const bytesIn = (hex: string | null): Buffer | null => (hex === null ? null : Buffer.from(hex, 'hex'))

const { record: _, ...ofRevision } = getTableColumns(revisions)
const storedRow = {
  ...ofRevision,
  packageSignature: inHex(revisions.packageSignature),
  putForwardSignature: inHex(revisions.putForwardSignature),
  packageFinding: packageChecks.finding,
  nameToday: users.name,
  hash: sql`encode(sha256(convert_to(${revisions.record}, 'UTF8')), 'hex')`,
} satisfies Record<keyof StoredRow, SQLWrapper>
const givenRow = {
  ...getTableColumns(signatures),
  signature: inHex(signatures.signature),
} satisfies Record<keyof SignatureRow, SQLWrapper>

/** All rows of a query as a list of JSON objects. */
function listOf(row: Record<string, SQLWrapper>, order: SQLWrapper[]): SQL {
  const members = Object.entries(row).map(([name, value]) => sql`${sql.raw(`'${name}'`)}, ${value}`)
  const one = sql`json_build_object(${sql.join(members, sql`, `)})`
  return sql`coalesce(json_agg(${one} order by ${sql.join(order, sql`, `)}), '[]')`
}
