import type { Transaction } from '../db/database.ts'
import type { UnwrittenRecord } from './put-forward.ts'
import { readFacts, signersNamed } from './record-parts.ts'
import type { RecordFacts } from './verifying.ts'

// What a record says of itself, by its SHA-256: a record of one hash never says anything else.

const knownFacts = new Map<string, RecordFacts | null>()
const mostFacts = 1_000

/** Null for what is no record, and for one that nobody learnt of. */
export const factsOf = (recordSha256: string): RecordFacts | null => knownFacts.get(recordSha256) ?? null

/** True when it need not be read what a record says. */
export const isKnown = (recordSha256: string): boolean => knownFacts.has(recordSha256)

/** Reads what these records say, unless it is known. */
export async function learnFacts(tx: Transaction, rows: { id: string; hash: string }[]): Promise<void> {
  for (const { id, hash } of rows) if (!isKnown(hash)) keep(hash, await readFacts(tx, id))
}

/** Of a record that was written just now. */
export function noteFacts(
  recordSha256: string,
  { project, revision, description, putForward: { by, at } }: UnwrittenRecord,
): void {
  const said = { projectId: project.id, letter: revision, description, createdBy: by.userId, at }
  keep(recordSha256, { ...said, requiredSigners: signersNamed })
}

function keep(hash: string, facts: RecordFacts | null): void {
  if (knownFacts.size >= mostFacts) knownFacts.clear()
  knownFacts.set(hash, facts)
}
