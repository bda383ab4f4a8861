import { setImmediate as nextTurn } from 'node:timers/promises'
import { sql, type SQL } from 'drizzle-orm'
import { newId } from './columns.ts'
import type { Database, Queries, Transaction } from './database.ts'

/** So many bytes of a value are a row: reading one takes a millisecond. */
export const pieceBytes = 262_144

/**
 * The UTF-8 of one text that may be megabytes, in pieces that are each read by themselves, with others' turns in
 * between; none when there is no such row. `from`: what stands behind FROM and finds one row.
 */
export const textInPieces = (db: Queries, text: SQL, from: SQL): Promise<Uint8Array[]> =>
  bytesInPieces(db, sql`convert_to(${text}, 'UTF8')`, from)

/** The same for bytes that are no text. */
async function bytesInPieces(db: Queries, bytes: SQL, from: SQL): Promise<Uint8Array[]> {
  // `offset 0`: the text is unpacked once, not for each piece
  const { rows } = await (db as Database).execute<{ at: number; piece: Buffer }>(sql`
    select at, substring(whole.bytes from at for ${pieceBytes}) as piece
    from (select ${bytes} as bytes from ${from} offset 0) as whole,
      generate_series(1, octet_length(whole.bytes), ${pieceBytes}) as at`)
  return rows.toSorted((one, other) => one.at - other.at).map(({ piece }) => piece)
}

/**
 * The same in the other direction: brings the UTF-8 of a text into the transaction piece by piece, and returns the text
 * as an expression for its next statement. A value that is bound is copied several times at one go: 63 MB of them keep
 * everybody waiting for 250 ms.
 */
export const textFromPieces = async (tx: Transaction, bytes: Uint8Array): Promise<SQL> =>
  sql`convert_from(${await bytesFromPieces(tx, bytes)}, 'UTF8')`

/** The same for bytes that are no text. */
export async function bytesFromPieces(tx: Transaction, bytes: Uint8Array): Promise<SQL> {
  if (bytes.length <= pieceBytes) return sql`${bytes}::bytea`
  const value = newId()
  await tx.execute(
    sql`create temporary table if not exists incoming_pieces (value text, at integer, piece bytea) on commit drop`,
  )
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const piece = bytes.subarray(at, at + pieceBytes)
    await tx.execute(sql`insert into incoming_pieces values (${value}, ${at}, ${piece})`)
  }
  return sql`(select string_agg(piece, '' order by at) from incoming_pieces where value = ${value})`
}

/** What `textInPieces` reads, in one. */
export const textBytes = async (db: Queries, text: SQL, from: SQL): Promise<Uint8Array> =>
  joinInPieces(await textInPieces(db, text, from))

/** Bytes that are no text, in one; none where there is no such row, or no value. */
export const bytesOfRow = async (db: Queries, bytes: SQL, from: SQL): Promise<Uint8Array> =>
  joinInPieces(await bytesInPieces(db, bytes, from))

/** The text of such pieces, part by part. */
export function* decoded(pieces: Uint8Array[]): Generator<string, void> {
  const decoder = new TextDecoder()
  for (const piece of pieces) yield decoder.decode(piece, { stream: true })
}

/** So many bytes are copied at one go. */
const copiedBytes = 1_048_576

/** Bytes that came in parts as one array; between any two of many parts others have their turn. */
export async function joinInPieces(parts: Uint8Array[]): Promise<Uint8Array> {
  const whole = Buffer.allocUnsafe(parts.reduce((sum, { length }) => sum + length, 0))
  let [at, next] = [0, copiedBytes]
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
    if (at < next) continue
    next = at + copiedBytes
    await nextTurn()
  }
  return whole
}
