import { and, asc, eq, gt } from 'drizzle-orm'
import type { Transaction } from '../db/database.ts'
import { baseChecksum } from './base-checksum.ts'
import type { StoredHistory } from './history-chunk.ts'
import { documentBases, documentHistory, documentUpdates } from './tables.ts'

/** A document's committed text at the moment of a transaction. */
export interface StateAt {
  /** Compressed history (`decodeChunk`) that comes first, where the base cannot be trusted; else none. */
  chunks: Uint8Array[]
  /** The base, where there is one, and all updates behind it. */
  updates: Uint8Array[]
  /** The last update's number; 0 for an empty log. */
  seq: number
}

/**
 * Reads it inside a `repeatable read` transaction, so that base, log and whatever else is read there are of one moment.
 * A base that does not match its checksum is left aside for the history, as in a room.
 */
export async function stateAt(tx: Transaction, documentId: string): Promise<StateAt> {
  const [base] = await tx.select().from(documentBases).where(eq(documentBases.documentId, documentId))
  const logged = await tx
    .select({ seq: documentUpdates.seq, update: documentUpdates.update })
    .from(documentUpdates)
    .where(and(eq(documentUpdates.documentId, documentId), gt(documentUpdates.seq, base?.seq ?? 0)))
    .orderBy(asc(documentUpdates.seq))
  const updates = logged.map(({ update }) => update)
  const seq = logged.at(-1)?.seq ?? base?.seq ?? 0
  if (!base) return { chunks: [], updates, seq }
  if (baseChecksum(base) === base.sha256) return { chunks: [], updates: [base.state, ...updates], seq }
  return { chunks: await folded(tx, documentId), updates, seq }
}

/** Reads it from one moment. Nothing of it is unpacked here, which can take seconds. */
export async function storedHistory(tx: Transaction, documentId: string): Promise<StoredHistory> {
  const chunks = await folded(tx, documentId)
  const rows = await tx
    .select()
    .from(documentUpdates)
    .where(eq(documentUpdates.documentId, documentId))
    .orderBy(asc(documentUpdates.seq))
  const logged = rows.map(({ seq, userId, at, update }) => ({ seq, userId, at: at.getTime(), update }))
  return { chunks, logged }
}

async function folded(tx: Transaction, documentId: string): Promise<Uint8Array[]> {
  const chunks = await tx
    .select({ chunk: documentHistory.chunk })
    .from(documentHistory)
    .where(eq(documentHistory.documentId, documentId))
    .orderBy(asc(documentHistory.fromSeq))
  return chunks.map(({ chunk }) => chunk)
}
