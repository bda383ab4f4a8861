import * as Y from 'yjs'
import {
  afterLastBreak,
  breaksWithin,
  heaviestCharacter,
  TextRuns,
} from '../../../shared/document/text-runs.ts'
import { Refusal } from '../../../shared/errors.ts'

/**
 * Throws `text_run_too_long` when a change that was just made has left a run of text without a break opportunity over
 * `limit`, and has added to it or joined it: by what it wrote, or by what it deleted. A run that was too long before
 * and that it only made shorter, or did not touch, is no fault of it. To be called before deleted content is collected.
 * Returns what it took, in looks at an item or a character, a few nanoseconds each.
 */
export function checkRuns(transaction: Y.Transaction, limit: number): number {
  const touched = touchedItems(transaction)
  const near = Math.floor(limit / heaviestCharacter / 3)
  if (touched.length <= fewItems && touched.every((item) => isInShortRun(item, near))) return 0
  let looks = 0
  const blocks = new Set<unknown>()
  for (const item of touched) {
    if (looks < mostLooks) looks += checkAround(item, transaction, limit)
    else blocks.add(item.parent instanceof Y.XmlText ? item.parent._item?.parent : item.parent)
  }
  for (const block of blocks) {
    if (block instanceof Y.XmlFragment) looks += checkBlock(block, transaction, limit)
  }
  return looks
}

/**
 * Throws `text_run_too_long` for a piece of text that has such a run in itself: what is seen without the document need
 * not be put into it.
 */
export function checkOwnRuns(piece: string, limit: number): void {
  if (piece.length * heaviestCharacter <= limit) return
  const runs = new TextRuns()
  runs.add(piece)
  if (Math.max(runs.closed ?? 0, runs.inner, runs.open) > limit) refuse(limit)
}

/** Of so few it is worth to ask first whether a break opportunity is close to them. */
const fewItems = 8
/** When it took so many looks to look around one after the other, it is quicker to go through their blocks. */
const mostLooks = 2_000_000

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

/** Looks at the run, or the two, that an item of the change stands in. Returns how many looks it took. */
function checkAround(item: Y.Item, transaction: Y.Transaction, limit: number): number {
  const isNew = item.id.clock >= (transaction.beforeState.get(item.id.client) ?? 0)
  const joins = item.deleted && !isNew && hasBreak(item.content)
  const own = !item.deleted && item.content instanceof Y.ContentString ? item.content.str : ''
  if (!joins && own === '') return 0
  const walk = { looks: own.length }
  const runs = new TextRuns()
  runs.add(runBefore(item, limit, walk))
  let isTouched = joins
  if (own !== '') {
    const before = runs.open
    runs.add(own)
    const { closed, inner, open } = runs
    if (inner > limit || (closed !== null && closed > before && closed > limit)) refuse(limit)
    isTouched = open > 0
  }
  if (isTouched) {
    runs.add(runAfter(item, limit, walk))
    if ((runs.closed ?? runs.open) > limit) refuse(limit)
  }
  return walk.looks
}

interface Walk {
  looks: number
}

/** The end of what stands before an item, from its last break opportunity on; not more than is needed of a long one. */
function runBefore(item: Y.Item, limit: number, walk: Walk): string {
  let run = ''
  for (const piece of textsBeside(item, 'left', walk)) {
    const within = neededOf(piece, limit, 'last')
    run = piece.slice(-within) + run
    walk.looks += within
    if (run.length >= limit || breaksWithin(piece, within, 'last')) break
  }
  return afterLastBreak(run)
}

/** The beginning of what stands behind an item, at least to its first break opportunity. */
function runAfter(item: Y.Item, limit: number, walk: Walk): string {
  let run = ''
  for (const piece of textsBeside(item, 'right', walk)) {
    const within = neededOf(piece, limit, 'first')
    run += piece.slice(0, within)
    walk.looks += within
    if (run.length >= limit || breaksWithin(piece, within, 'first')) break
  }
  return run
}

/** How much of a piece has to be looked at: in most texts a break opportunity is close. */
function neededOf(piece: string, limit: number, end: 'first' | 'last'): number {
  for (let within = 128; within < Math.min(limit, piece.length); within *= 8) {
    if (breaksWithin(piece, within, end)) return within
  }
  return Math.min(limit, piece.length)
}

/** The texts beside an item in its block, the nearest first, up to what may always be followed by a new line. */
function* textsBeside(item: Y.Item, side: 'left' | 'right', walk: Walk): Generator<string, void> {
  for (let at = item[side]; at !== null; at = at[side]) {
    walk.looks++
    if (at.deleted) continue
    if (at.content instanceof Y.ContentString) yield at.content.str
    else if (at.content instanceof Y.ContentType) {
      if (!(at.content.type instanceof Y.XmlText)) return
      yield* textsIn(at.content.type, side, walk)
    }
  }
  const { parent } = item
  if (parent instanceof Y.XmlText && parent._item) yield* textsBeside(parent._item, side, walk)
}

function textsIn(text: Y.XmlText, side: 'left' | 'right', walk: Walk): string[] {
  const texts: string[] = []
  for (let at = text._start; at !== null; at = at.right) {
    walk.looks++
    if (!at.deleted && at.content instanceof Y.ContentString) texts.push(at.content.str)
  }
  return side === 'left' ? texts.toReversed() : texts
}

function checkBlock(block: Y.XmlFragment, transaction: Y.Transaction, limit: number): number {
  const runs = new TextRuns()
  let looks = 0
  /** The run that goes on has something new in it, or something was deleted out of it. */
  let isTouched = false
  const look = (item: Y.Item): void => {
    looks++
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
      looks += item.content.str.length
      const { closed, inner, open } = runs
      if (closed !== null) {
        const isClosedTouched = isTouched || (isNew && closed > before)
        if ((isClosedTouched && closed > limit) || (isNew && inner > limit)) refuse(limit)
        isTouched = false
      }
      isTouched ||= isNew && open > 0
      if (isTouched && open > limit) refuse(limit)
    }
  }
  for (let child = block._start; child; child = child.right) look(child)
  return looks
}

function refuse(limit: number): never {
  throw new Refusal('text_run_too_long', { limit })
}

/** What is deleted with this may have kept two runs apart. */
const hasBreak = (content: Y.Item['content']): boolean =>
  content instanceof Y.ContentType ||
  (content instanceof Y.ContentString && /[^\u0021-\u02ff]/.test(content.str))
