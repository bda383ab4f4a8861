import * as Y from 'yjs'
import {
  afterLastBreak,
  breaksWithin,
  heaviestCharacter,
  TextRuns,
} from '../../../shared/document/text-runs.ts'
import { Refusal } from '../../../shared/errors.ts'
import type { Deletions } from './merge-cost.ts'
import { structsOfRange } from './new-deletions.ts'
import { newStructs, type Changed } from './size-check.ts'
import { toEnd, type Steps } from './steps.ts'

/** A change whose runs are looked at, be it one transaction or several that follow each other. */
export interface ChangedRuns extends Changed {
  /** What it took out of the text that may have kept two runs apart. */
  joints: Deletions
}

/**
 * Throws `text_run_too_long` when a change that was just made has left a run of text without a break opportunity over
 * `limit`, and has added to it or joined it: by what it wrote, or by what it deleted. A run that was too long before
 * and that it only made shorter, or did not touch, is no fault of it. To be called before deleted content is collected.
 * Returns what it took, in looks at an item or a character, a few nanoseconds each.
 */
export function checkRuns(transaction: Y.Transaction, limit: number): number {
  const joints = jointsOf(transaction, transaction.beforeState)
  const { doc, beforeState, afterState } = transaction
  return toEnd(checkRunsInSteps({ doc, beforeState, afterState, joints }, limit))
}

/** As `checkRuns`, also when what was deleted is collected; until the last step nothing may happen to the document but what `DocumentState.mayGoOn` allows. */
export function* checkRunsInSteps(changed: ChangedRuns, limit: number): Steps<number> {
  const touched = touchedItems(changed)
  const near = Math.floor(limit / heaviestCharacter / 3)
  if (touched.length <= fewItems && touched.every((item) => isInShortRun(item, near))) return 0
  let looks = 0
  let lastStep = 0
  const blocks = new Set<unknown>()
  for (const item of touched) {
    if (looks < mostLooks) looks += checkAround(item, changed, limit)
    else blocks.add(item.parent instanceof Y.XmlText ? item.parent._item?.parent : item.parent)
    if (looks < lastStep + looksPerStep) continue
    lastStep = looks
    yield
  }
  for (const block of blocks) {
    if (block instanceof Y.XmlFragment) looks += yield* checkBlock(block, changed, limit)
  }
  return looks
}

/**
 * What a transaction took out of the text as it stood at `beforeState` that may have kept two runs apart. To be called
 * before deleted content is collected.
 */
export function jointsOf({ doc, deleteSet }: Y.Transaction, beforeState: Changed['beforeState']): Deletions {
  const clients: Deletions['clients'] = new Map()
  for (const [client, ranges] of deleteSet.clients) {
    const known = beforeState.get(client) ?? 0
    const joints: { clock: number; len: number }[] = []
    for (const range of ranges) {
      for (const struct of structsOfRange(doc, client, range)) {
        const { id, length } = struct
        if (id.clock < known && mayJoin(struct)) joints.push({ clock: id.clock, len: length })
      }
    }
    if (joints.length > 0) clients.set(client, joints)
  }
  return { clients }
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
/** So many looks are made in a step: a millisecond or two. */
const looksPerStep = 200_000

/** The pieces of text that the change wrote, and what it took out from between runs. */
function touchedItems(changed: ChangedRuns): Y.Item[] {
  const touched: Y.Item[] = []
  for (const [struct] of newStructs(changed)) {
    if (!(struct instanceof Y.Item) || struct.deleted || struct.parentSub !== null) continue
    const { parent, content } = struct
    const isText = content instanceof Y.ContentString && parent instanceof Y.XmlText
    const isBetween = content instanceof Y.ContentType && content.type instanceof Y.XmlText
    if (isText || (isBetween && parent instanceof Y.XmlElement)) touched.push(struct)
  }
  for (const [client, ranges] of changed.joints.clients) {
    for (const range of ranges) {
      for (const struct of structsOfRange(changed.doc, client, range)) {
        // what went with its parent stands between nothing any more
        if (struct instanceof Y.Item) touched.push(struct)
      }
    }
  }
  return touched
}

/** What is deleted with this may have kept two runs apart. */
function mayJoin(struct: Y.Item | Y.GC): boolean {
  if (!(struct instanceof Y.Item) || struct.parentSub !== null) return false
  const { parent, content } = struct
  if (content instanceof Y.ContentType) return parent instanceof Y.XmlElement
  return (
    content instanceof Y.ContentString && /[^\u0021-\u02ff]/.test(content.str) && parent instanceof Y.XmlText
  )
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
function checkAround(item: Y.Item, changed: ChangedRuns, limit: number): number {
  const [old, own] = isText(item) ? oldAndNew(item, changed) : ['', '']
  if (!item.deleted && own === '') return 0
  const walk = { looks: own.length }
  const runs = new TextRuns()
  runs.add(afterLastBreak(runBefore(item, limit, walk) + old))
  let isTouched = item.deleted
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

const isText = (item: Y.Item): item is Y.Item & { content: Y.ContentString } =>
  !item.deleted && item.content instanceof Y.ContentString

/** What of a text stood there before the change, and what that wrote: behind its own words, Yjs has both as one. */
function oldAndNew(
  { id, content }: Y.Item & { content: Y.ContentString },
  { beforeState }: Changed,
): [string, string] {
  const old = Math.max(0, (beforeState.get(id.client) ?? 0) - id.clock)
  return old === 0 ? ['', content.str] : [content.str.slice(0, old), content.str.slice(old)]
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

function* checkBlock(block: Y.XmlFragment, changed: ChangedRuns, limit: number): Steps<number> {
  const runs = new TextRuns()
  const isJoint = inRangesOf(changed.joints)
  let looks = 0
  let lastStep = 0
  /** The run that goes on has something new in it, or something was deleted out of it. */
  let isTouched = false
  const add = (piece: string, isNew: boolean): void => {
    const before = runs.open
    runs.add(piece)
    looks += piece.length
    const { closed, inner, open } = runs
    if (closed !== null) {
      const isClosedTouched = isTouched || (isNew && closed > before)
      if ((isClosedTouched && closed > limit) || (isNew && inner > limit)) refuse(limit)
      isTouched = false
    }
    isTouched ||= isNew && open > 0
    if (isTouched && open > limit) refuse(limit)
  }
  for (const item of itemsOf(block)) {
    if (++looks >= lastStep + looksPerStep) {
      lastStep = looks
      yield
    }
    if (item.deleted) isTouched ||= isJoint(item)
    else if (isText(item)) {
      const [old, own] = oldAndNew(item, changed)
      if (old !== '') add(old, false)
      if (own !== '') add(own, true)
    } else if (item.content instanceof Y.ContentType && !(item.content.type instanceof Y.XmlText)) {
      runs.end()
      isTouched = false
    }
  }
  return looks
}

/** A block's items, and behind each of its texts what is in that. */
function* itemsOf(block: Y.XmlFragment): Generator<Y.Item> {
  for (let child = block._start; child; child = child.right) {
    yield child
    const type = !child.deleted && child.content instanceof Y.ContentType ? child.content.type : null
    if (type instanceof Y.XmlText) for (let part = type._start; part; part = part.right) yield part
  }
}

/** Whether something of an item is in one of the ranges. */
function inRangesOf(deletions: Deletions): (item: Y.Item) => boolean {
  const { clients } = Y.mergeDeleteSets([deletions as Parameters<typeof Y.isDeleted>[0]])
  return ({ id: { client, clock }, length }) => {
    const ranges = clients.get(client) ?? []
    let [first, last] = [0, ranges.length]
    while (first < last) {
      const middle = (first + last) >> 1
      if (ranges[middle]!.clock + ranges[middle]!.len <= clock) first = middle + 1
      else last = middle
    }
    return first < ranges.length && ranges[first]!.clock < clock + length
  }
}

function refuse(limit: number): never {
  throw new Refusal('text_run_too_long', { limit })
}
