import { oneOfEachSide } from '../../shared/rules/signing-policy.ts'
import type { Transaction } from '../db/database.ts'
import type { UnwrittenRecord } from './put-forward.ts'
import { readFacts } from './record-parts.ts'
import type { RecordFacts } from './verifying.ts'

// What a record says of itself, by its SHA-256: a record of one hash never says anything else.

const knownFacts = new Map<string, RecordFacts | null>()
const mostFacts = 1_000

/** What each of some records says, by its hash; null for what is no record. */
export type FactsByHash = ReadonlyMap<string, RecordFacts | null>

/** What these records say; null unless it is known of all of them. */
export function cachedFactsOf(rows: readonly { hash: string }[]): FactsByHash | null {
  const facts = new Map<string, RecordFacts | null>()
  for (const { hash } of rows) {
    const known = knownFacts.get(hash)
    if (known === undefined) return null
    facts.set(hash, known)
  }
  return facts
}

/** What these records say: read, unless it is known. */
export async function factsOf(
  tx: Transaction,
  rows: readonly { id: string; hash: string }[],
): Promise<FactsByHash> {
  const facts = new Map<string, RecordFacts | null>()
  for (const { id, hash } of rows) {
    const known = knownFacts.get(hash)
    const said = known === undefined ? await readFacts(tx, id) : known
    if (known === undefined) keep(hash, said)
    facts.set(hash, said)
  }
  return facts
}

/** Of a record that was written just now. */
export function noteFacts(
  recordSha256: string,
  {
    project,
    revision,
    description,
    putForward: { by, at },
    requiredSigners = oneOfEachSide,
  }: UnwrittenRecord,
): void {
  const said = { projectId: project.id, letter: revision, description, createdBy: by.userId, at }
  keep(recordSha256, { ...said, requiredSigners })
}

function keep(hash: string, facts: RecordFacts | null): void {
  if (knownFacts.size >= mostFacts) knownFacts.clear()
  knownFacts.set(hash, facts)
}
