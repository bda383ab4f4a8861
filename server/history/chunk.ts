import { promisify } from 'node:util'
import { deflateRaw, inflateRawSync } from 'node:zlib'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'

/** One update as the log had it: whose it was and when it was committed (milliseconds since 1970). */
export interface LoggedUpdate {
  seq: number
  /** Null: the room itself, which repaired the text. */
  userId: string | null
  at: number
  update: Uint8Array
}

/**
 * What compaction cuts from the log, compressed: for each update `varUint` sequence number, `varString` user (empty: the room),
 * `varUint` milliseconds, `varUint8Array` update; all of them deflated (RFC 1951).
 */
export function encodeChunk(updates: LoggedUpdate[]): Promise<Buffer> {
  const bytes = encoding.encode((encoder) => {
    for (const { seq, userId, at, update } of updates) {
      encoding.writeVarUint(encoder, seq)
      encoding.writeVarString(encoder, userId ?? '')
      encoding.writeVarUint(encoder, at)
      encoding.writeVarUint8Array(encoder, update)
    }
  })
  return promisify(deflateRaw)(bytes)
}

export function decodeChunk(chunk: Uint8Array): LoggedUpdate[] {
  const decoder = decoding.createDecoder(new Uint8Array(inflateRawSync(chunk)))
  const updates: LoggedUpdate[] = []
  while (decoding.hasContent(decoder)) {
    updates.push({
      seq: decoding.readVarUint(decoder),
      userId: decoding.readVarString(decoder) || null,
      at: decoding.readVarUint(decoder),
      update: decoding.readVarUint8Array(decoder),
    })
  }
  return updates
}

/** From when to when updates were committed: the range that stands beside a chunk of them. */
export function timeRange(updates: readonly LoggedUpdate[]): { firstAt: Date; lastAt: Date } {
  let [first, last] = [Infinity, 0]
  for (const { at } of updates) {
    first = Math.min(first, at)
    last = Math.max(last, at)
  }
  return { firstAt: new Date(first), lastAt: new Date(last) }
}
