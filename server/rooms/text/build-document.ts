import * as Y from 'yjs'
import { textField } from '../../../shared/document/text-field.ts'
import { countStructs } from '../gate/count-structs.ts'
import { startSlices } from './time-slices.ts'
import { inOrder } from '../gate/update-order.ts'
import { applyPart, deletionParts, written } from './update-parts.ts'
import { readInPieces } from './update-pieces.ts'
import type { Struct } from '../gate/update-places.ts'

/** A shorter text of few structs is built at one go, which takes some milliseconds, whatever is in it. */
const shortBytes = 65_536
const fewStructs = 250

/** So many structs are read, or put in, or ranges deleted, at one go: 10 ms. */
const mostAtOnce = 2_000

/** The first part that is put in. Each that took long has the next one be shorter, down to the least. */
const firstAtOnce = 100
const leastAtOnce = 8
const longMs = 10

/**
 * A text's document from its bytes. That of a long one is put together in parts, between which others have their turn:
 * it takes twice as long in all, and nobody waits for it but who wants to write in it. One of 7 MB by 200 people kept
 * all others waiting for 1,150 ms, and does so for 75 ms. A short one may take as long: of many letters that a former gate
 * let stand at one place, Yjs goes through all for each.
 */
export async function buildDocument(whole: Uint8Array): Promise<Y.Doc> {
  const isShort = whole.length <= shortBytes && countStructs(whole, fewStructs) <= fewStructs
  return (!isShort && (await buildInParts(whole))) || buildAtOnce(whole)
}

/** Yjs tells of seven things at every change: nothing is made for those that nobody listens to, and no list of who does. */
class ObservedDoc extends Y.Doc {
  override emit(...[name, args]: Parameters<Y.Doc['emit']>): void {
    const listeners = this._observers.get(name)
    if (listeners) for (const listener of listeners) listener(...args)
  }
}

function emptyDocument(): Y.Doc {
  const doc = new ObservedDoc()
  doc.getXmlFragment(textField)
  return doc
}

function buildAtOnce(whole: Uint8Array): Y.Doc {
  const doc = emptyDocument()
  Y.applyUpdate(doc, whole)
  return doc
}

/** A text of so many bytes is built in a few milliseconds. */
const quicklyBuilt = 65_536

/** Null for what cannot be taken apart, as it waits for something that is not there. */
async function buildInParts(whole: Uint8Array): Promise<Y.Doc | null> {
  const doc = emptyDocument()
  const slices = startSlices()
  // what is short takes less than a slice, and does not stand in line with what is long
  const mayBeLong = whole.length > quicklyBuilt
  try {
    const structs: Struct[] = []
    const pieces = readInPieces(whole, mostAtOnce)
    let piece = pieces.next()
    for (; !piece.done; piece = pieces.next()) {
      for (const struct of piece.value) structs.push(struct)
      await slices.pause(mayBeLong)
    }
    let part: Struct[] = []
    let most = firstAtOnce
    for (const struct of inOrder(structs)) {
      part.push(struct)
      if (part.length < most) continue
      const began = performance.now()
      applyPart(doc, written(part, null))
      const isLong = performance.now() - began > longMs
      most = isLong ? Math.max(leastAtOnce, most >> 2) : Math.min(mostAtOnce, 2 * most)
      if (isWaiting(doc)) break
      part = []
      await slices.pause(mayBeLong || isLong)
    }
    applyPart(doc, written(part, null))
    for (const deletions of deletionParts(Y.decodeUpdate(piece.value).ds, mostAtOnce)) {
      await slices.pause(mayBeLong)
      applyPart(doc, deletions)
    }
    slices.over()
    if (!isWaiting(doc)) return doc
  } catch {
    // Yjs takes it as it is, or says what is wrong with it
  }
  doc.destroy()
  return null
}

const isWaiting = ({ store }: Y.Doc): boolean => store.pendingStructs !== null || store.pendingDs !== null
