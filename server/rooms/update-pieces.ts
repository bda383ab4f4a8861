import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { skipNumbers, skipStruct } from './count-structs.ts'
import type { Struct } from './update-places.ts'

/**
 * Reads an update piece by piece: the structs of each, at most so many, in the order in which they are written; at last
 * its deletions, as an update that holds nothing else.
 */
export function* readInPieces(update: Uint8Array, most: number): Generator<Struct[], Uint8Array> {
  const decoder = decoding.createDecoder(update)
  for (let clients = decoding.readVarUint(decoder); clients > 0; clients--) {
    let left = decoding.readVarUint(decoder)
    const client = decoding.readVarUint(decoder)
    let clock = decoding.readVarUint(decoder)
    while (left > 0) {
      const count = Math.min(left, most)
      const from = decoder.pos
      for (let each = count; each > 0; each--) skipStruct(decoder)
      const { structs } = Y.decodeUpdate(oneClient(client, clock, count, update.subarray(from, decoder.pos)))
      const last = structs.at(-1)!
      clock = last.id.clock + last.length
      left -= count
      yield structs
    }
  }
  const deletions = decoder.pos
  for (let clients = decoding.readVarUint(decoder); clients > 0; clients--) {
    skipNumbers(decoder, 1)
    skipNumbers(decoder, 2 * decoding.readVarUint(decoder))
  }
  return Buffer.concat([Uint8Array.of(0), update.subarray(deletions, decoder.pos)])
}

const oneClient = (client: number, clock: number, count: number, structs: Uint8Array): Uint8Array =>
  encoding.encode((encoder) => {
    for (const number of [1, count, client, clock]) encoding.writeVarUint(encoder, number)
    encoding.writeUint8Array(encoder, structs)
    encoding.writeVarUint(encoder, 0)
  })
