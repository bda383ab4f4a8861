import type * as Y from 'yjs'
import type { Deletions } from '../gate/merge-cost.ts'
import { structsOfRange } from '../gate/new-deletions.ts'
import { mostMovedAtOnce } from '../gate/update-cost.ts'
import { written } from './update-parts.ts'

interface Part {
  client: number
  clock: number
  len: number
}

/**
 * A long deletion as updates that each delete a part of it, to be put in in this order; `moved`: how many places all of
 * it moves. Each author's end comes first: what is behind a part is one run by then, and all parts together move no
 * more than the whole. What is moved goes by the pieces that the document has of it, be they a letter or a chapter.
 */
export function partsOfDeletion(doc: Y.Doc, deletions: Deletions, moved: number): Uint8Array[] {
  const pieces = [...deletions.clients].flatMap(([client, ranges]) =>
    ranges.flatMap((range) => piecesOf(doc, client, range)),
  )
  // the last part, an author's beginning, moves about twice as much as the middle one
  const most = Math.ceil(pieces.length / Math.ceil((2 * moved) / mostMovedAtOnce))
  const updates: Uint8Array[] = []
  for (let end = pieces.length; end > 0; end -= most) {
    updates.push(updateOf(joined(pieces.slice(Math.max(0, end - most), end))))
  }
  return updates
}

/** The document's pieces of a range, in their order. */
function piecesOf(doc: Y.Doc, client: number, { clock, len }: { clock: number; len: number }): Part[] {
  const pieces: Part[] = []
  for (const { id, length } of structsOfRange(doc, client, { clock, len })) {
    const start = Math.max(id.clock, clock)
    pieces.push({ client, clock: start, len: Math.min(id.clock + length, clock + len) - start })
  }
  return pieces
}

/** Pieces that follow each other as one. */
function joined(pieces: readonly Part[]): Part[] {
  const parts: Part[] = []
  for (const piece of pieces) {
    const last = parts.at(-1)
    if (last?.client === piece.client && last.clock + last.len === piece.clock) last.len += piece.len
    else parts.push({ ...piece })
  }
  return parts
}

/** An update that holds nothing but deletions. */
function updateOf(parts: readonly Part[]): Uint8Array {
  const clients = new Map<number, Part[]>()
  for (const part of parts) {
    const own = clients.get(part.client)
    if (own) own.push(part)
    else clients.set(part.client, [part])
  }
  return written([], { clients })
}
