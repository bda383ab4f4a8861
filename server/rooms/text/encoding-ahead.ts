import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { EncodedSnapshot, readyOf } from './encoded-snapshot.ts'
import { clientOf, highestFirst, wholeOf, type Written } from './joined-updates.ts'
import { startSlices } from './time-slices.ts'
import { written } from './update-parts.ts'

/** Yjs encodes a shorter text in some milliseconds. */
const shortBytes = 262_144

/** So many structs, or bytes and one struct, are written at one go: a millisecond. */
const mostAtOnce = 2_000
const mostBytesAtOnce = 65_536

/** What was written so long ago (ms) and is not asked for is written anew: it holds what was deleted since. */
const keptMs = 5_000

/**
 * Writes the bytes of a document while it is written in: in slices, between which it changes. What Yjs does at one go
 * keeps everybody waiting for 170 ms where a text is of 6 MB. What was deleted, or added, since something was written is
 * said by the rest, which `finish` writes: the deletions of that moment, and each author's structs from where the slices
 * came to.
 */
export class EncodingAhead {
  private readonly doc: Y.Doc
  private clients: Map<number, Written> | null = null
  private underWay: Promise<void> | null = null
  private doneAt = -Infinity

  constructor(doc: Y.Doc) {
    this.doc = doc
  }

  /** Somebody has had it begun, and `finish` has not been asked for since. */
  get isBegun(): boolean {
    return this.underWay !== null || this.isDone
  }

  /** Resolves when the rest is little; null where it is, as that of a text of few bytes. */
  begin(bytes: number): Promise<void> | null {
    if (bytes < shortBytes || this.isDone) return null
    this.underWay ??= this.write().finally(() => (this.underWay = null))
    return this.underWay
  }

  /** What the document holds now. */
  finish(): EncodedSnapshot {
    const { doc, clients } = this
    const isFresh = this.isBegun
    this.clients = null
    if (!clients || !isFresh) return readyOf(doc)
    for (const client of doc.store.clients.keys()) while (this.writeSome(clients, client)) continue
    const { clients: ranges } = Y.createDeleteSetFromStructStore(doc.store)
    const deletions = written([], { clients: highestFirst(ranges) }).subarray(1)
    return new EncodedSnapshot(wholeOf(clients, deletions), Y.encodeStateVector(doc), deletions)
  }

  private get isDone(): boolean {
    return this.clients !== null && performance.now() - this.doneAt < keptMs
  }

  private async write(): Promise<void> {
    const clients = (this.clients = new Map<number, Written>())
    const slices = startSlices()
    for (const client of this.doc.store.clients.keys()) {
      while (this.clients === clients && this.writeSome(clients, client)) {
        const others = slices.pause()
        if (others) await others
      }
    }
    slices.over()
    this.doneAt = performance.now()
  }

  /** False when there is nothing more of a client's. */
  private writeSome(clients: Map<number, Written>, client: number): boolean {
    const structs = this.doc.store.clients.get(client)
    const own = clientOf(clients, client)
    if (!structs || Y.getState(this.doc.store, client) <= own.end) return false
    const encoder = new Y.UpdateEncoderV1()
    let count = 0
    // it may have become one with what was written already
    for (let at = Y.findIndexSS(structs, own.end); at < structs.length; at++) {
      const struct = structs[at]!
      struct.write(encoder, own.end - struct.id.clock)
      own.end = struct.id.clock + struct.length
      if (++count >= mostAtOnce || encoding.length(encoder.restEncoder) >= mostBytesAtOnce) break
    }
    own.count += count
    own.stretches.push(encoder.toUint8Array())
    return true
  }
}
