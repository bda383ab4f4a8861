import * as decoding from 'lib0/decoding'
import * as Y from 'yjs'
import { elementRules } from '../../../shared/document/content-rules.ts'
import { isStorable } from '../../../shared/text/storable.ts'
import { checkOwnRuns } from './text-runs.ts'
import { isPlain } from './update-cost.ts'
import type { Against } from './update-check.ts'
import { holderOfText } from './update-places.ts'

/** A longer update is looked at as any other. */
const mostBytes = 512

/** What Yjs writes before a text that has a left neighbour, and before one that has a right one as well. */
const afterLeft = 0x84
const betweenBoth = 0xc4

/** One piece of text that somebody typed, as the item that it is. */
export interface PlainTyping {
  item: Y.Item
  /** It meets no client first. */
  clientIds: number[]
  /** The update, where the document makes no other of it; null where Yjs tidies formats behind it. */
  known: Uint8Array | null
}

type Room = Omit<Against, 'mayWork'>

/**
 * An update that is one piece of text, of an author whom the room knows, which goes behind the end of another in a list
 * where no search passes anything; null for any other update. Most updates are a typed character; what `checkUpdate` asks
 * of them is asked here in one reading, and their item is made once for the gate and for the document. Whatever is not as
 * plain as that, or would be refused for what it is, is left to `checkUpdate`. Throws `text_run_too_long`.
 */
export function plainTyping(update: Uint8Array, room: Room): PlainTyping | null {
  const item = update.length <= mostBytes ? readItem(update, room) : null
  if (!item || !isPlain(item, room.doc, room.conflicts)) return null
  const { str } = item.content as Y.ContentString
  const left = Y.getItem(room.doc.store, item.origin!) as Y.Item
  const rule = left.parentSub === null ? elementRules.get(holderOfText(left.parent) ?? '') : undefined
  if (rule === undefined || !isStorable(str)) return null
  checkOwnRuns(str, room.limits.runCharacters)
  const hasFormats = (left.parent as unknown as Formatted)._hasFormatting
  return { item, clientIds: [], known: hasFormats ? null : update }
}

/** Yjs leaves this out of its types. */
interface Formatted {
  _hasFormatting: boolean
}

function readItem(update: Uint8Array, { doc, owners, userId }: Room): Y.Item | null {
  if (update[0] !== 1 || update[1] !== 1) return null
  try {
    const decoder = decoding.createDecoder(update)
    decoder.pos = 2
    const client = readNumber(decoder)
    const clock = readNumber(decoder)
    const { store } = doc
    if (!store.clients.has(client) || clock !== Y.getState(store, client)) return null
    if (owners.get(client) !== userId) return null
    const info = decoding.readUint8(decoder)
    if (info !== afterLeft && info !== betweenBoth) return null
    const origin = readId(decoder)
    const right = info === betweenBoth ? readId(decoder) : null
    if (!isHere(origin, store) || (right && !isHere(right, store))) return null
    const str = readText(decoder)
    // no deletions, and nothing behind them
    if (str.length === 0 || decoding.readUint8(decoder) !== 0 || decoding.hasContent(decoder)) return null
    const id = Y.createID(client, clock)
    return new Y.Item(id, null, origin, null, right, null, null, new Y.ContentString(str))
  } catch {
    // it is no update, which is told by who reads it whole
    return null
  }
}

/** Throws for a number that is written in more bytes than it needs: Yjs would write the update as another. */
function readNumber(decoder: decoding.Decoder): number {
  const begin = decoder.pos
  const number = decoding.readVarUint(decoder)
  if (decoder.pos - begin > 1 && decoder.arr[decoder.pos - 1] === 0)
    throw new RangeError('a number is padded')
  return number
}

function readText(decoder: decoding.Decoder): string {
  const begin = decoder.pos
  readNumber(decoder)
  decoder.pos = begin
  return decoding.readVarString(decoder)
}

const readId = (decoder: decoding.Decoder): Y.ID => Y.createID(readNumber(decoder), readNumber(decoder))

const isHere = ({ client, clock }: Y.ID, store: Y.Doc['store']): boolean => clock < Y.getState(store, client)

/** Puts such an item into the document, as `Y.applyUpdate` does with the update that it came as. */
export function putPlainTyping(doc: Y.Doc, { item }: PlainTyping): void {
  const put = (transaction: Y.Transaction): void => {
    if (item.getMissing(transaction, doc.store) !== null) throw new Error('a neighbour of a text is not here')
    item.integrate(transaction, 0)
  }
  Y.transact(doc, put, undefined, false)
}
