import * as decoding from 'lib0/decoding'
import * as Y from 'yjs'
import { syncStep } from '../../../shared/wire/protocol.ts'
import { wordsTaken } from '../unsent/unsent-words.ts'

/** Ids of one client, from one clock on, up to another. */
interface Range {
  from: number
  to: number
}

/**
 * Finds words of this person that go because the passage they stand in was removed by somebody who did not know of
 * them: written offline or at the same moment, they go with the passage, in nobody's intention. What is deleted by who
 * knew of it is named in the update that deletes it, and is no loss.
 */
export class LostWords {
  private readonly doc: Y.Doc
  private readonly onLost: (words: string) => void
  /** What was written here, and what this device held that the server did not have: an earlier tab wrote it. */
  private own = new Map<number, Range>()
  /** The update that is put into the text just now. */
  private update: Uint8Array | null = null

  constructor(doc: Y.Doc, onLost: (words: string) => void) {
    this.doc = doc
    this.onLost = onLost
    doc.on('afterTransaction', this.look)
  }

  /** Around each sync frame of the server's: `take` has it put into the text. */
  reading(decoder: decoding.Decoder, take: () => void): void {
    const frame = decoding.createDecoder(decoder.arr.subarray(decoder.pos))
    const step = decoding.readVarUint(frame)
    const said = decoding.readVarUint8Array(frame)
    if (step === syncStep.step1) this.serverHas(Y.decodeStateVector(said))
    else this.update = said
    try {
      take()
    } finally {
      this.update = null
    }
  }

  private serverHas(known: ReadonlyMap<number, number>): void {
    for (const [client, to] of Y.decodeStateVector(Y.encodeStateVector(this.doc))) {
      this.noteOwn(client, known.get(client) ?? 0, to)
    }
  }

  /** An id is one person's, so that what lies between two ranges of it is theirs too. */
  private noteOwn(client: number, from: number, to: number): void {
    const known = this.own.get(client)
    if (from < to)
      this.own.set(client, {
        from: Math.min(from, known?.from ?? from),
        to: Math.max(to, known?.to ?? to),
      })
  }

  private readonly look = (transaction: Y.Transaction) => {
    const { update } = this
    if (transaction.local) {
      const { clientID } = this.doc
      const { beforeState, afterState } = transaction
      this.noteOwn(clientID, beforeState.get(clientID) ?? 0, afterState.get(clientID) ?? 0)
    }
    if (update === null || transaction.local || !this.takesOwn(transaction)) return
    const named = Y.decodeUpdate(update).ds
    // what people know of is deleted all the time; the whole text is read for the rest only
    if (!this.takesUnnamed(transaction, named)) return
    const words = wordsTaken(
      transaction,
      (client, clock) => this.isOwn(client, clock) && !Y.isDeleted(named, Y.createID(client, clock)),
    )
    if (words !== '') this.onLost(words)
  }

  private takesOwn({ deleteSet }: Y.Transaction): boolean {
    return [...deleteSet.clients.keys()].some((client) => this.own.has(client))
  }

  /** True when the change takes something of this person's that its update does not name. */
  private takesUnnamed({ deleteSet }: Y.Transaction, named: Y.Transaction['deleteSet']): boolean {
    for (const [client, ranges] of deleteSet.clients) {
      const own = this.own.get(client)
      const seen = named.clients.get(client) ?? []
      let next = 0
      for (const { clock, len } of own ? ranges : []) {
        const to = Math.min(clock + len, own!.to)
        let at = Math.max(clock, own!.from)
        while (at < to) {
          while (next < seen.length && endOf(seen[next]!) <= at) next++
          if (next === seen.length || seen[next]!.clock > at) return true
          at = endOf(seen[next]!)
        }
      }
    }
    return false
  }

  private isOwn(client: number, clock: number): boolean {
    const range = this.own.get(client)
    return range !== undefined && clock >= range.from && clock < range.to
  }
}

const endOf = ({ clock, len }: { clock: number; len: number }): number => clock + len
