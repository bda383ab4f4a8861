import { and, asc, eq, gt } from 'drizzle-orm'
import type { Transaction } from '../db/database.ts'
import { baseChecksum } from './base-checksum.ts'
import { decodeChunk } from './history-chunk.ts'
import { documentBases, documentHistory, documentUpdates } from './tables.ts'

/** A document's committed text at the moment of a transaction: all its updates, and the last one's number. */
export interface StateAt {
  updates: Uint8Array[]
  /** 0 for an empty log. */
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
  if (!base) return { updates, seq }
  if (baseChecksum(base) === base.sha256) return { updates: [base.state, ...updates], seq }
  return { updates: [...(await folded(tx, documentId)).map(({ update }) => update), ...updates], seq }
}

/** One committed update, by whom (null: the room itself) and when (milliseconds since 1970). */
export interface Committed {
  userId: string | null
  at: number
  update: Uint8Array
}

/** Every update of a document in the order of its commit, from the history and the log of one moment. */
export async function allUpdates(tx: Transaction, documentId: string): Promise<Committed[]> {
  const history = await folded(tx, documentId)
  const rows = await tx
    .select()
    .from(documentUpdates)
    .where(eq(documentUpdates.documentId, documentId))
    .orderBy(asc(documentUpdates.seq))
  const last = history.at(-1)?.seq ?? 0
  const logged = rows.filter(({ seq }) => seq > last)
  return [...history, ...logged.map(({ userId, at, update }) => ({ userId, at: at.getTime(), update }))]
}

async function folded(tx: Transaction, documentId: string) {
  const chunks = await tx
    .select({ chunk: documentHistory.chunk })
    .from(documentHistory)
    .where(eq(documentHistory.documentId, documentId))
    .orderBy(asc(documentHistory.fromSeq))
  return chunks.flatMap(({ chunk }) => decodeChunk(chunk))
}
