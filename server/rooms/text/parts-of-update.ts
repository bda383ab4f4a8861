import * as Y from 'yjs'
import type { Deletions } from '../gate/merge-cost.ts'
import { structsOfRange } from '../gate/new-deletions.ts'
import { mostMovedAtOnce, type Cost } from '../gate/update-cost.ts'
import type { Struct } from '../gate/update-places.ts'
import { partsOfDeletion } from './deletion-parts.ts'
import { deletionParts, written } from './update-parts.ts'

/** So many ranges are deleted at one go. */
const mostRanges = 3_000

/**
 * An update in parts, none of which takes long to be put in: what it adds in the order of Yjs, each part with what the
 * update deletes of it again. What it deletes of the document comes first where elements go, which makes room for
 * others; else last, as words whose spaces are replaced would be one run on the way. `named`: what the update itself says that it deletes; `all`: with everything in that.
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
  return inParts(deletions, parts, named, hasElements(doc, here))
}

function* inParts(
  deletions: Iterable<Uint8Array>,
  parts: readonly Struct[][],
  named: Deletions | null,
  isMakingRoom: boolean,
): Generator<Uint8Array> {
  if (isMakingRoom) yield* deletions
  for (const part of parts) yield written(part, named && deletedOf(part, named))
  if (!isMakingRoom) yield* deletions
}

function hasElements(doc: Y.Doc, { clients }: Deletions): boolean {
  for (const [client, ranges] of clients) {
    for (const range of ranges) {
      for (const struct of structsOfRange(doc, client, range)) {
        if (!struct.deleted && struct instanceof Y.Item && struct.content instanceof Y.ContentType)
          return true
      }
    }
  }
  return false
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
