import { and, asc, eq, inArray, sql, type SQL } from 'drizzle-orm'
import * as Y from 'yjs'
import type { Database, Queries, Transaction } from '../db/database.ts'
import { baseChecksum } from './base-checksum.ts'
import { loggedPieces, type LoggedPieces } from './logged-pieces.ts'
import { documentBases, documentClients, documentHistory, documentUpdates } from './tables.ts'

/** Begins the log of a document with its first text, in the transaction that creates it (rule 12). */
export async function beginLog(
  tx: Queries,
  { documentId, userId, doc }: { documentId: string; userId: string; doc: Y.Doc },
): Promise<void> {
  await tx.insert(documentUpdates).values({ documentId, seq: 1, userId, update: Y.encodeStateAsUpdate(doc) })
  await tx.insert(documentClients).values({ documentId, clientId: doc.clientID, userId })
}

/** A document's committed text at the moment of a transaction. */
export interface StateAt {
  /** Compressed history (`decodeChunk`) that comes first, where the base cannot be trusted; else none. */
  chunks: Uint8Array[]
  /** The base that all updates come behind; null where there is none. */
  base: Uint8Array | null
  updates: LoggedPieces
  /** The last update's number; 0 for an empty log. */
  seq: number
}

/**
 * Reads it inside a `repeatable read` transaction, so that base, log and whatever else is read there are of one moment.
 * A base that does not match its checksum is left aside for the history, as in a room.
 */
export async function stateAt(tx: Transaction, documentId: string): Promise<StateAt> {
  const [base] = await tx.select().from(documentBases).where(eq(documentBases.documentId, documentId))
  const { pieces: updates, last } = await loggedPieces(tx, documentId, base?.seq ?? 0)
  const seq = last ?? base?.seq ?? 0
  if (!base) return { chunks: [], base: null, updates, seq }
  if (baseChecksum(base) === base.sha256) return { chunks: [], base: base.state, updates, seq }
  return { chunks: await foldedChunks(tx, documentId), base: null, updates, seq }
}

/** What all of a document's history takes as it is stored, in bytes, and how many updates are not folded. */
export async function historySize(
  db: Queries,
  documentId: string,
): Promise<{ folded: number; logged: number; updates: number }> {
  const { rows } = await (db as Database).execute<{
    folded: string
    logged: string
    updates: string
  }>(sql`select
    (select count(*) from ${documentUpdates} where ${eq(documentUpdates.documentId, documentId)}) as updates,
    (select coalesce(sum(octet_length(${documentHistory.chunk})), 0) from ${documentHistory}
      where ${eq(documentHistory.documentId, documentId)}) as folded,
    (select coalesce(sum(octet_length(${documentUpdates.update})), 0) from ${documentUpdates}
      where ${eq(documentUpdates.documentId, documentId)}) as logged`)
  const { folded, logged, updates } = rows[0]!
  return { folded: Number(folded), logged: Number(logged), updates: Number(updates) }
}

/** Every update that a document ever had: what was folded, compressed (`decodeChunk`), and the log. */
export interface StoredHistory {
  chunks: Uint8Array[]
  logged: LoggedPieces
}

/** Reads it from one moment. Nothing of it is unpacked here, which can take seconds. */
export async function storedHistory(tx: Transaction, documentId: string): Promise<StoredHistory> {
  const chunks = await foldedChunks(tx, documentId)
  return { chunks, logged: (await loggedPieces(tx, documentId, 0)).pieces }
}

async function foldedChunks(tx: Transaction, documentId: string): Promise<Uint8Array[]> {
  const chunks = await tx
    .select({ chunk: documentHistory.chunk })
    .from(documentHistory)
    .where(eq(documentHistory.documentId, documentId))
    .orderBy(asc(documentHistory.fromSeq))
  return chunks.map(({ chunk }) => chunk)
}

/** The heads of the logs of a project's documents: each grows with every change of its text. */
export async function textHeads(db: Database, projectId: string): Promise<{ id: string; seq: number }[]> {
  const { rows } = await db.execute<{ id: string; seq: string }>(sql`
    select document.id, greatest(
      (select max(seq) from document_updates logged where logged.document_id = document.id),
      (select seq from document_bases base where base.document_id = document.id),
      0
    ) as seq
    from documents document
    join resources resource on resource.id = document.id
    where resource.project_id = ${projectId} and resource.removed_at is null`)
  return rows.map(({ id, seq }) => ({ id, seq: Number(seq) }))
}

/** About what `stateAt` reads for all documents of a project, in bytes: an expression of a statement. */
export const textBytes = (projectId: string): SQL<string> => sql`(
  with open as (select id from resources where project_id = ${projectId} and removed_at is null)
  select coalesce((select sum(octet_length(state)) from document_bases
      where document_id in (select id from open)), 0)
    + coalesce((select sum(octet_length(update)) from document_updates as logged
      where document_id in (select id from open)
        and seq > coalesce((select seq from document_bases as base where base.document_id = logged.document_id), 0)
      ), 0))`

/** The Yjs clients by which these people wrote in a document. */
export async function clientsOf(
  db: Queries,
  documentId: string,
  userIds: readonly string[],
): Promise<{ clientId: number; userId: string }[]> {
  const { clientId, userId } = documentClients
  const rows = await db
    .select({ clientId, userId })
    .from(documentClients)
    .where(and(eq(documentClients.documentId, documentId), inArray(userId, [...userIds])))
  return rows.map((row) => ({ clientId: row.clientId, userId: row.userId! }))
}

/** The log holds what a Yjs client wrote in a document. */
export async function hasWritten(db: Queries, documentId: string, clientId: number): Promise<boolean> {
  const isIt = and(eq(documentClients.documentId, documentId), eq(documentClients.clientId, clientId))
  return (await db.$count(documentClients, isIt)) > 0
}
