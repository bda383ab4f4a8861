import * as Y from 'yjs'
import type { Deletions } from '../gate/merge-cost.ts'
import { written } from './update-parts.ts'

/** Under which clients' ids a change writes, and what it names of what it deletes, if somebody sent it. */
export interface ChangeSource {
  clientIds: number[]
  named?: Deletions | null
  /** All that goes, where that is put in in parts: a part may be of a passage that goes with a later one. */
  deletions?: Deletions | null
  /** What it makes, where that is known: Yjs writes what has changed only for those who listen. */
  known?: Uint8Array | null
}

/** Gathers what changes of a document make, as it is logged and sent to others. */
export class ProducedUpdates {
  private readonly doc: Y.Doc
  private updates: Uint8Array[] = []
  private by: ChangeSource = { clientIds: [] }
  private deletions: Deletions | null = null
  private isListening = false

  constructor(doc: Y.Doc) {
    this.doc = doc
    doc.on('afterTransaction', (transaction: Y.Transaction) => {
      const { named, deletions } = this.by
      this.deletions = named ? withoutUnseen(transaction, named, deletions ?? null) : null
    })
  }

  /** Begins anew, for a change that comes. */
  begin(by: ChangeSource): void {
    const { known = null } = by
    this.updates = known ? [known] : []
    this.by = by
    this.listen(known === null)
  }

  private listen(isWanted: boolean): void {
    if (isWanted === this.isListening) return
    this.isListening = isWanted
    if (isWanted) this.doc.on('update', this.onUpdate)
    else this.doc.off('update', this.onUpdate)
  }

  private readonly onUpdate = (update: Uint8Array): void => {
    this.updates.push(this.deletions ? written(Y.decodeUpdate(update).structs, this.deletions) : update)
  }

  /** What was made since, as one update; null when it was nothing. */
  all(): Uint8Array | null {
    return this.updates.length > 1 ? Y.mergeUpdates(this.updates) : (this.updates[0] ?? null)
  }
}

/**
 * What a change deleted, without what it took along with a passage and did not name: whoever removed the passage had not
 * seen that. Others take it along themselves, and its author's browser notices by it whose words went unseen. `named`: as
 * the change was sent. Null where nothing was taken along so. To be asked before Yjs collects (`afterTransaction`).
 */
function withoutUnseen(
  { doc, deleteSet }: Y.Transaction,
  sent: Deletions,
  all: Deletions | null,
): Deletions | null {
  // in order and apart, however they were sent
  const named = inClockOrder(sent)
  const clients: Deletions['clients'] = new Map()
  let hasUnseen = false
  for (const [client, ranges] of deleteSet.clients) {
    const structs = doc.store.clients.get(client)!
    const kept: Range[] = []
    const seenOf = inOrder(named.clients.get(client) ?? [])
    for (const { clock, len } of ranges) {
      for (let index = Y.findIndexSS(structs, clock); index < structs.length; index++) {
        const item = structs[index]!
        const begin = Math.max(clock, item.id.clock)
        const end = Math.min(clock + len, item.id.clock + item.length)
        if (begin >= end) break
        if (!(item instanceof Y.Item) || !isTakenAlong(item, all))
          kept.push({ clock: begin, len: end - begin })
        else {
          const seen = seenOf(begin, end)
          kept.push(...seen)
          hasUnseen ||= sumOf(seen) < end - begin
        }
      }
    }
    if (kept.length > 0) clients.set(client, kept)
  }
  return hasUnseen ? inClockOrder({ clients }) : null
}

/** The same ranges in the order of their clocks, joined where they touch or overlap. */
const inClockOrder = (deletions: Deletions): Deletions => Y.mergeDeleteSets([asSet(deletions)])

function isTakenAlong({ parent }: Y.Item, all: Deletions | null): boolean {
  const holder = parent instanceof Y.AbstractType ? parent._item : null
  return holder !== null && (holder.deleted || (all !== null && Y.isDeleted(asSet(all), holder.id)))
}

const asSet = (deletions: Deletions) => deletions as Parameters<typeof Y.isDeleted>[0]

interface Range {
  clock: number
  len: number
}

/** The parts of ranges, in order and apart, that lie between two clocks; asked in that order, as a returning client names thousands. */
function inOrder(ranges: readonly Range[]): (begin: number, end: number) => Range[] {
  let first = 0
  return (begin, end) => {
    while (first < ranges.length && ranges[first]!.clock + ranges[first]!.len <= begin) first++
    const found: Range[] = []
    for (let at = first; at < ranges.length && ranges[at]!.clock < end; at++) {
      const from = Math.max(ranges[at]!.clock, begin)
      const to = Math.min(ranges[at]!.clock + ranges[at]!.len, end)
      if (from < to) found.push({ clock: from, len: to - from })
    }
    return found
  }
}

const sumOf = (ranges: readonly Range[]): number => ranges.reduce((sum, { len }) => sum + len, 0)
