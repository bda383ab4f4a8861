import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import type { Deletions } from '../gate/merge-cost.ts'
import type { Struct } from '../gate/update-places.ts'

/**
 * Puts a part of something into a document. Behind what others changed Yjs tidies formats, and takes away those that do
 * nothing: with a part only, it would take those that the other parts give something to do.
 */
export function applyPart(doc: Y.Doc, part: Uint8Array): void {
  doc.transact((transaction) => {
    Y.applyUpdate(doc, part)
    // behind what is of its own, Yjs does not tidy
    transaction.local = true
  })
}

/** Deletions as updates of so many ranges each, in their order. */
export function* deletionParts({ clients }: Deletions, most: number): Generator<Uint8Array> {
  let part: Deletions['clients'] = new Map()
  let count = 0
  for (const [client, ranges] of clients) {
    for (let from = 0; from < ranges.length;) {
      const some = ranges.slice(from, from + most - count)
      part.set(client, some)
      from += some.length
      count += some.length
      if (count < most) continue
      yield written([], { clients: part })
      part = new Map()
      count = 0
    }
  }
  if (count > 0) yield written([], { clients: part })
}

/** Some of an update's structs, each client's without a gap, as an update of their own; with its deletions, if any. */
export function written(structs: readonly Struct[], deletions: Deletions | null): Uint8Array {
  const byClient = new Map<number, Struct[]>()
  for (const struct of structs) {
    const own = byClient.get(struct.id.client)
    if (own) own.push(struct)
    else byClient.set(struct.id.client, [struct])
  }
  const encoder = new Y.UpdateEncoderV1()
  encoding.writeVarUint(encoder.restEncoder, byClient.size)
  for (const [client, own] of byClient) {
    encoding.writeVarUint(encoder.restEncoder, own.length)
    encoder.writeClient(client)
    encoding.writeVarUint(encoder.restEncoder, own[0]!.id.clock)
    for (const struct of own) struct.write(encoder, 0)
  }
  const clients: Deletions['clients'] = deletions?.clients ?? new Map()
  encoding.writeVarUint(encoder.restEncoder, clients.size)
  for (const [client, ranges] of clients) {
    encoding.writeVarUint(encoder.restEncoder, client)
    encoding.writeVarUint(encoder.restEncoder, ranges.length)
    for (const { clock, len } of ranges) {
      encoding.writeVarUint(encoder.restEncoder, clock)
      encoding.writeVarUint(encoder.restEncoder, len)
    }
  }
  return encoder.toUint8Array()
}
