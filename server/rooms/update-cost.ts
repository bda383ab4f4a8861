/* oxlint-disable no-underscore-dangle -- Yjs' own names of a type's list, map and holder */
import * as Y from 'yjs'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import { inOrder } from './update-order.ts'
import { wayOf, type Places, type Struct } from './update-places.ts'

/** A stretch between two neighbours of the document, and how many of the update's items went into it so far. */
interface Gap {
  count: number
}

/** A place right behind one item, or at the start of a list. */
interface Slot {
  /** The first item of the document right of it; undefined behind an item of the update. */
  first: Y.Item | null | undefined
  /** What stands right of it by now. */
  right: Y.ID | null
  /** Not all who wrote here knew of each other: Yjs looks for the order, item by item. */
  isContested: boolean
  gap: Gap
  /** What was put here last, the steps it cost, and how many items were put into its list with it. */
  last: { id: Y.ID; steps: number; count: number } | null
}

/** Looking for the item that another one was written behind costs about five times a look at a sibling. */
const searchSteps = 5

/** Tidying formats costs about an eighth of a look at a sibling for each item that is walked over. */
const tidyingSteps = 1 / 8

/** Yjs leaves this out of its types. */
interface Formatted {
  _hasFormatting: boolean
}

/** Where an item of the update went. */
interface Put {
  /** The list that it is in: a type of the document or an item of the update, with an attribute's name. */
  list: Map<string | null, Slot>
  key: string | null
  gap: Gap
  /** The nearest neighbour to the right that the document has. */
  edge: Y.ID | null
}

/**
 * What Yjs will spend to find where an update's new items go, in looks at siblings. It is quadratic where many have one origin
 * and different right neighbours, which honest clients do only when they wrote in one place without knowing of each
 * other. Counts as Yjs' `integrate` goes, never less; throws `update_too_complex` over `limits.conflictSteps` or
 * `limits.splits`.
 */
export class Cost {
  steps = 0
  splits = 0
  /** Of which clients the update itself cuts or deletes again what it brings. */
  readonly revised = new Set<number>()
  private readonly doc: Y.Doc
  private readonly limits: Limits
  private readonly places: Places
  /** Before which clocks of a client the update has something cut. */
  private readonly cuts = new Map<number, Set<number>>()
  private readonly slots = new Map<number, Map<number, Slot>>()
  private readonly lists = new Map<unknown, Map<string | null, Slot>>()
  private readonly puts = new Map<Struct, Put>()
  /** What went behind each item of the document, or into the middle of it. */
  private readonly gaps = new Map<Y.Item, Gap>()
  private readonly counts = new Map<Put['list'], number>()
  /** Texts that have formats, and how many of their items the update deletes. */
  private readonly formatted = new Set<Put['list']>()
  private readonly deleted = new Map<Put['list'], { count: number; type: unknown }>()

  constructor(doc: Y.Doc, places: Places, limits: Limits) {
    this.doc = doc
    this.places = places
    this.limits = limits
  }

  add(fresh: readonly Struct[]): void {
    for (const struct of inOrder(fresh)) if (struct instanceof Y.Item) this.put(struct)
  }

  private put(item: Y.Item): void {
    // of an item that the document has in part, Yjs puts the rest behind that part
    const known = Y.getState(this.doc.store, item.id.client)
    if (item.origin) this.cut(item, item.origin.client, item.origin.clock + 1)
    if (item.rightOrigin) this.cut(item, item.rightOrigin.client, item.rightOrigin.clock)
    const origin = item.id.clock < known ? Y.createID(item.id.client, known - 1) : item.origin
    const at = origin ? this.behind(origin) : this.atStart(item)
    if (!at) return
    const { slot, list, key } = at
    const right = item.rightOrigin && this.places.find(item.rightOrigin)
    const edge = right?.isFresh ? (this.puts.get(right.struct)?.edge ?? null) : item.rightOrigin
    if (slot.isContested || !Y.compareIDs(slot.right, item.rightOrigin)) {
      slot.isContested = true
      const { last } = slot
      // right before the one that was put here last: Yjs passes no more than it did for that one, and stops at it
      const isBeforeLast =
        last !== null && last.count === this.countIn(list) && Y.compareIDs(item.rightOrigin, last.id)
      const before = this.steps
      if (isBeforeLast) this.steps += last.steps
      else {
        this.steps += 1 + slot.gap.count * searchSteps
        if (slot.first) this.scan(item, origin, slot.first, edge)
      }
      if (this.steps > this.limits.conflictSteps) throw new Refusal('update_too_complex')
      slot.last = { id: item.id, steps: this.steps - before, count: this.countIn(list) + 1 }
    }
    this.counts.set(list, this.countIn(list) + 1)
    if (item.content instanceof Y.ContentFormat) this.formatted.add(list)
    slot.gap.count++
    slot.right = item.id
    this.puts.set(item, { list, key, gap: slot.gap, edge })
  }

  private behind(origin: Y.ID): { slot: Slot; list: Put['list']; key: string | null } | null {
    const { struct, isFresh } = this.places.find(origin)
    if (!(struct instanceof Y.Item)) return null
    const put = isFresh ? this.puts.get(struct) : null
    if (put === undefined) return null
    const list = put?.list ?? this.listOf(struct.parent)
    const key = put ? put.key : struct.parentSub
    const byClock = this.slots.get(origin.client) ?? new Map<number, Slot>()
    this.slots.set(origin.client, byClock)
    let slot = byClock.get(origin.clock)
    if (!slot) {
      const isEnd = origin.clock === struct.id.clock + struct.length - 1
      const right = isEnd
        ? isFresh
          ? struct.rightOrigin
          : (struct.right?.id ?? null)
        : Y.createID(origin.client, origin.clock + 1)
      const first = isFresh ? undefined : isEnd ? struct.right : struct
      slot = { first, right, isContested: false, gap: put?.gap ?? this.gapBehind(struct), last: null }
      byClock.set(origin.clock, slot)
    }
    return { slot, list, key }
  }

  private atStart(item: Y.Item): { slot: Slot; list: Put['list']; key: string | null } | null {
    const way = wayOf(item)
    let list: Put['list']
    let key = item.parentSub
    let type: unknown
    if (way === null) return null
    if (typeof way === 'string') {
      type = this.doc.share.get(way)
      list = this.listOf(type)
    } else {
      const { struct, isFresh } = this.places.find(way)
      if (!(struct instanceof Y.Item)) return null
      if (item.rightOrigin) {
        const put = this.puts.get(struct)
        if (isFresh && !put) return null
        type = isFresh ? undefined : struct.parent
        list = put?.list ?? this.listOf(type)
        key = put ? put.key : struct.parentSub
      } else {
        type = isFresh ? struct : struct.content instanceof Y.ContentType ? struct.content.type : null
        if (type === null) return null
        list = this.listOf(type)
      }
    }
    let slot = list.get(key)
    if (!slot) {
      const first = type instanceof Y.AbstractType ? firstOf(type, key, () => this.steps++) : null
      slot = { first, right: first?.id ?? null, isContested: false, gap: { count: 0 }, last: null }
      list.set(key, slot)
    } else if (key !== null) {
      // Yjs goes back through all former values to find the first
      this.steps += slot.gap.count
    }
    return { slot, list, key }
  }

  private listOf(type: unknown): Map<string | null, Slot> {
    let list = this.lists.get(type)
    if (!list) this.lists.set(type, (list = new Map()))
    return list
  }

  private gapBehind(item: Y.Item): Gap {
    let gap = this.gaps.get(item)
    if (!gap) this.gaps.set(item, (gap = { count: 0 }))
    return gap
  }

  private countIn(list: Put['list']): number {
    return this.counts.get(list) ?? 0
  }

  /** Counts what Yjs cuts in two so that an item may stand before this clock, once for each place. */
  private cut(item: Y.Item, client: number, clock: number): void {
    // who goes on writing behind their own last word cuts nothing
    if (clock === 0 || (client === item.id.client && clock === item.id.clock)) return
    const { struct, isFresh } = this.places.find(Y.createID(client, clock - 1))
    if (!(struct instanceof Y.Item) || struct.id.clock + struct.length === clock) return
    if (isFresh) this.revised.add(client)
    const clocks = this.cuts.get(client) ?? new Set<number>()
    this.cuts.set(client, clocks)
    if (clocks.size < clocks.add(clock).size) this.split()
  }

  private split(): void {
    if (++this.splits > this.limits.splits) throw new Refusal('update_too_complex')
  }

  /** Goes through the document's items as Yjs does, as far as a right neighbour that the document has. */
  private scan(item: Y.Item, origin: Y.ID | null, first: Y.Item, edge: Y.ID | null): void {
    const end = edge && this.places.find(edge).struct
    const seen = new Set<unknown>()
    for (let at: Y.Item | null = first; at !== null && at !== end; at = at.right) {
      const isSibling = Y.compareIDs(origin, at.origin)
      this.steps += (isSibling ? 1 : searchSteps) + (this.gaps.get(at)?.count ?? 0) * searchSteps
      if (this.steps > this.limits.conflictSteps) return
      seen.add(at)
      if (isSibling) {
        const { id, rightOrigin } = at
        if (id.client > item.id.client && Y.compareIDs(item.rightOrigin, rightOrigin)) return
      } else if (at !== first && !(at.origin && seen.has(Y.getItem(this.doc.store, at.origin)))) return
    }
  }

  /**
   * Counts what deletions cut, in the document and in what the update itself brings: Yjs moves all later items of that
   * client for each. Ranges that overlap are walked again and again, and no honest update has any. `end`: the client's
   * clock after the update.
   */
  addDeletions(ranges: readonly { clock: number; len: number }[], client: number, end: number): void {
    const count = this.places.countOf(client)
    const known = Y.getState(this.doc.store, client)
    let walked = 0
    for (const { clock, len } of ranges) {
      if (clock + len > known) this.revised.add(client)
      let first = 0
      for (const edge of [clock, clock + len]) {
        // behind the last item there is nothing to cut
        const { struct, index } = edge < end ? this.places.at(client, edge) : { struct: null, index: count }
        if (struct instanceof Y.Item && edge > struct.id.clock && !isDead(struct)) this.split()
        if (edge === clock) first = index
        else this.noteDeleted(client, first, index)
        walked += index - first
      }
      if (walked > count) throw new Refusal('update_too_complex')
    }
  }

  /** Which texts lose items: those from one of a client's structs up to another. */
  private noteDeleted(client: number, first: number, last: number): void {
    for (let index = first; index <= last; index++) {
      const struct = this.places.struct(client, index)
      if (!(struct instanceof Y.Item) || isDead(struct)) continue
      const put = this.puts.get(struct)
      const list = put?.list ?? this.listOf(struct.parent)
      const lost = this.deleted.get(list)
      if (lost) lost.count++
      else this.deleted.set(list, { count: 1, type: put ? null : struct.parent })
    }
  }

  /**
   * Counts what Yjs does behind the update: for each item that was deleted in a text with formats it walks over all
   * deleted items and formats around it (`cleanupContextlessFormattingGap`), at worst over the whole text.
   */
  addTidying(): void {
    for (const [list, { count, type }] of this.deleted) {
      const hasFormats = type instanceof Y.XmlText && (type as unknown as Formatted)._hasFormatting
      if (!hasFormats && !this.formatted.has(list)) continue
      const most = this.limits.conflictSteps / (count * tidyingSteps)
      this.steps += count * (lengthOf(type, most) + this.countIn(list)) * tidyingSteps
    }
    if (this.steps > this.limits.conflictSteps) throw new Refusal('update_too_complex')
  }
}

/** How many items a list has, for as long as anybody wants to know. */
function lengthOf(type: unknown, most: number): number {
  let length = 0
  if (!(type instanceof Y.AbstractType)) return length
  for (let item = type._start; item && length < most; item = item.right) length++
  return length
}

/** What is deleted already is not cut by another deletion. */
const isDead = (item: Y.Item): boolean => item.deleted || item.content instanceof Y.ContentDeleted

function firstOf(type: Y.AbstractType<unknown>, key: string | null, onStep: () => void): Y.Item | null {
  if (key === null) return type._start
  let item = type._map.get(key) ?? null
  while (item?.left) {
    onStep()
    item = item.left
  }
  return item
}
