import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { isBeforeGap, skipNumbers, skipStruct } from '../gate/count-structs.ts'
import type { Slices } from './time-slices.ts'
import type { Struct } from '../gate/update-places.ts'

/** So many structs are gone past at one go: a tenth of a millisecond. */
const mostAtOnce = 1_000

/** Nor more bytes than these and one struct: a thousand pasted paragraphs are a whole book. */
const mostBytesAtOnce = 65_536

/** Some structs of one client that follow each other in an update, as they are written there. */
export interface Stretch {
  client: number
  /** The clock of the first, and the one behind the last. */
  clock: number
  end: number
  count: number
  bytes: Uint8Array
  /** Something stands there for structs that are missing. */
  hasGap: boolean
}

/**
 * Goes through an update without making anything of it: at most so many structs at a time, and fewer where they are
 * long, in the order in which they are written; at last its deletions, as an update that holds nothing else.
 */
export function* stretchesIn(
  update: Uint8Array,
  most: number,
  mostBytes = mostBytesAtOnce,
): Generator<Stretch, Uint8Array> {
  const decoder = decoding.createDecoder(update)
  for (let clients = decoding.readVarUint(decoder); clients > 0; clients--) {
    let left = decoding.readVarUint(decoder)
    const client = decoding.readVarUint(decoder)
    let clock = decoding.readVarUint(decoder)
    while (left > 0) {
      const from = decoder.pos
      let [end, hasGap, count] = [clock, false, 0]
      for (; count < Math.min(left, most) && decoder.pos - from < mostBytes; count++) {
        hasGap ||= isBeforeGap(decoder)
        end += skipStruct(decoder, true)
      }
      yield { client, clock, end, count, bytes: update.subarray(from, decoder.pos), hasGap }
      clock = end
      left -= count
    }
  }
  const deletions = decoder.pos
  for (let clients = decoding.readVarUint(decoder); clients > 0; clients--) {
    skipNumbers(decoder, 1)
    skipNumbers(decoder, 2 * decoding.readVarUint(decoder))
  }
  return Buffer.concat([Uint8Array.of(0), update.subarray(deletions, decoder.pos)])
}

/**
 * Goes through an update like that, and lets others have their turn where it is long. Returns its deletions; null as
 * soon as `each` returns false.
 */
export async function goThrough(
  update: Uint8Array,
  slices: Slices,
  each: (stretch: Stretch) => boolean,
): Promise<Uint8Array | null> {
  const stretches = stretchesIn(update, mostAtOnce)
  let next = stretches.next()
  for (; !next.done; next = stretches.next()) {
    if (!each(next.value)) return null
    const others = slices.pause()
    if (others) await others
  }
  return next.value
}

/** Reads an update piece by piece: the structs of each stretch, and at last the deletions. */
export function* readInPieces(update: Uint8Array, most: number): Generator<Struct[], Uint8Array> {
  const stretches = stretchesIn(update, most)
  let next = stretches.next()
  for (; !next.done; next = stretches.next()) yield Y.decodeUpdate(alone(next.value)).structs
  return next.value
}

/** A stretch as an update of its own. */
export const alone = ({ client, clock, count, bytes }: Stretch): Uint8Array =>
  encoding.encode((encoder) => {
    for (const number of [1, count, client, clock]) encoding.writeVarUint(encoder, number)
    encoding.writeUint8Array(encoder, bytes)
    encoding.writeVarUint(encoder, 0)
  })
