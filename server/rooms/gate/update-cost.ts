import * as Y from 'yjs'
import { Refusal } from '../../../shared/errors.ts'
import type { Limits } from '../../../shared/limits.ts'
import { pairsIn } from './conflict-pairs.ts'
import { Lists, type List } from './list-order.ts'
import { isCollected, movedByDeletions, movedByNew, withContents, type Deletions } from './merge-cost.ts'
import { isDead } from './new-deletions.ts'
import { onceIn, type Steps } from './steps.ts'
import { inOrder } from './update-order.ts'
import type { Places, Struct } from './update-places.ts'

/** Tidying formats costs as much for each item that is walked over as moving so many. */
const movesPerTidying = 40

/** Where new items may pass no more than so many in all, it is not counted how many they do: 0.1 ms at most. */
const fewSteps = 1_000

/** Going through a list to count its pairs, with the new items and without, takes 4 microseconds for each item. */
const movesPerCounting = 1_000
/** Shorter lists are always counted, which takes 16 ms; longer ones where what is not counted would matter. */
const shortList = 4_000
/** Longer lists are never counted, as others wait for it: 80 ms. */
const longestCounted = 20_000

/** Yjs leaves this out of its types. */
interface Formatted {
  _hasFormatting: boolean
}

/** Slices, and no budgets: so many looks of Yjs are done at one go: 15 ms. */
const mostLooksAtOnce = 100_000
/** So many new items are put in at one go, which takes 15 ms. */
const mostItemsAtOnce = 3_000
/** So many places of authors' lists are moved at one go: 50 ms. */
export const mostMovedAtOnce = 12_500_000
/** So many items are looked at in a step: some milliseconds. */
const itemsPerStep = 500
/** Looks are charged by so many, as they are made here, where each takes as long as moving so many places. */
const looksPerCharge = 10_000
const movesPerLook = 8

/** For each list of a document how many looks any one of its items may need at most; those not named were not counted. */
export type KnownConflicts = WeakMap<Y.AbstractType<unknown>, Map<string | null, number>>

/**
 * What an update will cost whoever takes it. `steps`: looks at items, to find where the new ones go (quadratic where
 * many were written in one place without knowing of each other), in whatever order they come.
 * `moved`: places in an author's list that Yjs moves when it cuts and joins, and tidies formats. Throws `update_too_complex` over a limit.
 */
export class Cost {
  steps = 0
  moved = 0
  /** What of it deletions move. */
  movedByDeletions = 0
  /** The new structs in the order in which Yjs takes them; each part takes about as long as is done at one go. */
  readonly parts: Struct[][] = []
  /** Of which clients the update itself cuts or deletes again what it brings. */
  readonly revised = new Set<number>()
  private splits = 0
  /** Looks that are charged already. */
  private charged = 0
  private readonly doc: Y.Doc
  private readonly limits: Limits
  private readonly places: Places
  private readonly known: KnownConflicts
  private readonly mayWork: (moves: number) => boolean
  private readonly lists: Lists
  private readonly found: { list: List; worst: number }[] = []
  /** Before which clocks of a client the update has something cut. */
  private readonly cuts = new Map<number, Set<number>>()
  /** Texts that get formats, by the first item that is found in them. */
  private readonly formatted = new Set<unknown>()
  private readonly deleted = new Map<unknown, { count: number; type: unknown }>()

  /** `mayWork` counts work that takes as long as so many moves; false where its person has used up what they may. */
  constructor(
    doc: Y.Doc,
    places: Places,
    limits: Limits,
    known: KnownConflicts,
    mayWork: (moves: number) => boolean,
  ) {
    this.doc = doc
    this.mayWork = mayWork
    this.places = places
    this.limits = limits
    this.known = known
    this.lists = new Lists(
      doc,
      (client, clock) => this.cut(client, clock),
      () => Math.max(this.lists.steps, this.lists.walked) > limits.conflictSteps,
    )
  }

  /** True for what takes long to be put in at one go. */
  get isLong(): boolean {
    return this.parts.length > 1 || this.moved > mostMovedAtOnce
  }

  *add(fresh: readonly Struct[]): Steps<void> {
    const isStep = onceIn(itemsPerStep)
    const collected = new Set<Struct>()
    let part: Struct[] = []
    let [looks, moved] = [0, 0]
    for (const struct of inOrder(fresh)) {
      if (isStep()) yield
      if (isCollected(struct, this.places, collected)) collected.add(struct)
      const list = this.put(struct)
      if (Math.max(this.lists.steps, this.lists.walked) > this.limits.conflictSteps)
        throw new Refusal('update_too_complex')
      part.push(struct)
      const isFull =
        part.length >= mostItemsAtOnce ||
        this.lists.steps - looks > mostLooksAtOnce ||
        this.moved - moved > mostMovedAtOnce
      if (isFull) {
        this.parts.push(part)
        part = []
        ;[looks, moved] = [this.lists.steps, this.moved]
      }
      if (list && struct instanceof Y.Item && struct.content instanceof Y.ContentFormat) {
        this.formatted.add(list.type ?? list)
      }
    }
    if (part.length > 0) this.parts.push(part)
    for (const list of this.lists.touched()) {
      this.addPairs(list)
      if (isStep()) yield
    }
    this.steps = Math.max(this.steps, this.lists.steps)
    this.move(movedByNew(fresh, collected, (client) => this.doc.store.clients.get(client)?.at(-1)))
    this.refuseOver()
  }

  /** What is looked at is charged, also where the struct is refused for it. */
  private put(struct: Struct): List | null {
    const { lists } = this
    let isPut = false
    try {
      const list = lists.put(struct)
      isPut = true
      return list
    } finally {
      const looks = lists.steps + lists.walked - this.charged
      if (looks > (isPut ? looksPerCharge : 0)) {
        this.charged += looks
        this.spend(looks * movesPerLook)
      }
    }
  }

  /** To be called when the update is in the document. */
  settle(): void {
    for (const { list, worst } of this.found) {
      if (list.type === null) continue
      const byKey = this.known.get(list.type) ?? new Map<string | null, number>()
      this.known.set(list.type, byKey)
      byKey.set(list.key, worst)
    }
  }

  /**
   * What goes between two neighbours may be passed by no more searches than any other item of its list, so that only
   * where it was not counted yet, or where many may pass, the whole list is gone through; and of a long list it is
   * taken that all pass what may be passed at all, rather than letting others wait until it is counted.
   */
  private addPairs(list: List): void {
    const known = list.type === null ? 0 : this.known.get(list.type)?.get(list.key)
    if (list.contested === 0 && known !== undefined && known * list.fresh <= fewSteps) {
      this.steps += known * list.fresh
      return
    }
    const length = lengthOf(list.type, Infinity)
    this.spend(length)
    // each new item may be passed by as many as any other of its list, and a contested one by all of them
    const atMost = list.contested * length + (known ?? 1) * list.fresh
    const isLittle = known !== undefined && atMost <= this.limits.conflictSteps / 8
    if (length > longestCounted || (length > shortList && isLittle)) {
      this.steps += atMost
      this.found.push({ list, worst: Math.min(length, (known ?? 1) + list.fresh) })
      return
    }
    this.spend(length * movesPerCounting)
    const after = pairsIn(this.lists, list, true)
    this.found.push({ list, worst: after.worst })
    if (after.total === 0) return
    const before = pairsIn(this.lists, list, false)
    this.steps += Math.max(0, after.total - before.total)
  }

  /** What is worked here is charged before it is done, whatever becomes of the update. */
  private spend(moves: number): void {
    if (!this.mayWork(moves)) throw new Refusal('too_many_updates')
  }

  /** Counts what Yjs cuts in two before this clock, once for each place. */
  private cut(client: number, clock: number): void {
    const clocks = this.cuts.get(client) ?? new Set<number>()
    this.cuts.set(client, clocks)
    if (clocks.size === clocks.add(clock).size) return
    if (clock > clockOf(this.doc, client)) this.revised.add(client)
    if (++this.splits > this.limits.splits) throw new Refusal('update_too_complex')
    this.move(this.places.countOf(client) - this.places.at(client, clock).index + clocks.size)
  }

  private move(count: number): void {
    this.moved += count
    if (this.moved > this.limits.movedItems) throw new Refusal('update_too_complex')
  }

  /**
   * Counts what deletions cut and join, in the document and in what the update itself brings. Ranges that overlap are
   * walked again and again, and no honest update has any. `end`: the client's clock after the update.
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
        if (struct instanceof Y.Item && edge > struct.id.clock && !isDead(struct)) {
          this.deletes(() => this.cut(client, edge))
        }
        if (edge === clock) first = index
        walked += index - first
      }
      if (walked > count) throw new Refusal('update_too_complex')
    }
  }

  /**
   * Counts what joins when everything is gone that the update deletes, and which texts lose something. To be called
   * behind the last `addDeletions`. Returns all that is deleted, with what is in it.
   */
  *addMerges(ds: Deletions): Steps<Deletions> {
    if (ds.clients.size === 0) return ds
    const all = withContents(ds, this.places, this.doc)
    yield
    this.deletes(() => this.move(movedByDeletions(all, this.places)))
    yield
    for (const [client, ranges] of all.clients) {
      for (const { clock, len } of ranges) {
        const { index } = this.places.at(client, clock)
        this.noteDeleted(client, index, this.places.at(client, clock + len - 1).index)
      }
    }
    return all
  }

  /** Which texts lose items: those from one of a client's structs up to another. */
  private noteDeleted(client: number, first: number, last: number): void {
    for (let index = first; index <= last; index++) {
      const struct = this.places.struct(client, index)
      if (!(struct instanceof Y.Item) || isDead(struct)) continue
      const isFresh = clockOf(this.doc, client) <= struct.id.clock
      const found = isFresh ? this.lists.find(struct.id).list : null
      const list = isFresh ? (found?.type ?? found) : struct.parent
      const lost = this.deleted.get(list)
      if (lost) lost.count++
      else this.deleted.set(list, { count: 1, type: list })
    }
  }

  /**
   * Counts what Yjs does behind the update: for each item that was deleted in a text with formats it walks over all
   * deleted items and formats around it (`cleanupContextlessFormattingGap`), at worst over the whole text.
   */
  *addTidying(): Steps<void> {
    const isStep = onceIn(itemsPerStep)
    for (const [list, { count, type }] of this.deleted) {
      if (isStep()) yield
      const hasFormats = type instanceof Y.XmlText && (type as unknown as Formatted)._hasFormatting
      if (!hasFormats && !this.formatted.has(list)) continue
      const most = this.limits.movedItems / (count * movesPerTidying)
      this.move(count * (lengthOf(type, most) + this.freshIn(list)) * movesPerTidying)
    }
  }

  private freshIn(list: unknown): number {
    let fresh = 0
    for (const touched of this.lists.touched()) {
      if (touched.key === null && (touched === list || touched.type === list)) fresh += touched.fresh
    }
    return fresh
  }

  private deletes(move: () => void): void {
    const before = this.moved
    move()
    this.movedByDeletions += this.moved - before
  }

  private refuseOver(): void {
    if (this.steps > this.limits.conflictSteps) throw new Refusal('update_too_complex')
  }
}

const clockOf = (doc: Y.Doc, client: number): number => Y.getState(doc.store, client)

/**
 * True for one new item that goes right between two neighbours, cuts nothing, and stands in a list where no search
 * passes anything: it costs nobody more than itself. Most of typing is that.
 */
export function isPlain(struct: Struct, doc: Y.Doc, known: KnownConflicts): boolean {
  if (!(struct instanceof Y.Item) || struct.origin === null) return false
  const { origin, rightOrigin, id } = struct
  if (id.clock !== clockOf(doc, id.client)) return false
  const left = Y.getItem(doc.store, origin) as Struct
  if (!(left instanceof Y.Item) || origin.clock !== left.id.clock + left.length - 1) return false
  if (!Y.compareIDs(left.right && left.right.id, rightOrigin)) return false
  return known.get(left.parent as Y.AbstractType<unknown>)?.get(left.parentSub) === 0
}

/** How many items a list has, for as long as anybody wants to know. */
function lengthOf(type: unknown, most: number): number {
  let length = 0
  if (!(type instanceof Y.AbstractType)) return length
  for (let item = type._start; item && length < most; item = item.right) length++
  return length
}
