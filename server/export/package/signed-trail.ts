import { trailStart, type TrailHead } from '../../../shared/trail.ts'
import { Refusal } from '../../../shared/errors.ts'
import type { Database } from '../../db/database.ts'
import { joinInPieces } from '../../db/in-pieces.ts'
import type { RevisionOutline } from '../../signoff/revisions.ts'
import { provedStatement } from '../../signoff/signed-versions.ts'
import { follows } from '../../trail/check.ts'
import { readRows } from '../../trail/read.ts'

/** The trail in a package: its lines in UTF-8, and the head that the last of them makes. */
export interface SignedTrail {
  lines: Uint8Array
  head: TrailHead
}

/**
 * The project's trail up to the entry of the revision's last signature: that entry closed the revision, and every
 * head that was signed lies before it. What was done later is not the revision's, and would change the package's
 * bytes from one download to the next. Null for a revision that was signed before there was a trail.
 * @throws Refusal `storage_failed` for a chain that does not hold or does not meet what was signed
 */
export async function readSignedTrail(
  database: Database,
  { summary, statements }: Pick<RevisionOutline, 'summary' | 'statements'>,
): Promise<SignedTrail | null> {
  const signed = statements.flatMap((one) => provedStatement(one).trail ?? [])
  if (signed.length === 0) return null
  const { projectId } = summary
  const upTo = Math.max(...signed.map(({ entries }) => entries)) + 1
  const heads = new Map(signed.map(({ entries, hash }) => [entries, hash]))
  let head: TrailHead = { entries: 0, hash: trailStart }
  const parts: Uint8Array[] = []
  for await (const rows of readRows(database, projectId, upTo)) {
    for (const row of rows) {
      if (!follows(row, projectId, head)) throw new Refusal('storage_failed')
      if ((heads.get(row.seq) ?? row.hash) !== row.hash) throw new Refusal('storage_failed')
      head = { entries: row.seq, hash: row.hash }
    }
    parts.push(Buffer.from(rows.map(({ line }) => `${line}\n`).join('')))
  }
  if (head.entries !== upTo) throw new Refusal('storage_failed')
  return { lines: await joinInPieces(parts), head }
}
