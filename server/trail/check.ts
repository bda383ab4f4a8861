import { trailStart, type TrailCheck, type TrailEntry, type TrailHead } from '../../shared/trail.ts'
import type { Database } from '../db/database.ts'
import { sha256Hex } from './canonical.ts'
import { lastSeq, readHead, readRows, type TrailRow } from './read.ts'

/**
 * Computes the chain anew, part by part, and holds it against its head and against `witnesses`: heads that somebody
 * signed, which a chain that was rewritten from the middle to its end no longer meets.
 */
export async function checkTrail(
  database: Database,
  projectId: string,
  witnesses: TrailHead[],
): Promise<TrailCheck> {
  const head = await readHead(database, projectId)
  const broken = (brokenAt: number): TrailCheck => ({ head, brokenAt })
  const witnessed = new Map(witnesses.map(({ entries, hash }) => [entries, hash]))
  let at: TrailHead = { entries: 0, hash: trailStart }
  for await (const rows of readRows(database, projectId, head.entries)) {
    for (const row of rows) {
      const seq = at.entries + 1
      if (!follows(row, projectId, at)) return broken(seq)
      if ((witnessed.get(seq) ?? row.hash) !== row.hash) return broken(seq)
      at = { entries: seq, hash: row.hash }
    }
  }
  const signed = Math.max(0, ...witnessed.keys())
  if (at.entries < Math.max(head.entries, signed)) return broken(at.entries + 1)
  // an entry behind the head is no entry, unless the head has moved on since it was read
  const last = await lastSeq(database, projectId)
  const { entries: now } = await readHead(database, projectId)
  if (last > now) return broken(now + 1)
  return at.hash === head.hash ? { head, brokenAt: null } : broken(Math.max(1, at.entries))
}

/** True when the row's entry is the one that comes after `at` in this project, and is as it was hashed. */
export function follows({ seq, line, hash }: TrailRow, projectId: string, at: TrailHead): boolean {
  if (seq !== at.entries + 1 || sha256Hex(line) !== hash) return false
  try {
    const entry = JSON.parse(line) as TrailEntry
    return entry.seq === seq && entry.previous === at.hash && entry.projectId === projectId
  } catch {
    return false
  }
}
