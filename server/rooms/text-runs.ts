/* oxlint-disable no-underscore-dangle -- Yjs' own names of a type's list and holder */
import * as Y from 'yjs'
import { breaksWithin, heaviestCharacter, TextRuns } from '../../shared/document/text-runs.ts'
import { Refusal } from '../../shared/errors.ts'

/**
 * Throws `text_run_too_long` when a change that was just made has left a run of text without a break opportunity over
 * `limit`, and has added to it or joined it: by what it wrote, or by what it deleted. A run that was too long before
 * and that it only made shorter, or did not touch, is no fault of it. To be called before deleted content is collected.
 */
export function checkRuns(transaction: Y.Transaction, limit: number): void {
  const touched = touchedItems(transaction)
  const near = Math.floor(limit / heaviestCharacter / 3)
  if (touched.length <= fewItems && touched.every((item) => isInShortRun(item, near))) return
  const blocks = new Set<unknown>()
  for (const { parent } of touched) blocks.add(parent instanceof Y.XmlText ? parent._item?.parent : parent)
  for (const block of blocks) if (block instanceof Y.XmlFragment) checkBlock(block, transaction, limit)
}

/**
 * Throws `text_run_too_long` for a piece of text that has such a run in itself: what is seen without the document need
 * not be put into it.
 */
export function checkOwnRuns(piece: string, limit: number): void {
  if (piece.length * heaviestCharacter <= limit) return
  const runs = new TextRuns()
  runs.add(piece)
  if (Math.max(runs.closed ?? 0, runs.inner, runs.open) > limit) {
    throw new Refusal('text_run_too_long', { limit })
  }
}

/** So many are looked at one by one; more, by going through their blocks. */
const fewItems = 8

/** The pieces of text that the change wrote or deleted, and the elements that it took out from between texts. */
function touchedItems(transaction: Y.Transaction): Y.Item[] {
  const touched: Y.Item[] = []
  const { beforeState } = transaction
  const { store } = transaction.doc
  const note = (struct: Y.Item | Y.GC): void => {
    if (!(struct instanceof Y.Item) || struct.parentSub !== null) return
    const { parent, content } = struct
    const isText = content instanceof Y.ContentString && parent instanceof Y.XmlText
    const isBetween = content instanceof Y.ContentType && parent instanceof Y.XmlElement
    if (isText || (isBetween && (struct.deleted || content.type instanceof Y.XmlText))) touched.push(struct)
  }
  for (const [client, end] of transaction.afterState) {
    const start = beforeState.get(client) ?? 0
    if (start === end) continue
    const structs = store.clients.get(client)!
    for (let index = Y.findIndexSS(structs, start); index < structs.length; index++) note(structs[index]!)
  }
  for (const [client, ranges] of transaction.deleteSet.clients) {
    const structs = store.clients.get(client)!
    for (const { clock, len } of ranges) {
      for (let index = Y.findIndexSS(structs, clock); index < structs.length; index++) {
        const struct = structs[index]!
        if (struct.id.clock >= clock + len) break
        note(struct)
      }
    }
  }
  return touched
}

/** True when a piece of text is short and a break opportunity is close on both of its sides. */
function isInShortRun(item: Y.Item, near: number): boolean {
  if (!(item.content instanceof Y.ContentString) || (!item.deleted && item.length > near)) return false
  const text = item.parent as Y.XmlText
  const isAlone = text._item?.left === null && text._item.right === null
  return isNearBreak(item, near, isAlone, 'left') && isNearBreak(item, near, isAlone, 'right')
}

function isNearBreak(item: Y.Item, near: number, isAlone: boolean, side: 'left' | 'right'): boolean {
  let [left, steps] = [near, 32]
  for (let at = item[side]; at !== null; at = at[side]) {
    if (--steps < 0) return false
    if (at.deleted || !(at.content instanceof Y.ContentString)) continue
    const { str } = at.content
    if (breaksWithin(str, left, side === 'left' ? 'last' : 'first')) return true
    if ((left -= str.length) <= 0) return false
  }
  return isAlone
}

function checkBlock(block: Y.XmlFragment, transaction: Y.Transaction, limit: number): void {
  const runs = new TextRuns()
  /** The run that goes on has something new in it, or something was deleted out of it. */
  let isTouched = false
  const refuse = (): never => {
    throw new Refusal('text_run_too_long', { limit })
  }
  const look = (item: Y.Item): void => {
    const isNew = item.id.clock >= (transaction.beforeState.get(item.id.client) ?? 0)
    if (item.deleted) {
      if (!isNew && hasBreak(item.content) && Y.isDeleted(transaction.deleteSet, item.id)) isTouched = true
      return
    }
    if (item.content instanceof Y.ContentType) {
      const { type } = item.content
      if (type instanceof Y.XmlText) for (let part = type._start; part; part = part.right) look(part)
      else {
        runs.end()
        isTouched = false
      }
    } else if (item.content instanceof Y.ContentString) {
      const before = runs.open
      runs.add(item.content.str)
      const { closed, inner, open } = runs
      if (closed !== null) {
        const isClosedTouched = isTouched || (isNew && closed > before)
        if ((isClosedTouched && closed > limit) || (isNew && inner > limit)) refuse()
        isTouched = false
      }
      isTouched ||= isNew && open > 0
      if (isTouched && open > limit) refuse()
    }
  }
  for (let child = block._start; child; child = child.right) look(child)
}

/** What is deleted with this may have kept two runs apart. */
const hasBreak = (content: Y.Item['content']): boolean =>
  content instanceof Y.ContentType ||
  (content instanceof Y.ContentString && /[^\u0021-\u02ff]/.test(content.str))
