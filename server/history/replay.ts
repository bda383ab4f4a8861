import * as Y from 'yjs'
import { decodeChunk } from './chunk.ts'
import type { StateAt, StoredHistory } from './history.ts'
import { updatesInPieces, type PieceUpdate } from './logged-pieces.ts'

// Unpacking takes seconds for a long log: this half of the history runs in converter processes.

/** A document as it was read at one moment. */
export function docAt({ chunks, base, updates }: Omit<StateAt, 'seq'>): Y.Doc {
  const doc = new Y.Doc()
  Y.transact(doc, () => {
    for (const { update } of chunks.flatMap(decodeChunk)) Y.applyUpdate(doc, update)
    if (base) Y.applyUpdate(doc, base)
    for (const { update } of updatesInPieces(updates)) Y.applyUpdate(doc, update)
  })
  return doc
}

/** Unpacks a history: its updates in the order of their commit. */
export function updatesIn({ chunks, logged }: StoredHistory): PieceUpdate[] {
  const history = chunks.flatMap(decodeChunk)
  const last = history.at(-1)?.seq ?? 0
  return [...history, ...updatesInPieces(logged).filter(({ seq }) => seq > last)]
}
