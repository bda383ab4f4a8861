import * as Y from 'yjs'
import type { Deletions } from '../gate/merge-cost.ts'
import { mostMovedAtOnce, type Cost } from '../gate/update-cost.ts'
import type { Struct } from '../gate/update-places.ts'
import { partsOfDeletion } from './deletion-parts.ts'
import { deletionParts, written } from './update-parts.ts'

/** So many ranges are deleted at one go. */
const mostRanges = 3_000

/**
 * An update in parts, none of which takes long to be put in: what it adds in the order of Yjs, each part with what the
 * update deletes of it again, and last what it deletes of the document. `named`: what the update itself says that it
 * deletes; `all`: with everything in that.
 */
export function partsOfUpdate(
  doc: Y.Doc,
  { parts, movedByDeletions }: Pick<Cost, 'parts' | 'movedByDeletions'>,
  named: Deletions | null,
  all: Deletions | null,
): Iterable<Uint8Array> {
  const known = (client: number): number => Y.getState(doc.store, client)
  const isLong = movedByDeletions > mostMovedAtOnce
  const here = within((isLong ? all : named) ?? { clients: new Map() }, () => 0, known)
  const deletions = isLong ? partsOfDeletion(doc, here, movedByDeletions) : deletionParts(here, mostRanges)
  return inParts(deletions, parts, named)
}

function* inParts(
  deletions: Iterable<Uint8Array>,
  parts: readonly Struct[][],
  named: Deletions | null,
): Generator<Uint8Array> {
  for (const part of parts) yield written(part, named && deletedOf(part, named))
  yield* deletions
}

function deletedOf(part: readonly Struct[], named: Deletions): Deletions {
  const from = new Map<number, number>()
  const to = new Map<number, number>()
  for (const { id, length } of part) {
    if (!from.has(id.client)) from.set(id.client, id.clock)
    to.set(id.client, id.clock + length)
  }
  return within(
    named,
    (client) => from.get(client) ?? 0,
    (client) => to.get(client) ?? 0,
  )
}

/** What is deleted from one clock of each client up to another. */
function within(
  { clients }: Deletions,
  from: (client: number) => number,
  to: (client: number) => number,
): Deletions {
  const found: Deletions['clients'] = new Map()
  for (const [client, ranges] of clients) {
    const [first, end] = [from(client), to(client)]
    const kept = ranges.flatMap(({ clock, len }) => {
      const begin = Math.max(clock, first)
      const left = Math.min(clock + len, end) - begin
      return left > 0 ? [{ clock: begin, len: left }] : []
    })
    if (kept.length > 0) found.set(client, kept)
  }
  return { clients: found }
}
