import { and, eq, gt, sql } from 'drizzle-orm'
import type { Database, Transaction } from '../db/database.ts'
import { pieceBytes } from '../db/in-pieces.ts'
import { documentUpdates } from './tables.ts'

/**
 * Updates of a log in their order, many in one array: for each its length (`uint32`), when it was committed
 * (milliseconds since 1970) and its number (`uint64` each), all big-endian, and the update. As rows, of which a session
 * leaves a hundred thousand, each would be gone through on the thread that serves, and be a part of its own on its way
 * to a process.
 */
export type LoggedPieces = Uint8Array[]

export interface PieceUpdate {
  seq: number
  at: number
  update: Uint8Array
}

const headBytes = 20

/** Reads a document's updates behind number `after`; the database puts them together. `last` is the last one's number. */
export async function loggedPieces(
  tx: Transaction,
  documentId: string,
  after: number,
): Promise<{ pieces: LoggedPieces; last: number | null }> {
  const { update, seq, at } = documentUpdates
  const { rows } = await (tx as unknown as Database).execute<{ last: string; piece: Buffer }>(sql`
    select max(seq) as last, string_agg(int4send(octet_length(update)) || int8send(at) || int8send(seq) || update,
      ''::bytea order by seq) as piece
    from (
      select ${seq}::int8 as seq, floor(extract(epoch from ${at}) * 1000)::int8 as at, ${update} as update,
        sum(octet_length(${update}) + ${headBytes}) over (order by ${seq}) / ${pieceBytes} as part
      from ${documentUpdates}
      where ${and(eq(documentUpdates.documentId, documentId), gt(seq, after))}
    ) as logged group by part order by part`)
  const last = rows.at(-1)?.last
  return { pieces: rows.map(({ piece }) => piece), last: last === undefined ? null : Number(last) }
}

/** The updates in such pieces, without a copy of them. */
export function updatesInPieces(pieces: LoggedPieces): PieceUpdate[] {
  const updates: PieceUpdate[] = []
  for (const piece of pieces) {
    const view = new DataView(piece.buffer, piece.byteOffset, piece.length)
    for (let from = 0; from < piece.length;) {
      const end = from + headBytes + view.getUint32(from)
      const [at, seq] = [Number(view.getBigInt64(from + 4)), Number(view.getBigInt64(from + 12))]
      updates.push({ at, seq, update: piece.subarray(from + headBytes, end) })
      from = end
    }
  }
  return updates
}

/** Such a piece of updates that are at hand. */
export function pieceOf(updates: readonly PieceUpdate[]): Uint8Array {
  return Buffer.concat(
    updates.flatMap(({ seq, at, update }) => {
      const head = Buffer.alloc(headBytes)
      head.writeUInt32BE(update.length, 0)
      head.writeBigInt64BE(BigInt(at), 4)
      head.writeBigInt64BE(BigInt(seq), 12)
      return [head, update]
    }),
  )
}
