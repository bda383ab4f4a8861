import { trailStart, type TrailCheck, type TrailEntry, type TrailHead } from '../../shared/trail.ts'
import type { Database } from '../db/database.ts'
import { sha256Hex } from './canonical.ts'
import { firstBreak, lastSeq, readHashes, readHead, type TrailRow } from './read.ts'

/**
 * Computes the chain anew and holds it against its head and against `witnesses`: heads that somebody signed, which a
 * chain that was rewritten from the middle to its end no longer meets. The database computes it, at one go.
 */
export async function checkTrail(
  database: Database,
  projectId: string,
  witnesses: TrailHead[],
): Promise<TrailCheck> {
  const head = await readHead(database, projectId)
  const witnessed = new Map(witnesses.map(({ entries, hash }) => [entries, hash]))
  const chainBreak = await firstBreak(database, projectId, head.entries)
  const kept = await readHashes(database, projectId, [head.entries, ...witnessed.keys()])
  const unmet = [...witnessed].flatMap(([seq, hash]) =>
    seq > 0 && kept.has(seq) && kept.get(seq) !== hash ? [seq] : [],
  )
  const last = await lastSeq(database, projectId)
  const signed = Math.max(0, ...witnessed.keys())
  const breaks = [...(chainBreak === null ? [] : [chainBreak]), ...unmet]
  if (last < Math.max(head.entries, signed)) breaks.push(last + 1)
  // an entry behind the head is no entry, unless the head has moved on since it was read
  const { entries: now } = await readHead(database, projectId)
  if (last > now) breaks.push(now + 1)
  const isEnd = (head.entries === 0 ? trailStart : kept.get(head.entries)) === head.hash
  if (!isEnd && breaks.length === 0) breaks.push(Math.max(1, head.entries))
  return { head, brokenAt: breaks.length > 0 ? Math.min(...breaks) : null }
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
