import * as Y from 'yjs'
import { textField } from '../../../shared/document/text-field.ts'
import type { Deletions } from '../gate/merge-cost.ts'
import type { Repaired, Unrepaired } from '../ports.ts'
import { repairDocument, RepairFailure } from './repair.ts'
import { repairLimits } from './repair-limits.ts'
import { deletionParts, written } from '../text/update-parts.ts'

/** So many structs are put in, or places deleted, at one go in the room: some milliseconds. */
const mostAtOnce = 1_000

/**
 * Repairs a text that came in before all of it was checked, in a converter process: of one that a former gate let in,
 * nobody knows how long that takes. What the repair of one part fails at is left as it is.
 */
export function repairText({ whole, runCharacters }: Unrepaired): Repaired {
  const left = new Set<string>()
  for (;;) {
    const doc = new Y.Doc()
    doc.getXmlFragment(textField)
    Y.applyUpdate(doc, whole)
    const made: Uint8Array[] = []
    doc.on('update', (update: Uint8Array) => made.push(update))
    try {
      const isWhole = repairDocument(doc, { left, runCharacters })
      return { clientId: doc.clientID, updates: made.flatMap((update) => [...partsOf(update)]), isWhole }
    } catch (failure) {
      if (!(failure instanceof RepairFailure) || left.size >= repairLimits.partsLeft) throw failure
      left.add(failure.part)
    } finally {
      doc.destroy()
    }
  }
}

/** What one client wrote and deleted in one transaction, as updates that follow each other. */
function* partsOf(update: Uint8Array): Generator<Uint8Array> {
  const { structs, ds } = Y.decodeUpdate(update)
  for (let at = 0; at < structs.length; at += mostAtOnce) {
    yield written(structs.slice(at, at + mostAtOnce), null)
  }
  // what stands in something before that itself: with it all that it holds would be deleted at one go
  const clients: Deletions['clients'] = new Map()
  for (const [client, ranges] of ds.clients) clients.set(client, ranges.flatMap(inPieces).toReversed())
  for (const part of deletionParts({ clients }, mostAtOnce)) yield part
}

type Range = Deletions['clients'] extends Map<number, (infer One)[]> ? One : never

/** A range as ranges of few places. */
function inPieces({ clock, len }: Range): Range[] {
  const pieces: Range[] = []
  for (let at = 0; at < len; at += piece) pieces.push({ clock: clock + at, len: Math.min(piece, len - at) })
  return pieces
}
const piece = 100
