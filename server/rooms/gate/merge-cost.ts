import * as Y from 'yjs'
import { structsOfRange } from './new-deletions.ts'
import { anchorsOf } from './update-order.ts'
import type { Places, Struct } from './update-places.ts'

/** A set of deletions as Yjs decodes it. */
export type Deletions = ReturnType<typeof Y.decodeUpdate>['ds']

/** Which of a client's structs are deleted, as pairs of the first and the one behind the last, in their order. */
type Stretches = Map<number, [first: number, end: number][]>

/**
 * How many places Yjs moves in an author's list of structs when it joins neighbours: each run of them that becomes one
 * is cut out of the list, and all behind it move. The first of an author's may join the last one that the document has.
 * `collected`: those of them of which Yjs keeps nothing.
 */
export function movedByNew(
  fresh: readonly Struct[],
  collected: ReadonlySet<Struct>,
  lastOf: (client: number) => Struct | undefined,
): number {
  const isCollectedOne = (struct: Struct): boolean => struct instanceof Y.GC || collected.has(struct)
  const isOfOther = (index: number, client: number): boolean => fresh[index]?.id.client !== client
  const joinsItsLeft = (index: number): boolean => {
    const right = fresh[index]!
    const { client } = right.id
    const left = isOfOther(index - 1, client) ? lastOf(client) : fresh[index - 1]!
    if (!left) return false
    if (isCollectedOne(left) || isCollectedOne(right)) return isCollectedOne(left) && isCollectedOne(right)
    return joinsAsWritten(left, right)
  }
  let moved = 0
  let behind = 0
  for (let index = fresh.length - 1; index >= 0; index--, behind++) {
    const { client } = fresh[index]!.id
    if (isOfOther(index + 1, client)) behind = 0
    if (!joinsItsLeft(index)) continue
    moved += behind
    while (!isOfOther(index - 1, client) && joinsItsLeft(index - 1)) index--
  }
  return moved
}

/**
 * True for what Yjs keeps nothing of: it hangs from, or stands beside, what is collected. `collected`: of the update,
 * those that what this one names is among already.
 */
export function isCollected(struct: Struct, places: Places, collected: ReadonlySet<Struct>): boolean {
  if (!(struct instanceof Y.Item)) return true
  return anchorsOf(struct).some((id) => {
    const anchor = places.find(id).struct
    return !(anchor instanceof Y.Item) || collected.has(anchor)
  })
}

/** The same for what deletions join, with all that goes with what they delete. */
export function movedByDeletions(all: Deletions, places: Places): number {
  let moved = 0
  for (const [client, stretches] of stretchesOf(all, places)) {
    let end = places.countOf(client)
    let behind = 0
    for (const [first, last] of stretches.toReversed()) {
      // joins what is right of the last one, and goes on to the left of the first for as long as that joins
      const right = Math.min(last, end - 1)
      behind += end - 1 - right
      let index = right
      while (index > 0 && index >= first) {
        const run = index
        while (index > 0 && joinsDeleted(client, index, all, places)) index--
        if (index < run) moved += behind
        behind++
        index--
      }
      end = Math.max(0, index + 1)
    }
  }
  return moved
}

function stretchesOf(all: Deletions, places: Places): Stretches {
  const stretches: Stretches = new Map()
  for (const [client, ranges] of all.clients) {
    stretches.set(
      client,
      ranges.map(({ clock, len }) => [
        places.at(client, clock).index,
        places.at(client, clock + len - 1).index + 1,
      ]),
    )
  }
  return stretches
}

/** What is deleted, and everything in it. */
export function withContents(ds: Deletions, places: Places, doc: Y.Doc): Deletions {
  const inside = Y.createDeleteSet()
  const types: Y.AbstractType<unknown>[] = []
  const add = (item: Y.Item | null) => {
    for (let at = item; at !== null; at = at.right) addOne(at)
  }
  const addOne = (item: Y.Item) => {
    if (item.deleted) return
    const { client, clock } = item.id
    const ranges = inside.clients.get(client)
    const range = { clock, len: item.length } as never
    if (ranges) ranges.push(range)
    else inside.clients.set(client, [range])
    if (item.content instanceof Y.ContentType) types.push(item.content.type)
  }
  for (const [client, ranges] of ds.clients) {
    for (const range of ranges) {
      for (const struct of structsOfRange(doc, client, range)) {
        if (!(struct instanceof Y.Item) || struct.deleted || !(struct.content instanceof Y.ContentType))
          continue
        types.push(struct.content.type)
      }
    }
  }
  const seen = new Set<unknown>()
  for (let type = types.pop(); type; type = types.pop()) {
    if (seen.has(type)) continue
    seen.add(type)
    add(type._start)
    for (const value of type._map.values()) addOne(value)
  }
  return Y.mergeDeleteSets([ds, inside])
}

const joinsAsWritten = (left: Struct, right: Struct): boolean =>
  left instanceof Y.Item && right instanceof Y.Item
    ? left.content.constructor === right.content.constructor &&
      !(right.content instanceof Y.ContentType || right.content instanceof Y.ContentFormat) &&
      Y.compareIDs(right.origin, Y.createID(left.id.client, right.id.clock - 1)) &&
      Y.compareIDs(left.rightOrigin, right.rightOrigin)
    : left.constructor === right.constructor

/** True when a client's struct becomes one with the one before it. */
function joinsDeleted(client: number, index: number, all: Deletions, places: Places): boolean {
  const [left, right] = [places.struct(client, index - 1)!, places.struct(client, index)!]
  const [before, behind] = [fateOf(left, all), fateOf(right, all)]
  if (before !== behind || before === 'kept') return false
  if (before === 'collected') return true
  return (
    Y.compareIDs((right as Y.Item).origin, Y.createID(client, right.id.clock - 1)) &&
    Y.compareIDs((left as Y.Item).rightOrigin, (right as Y.Item).rightOrigin)
  )
}

/** Of what stood in something that is deleted nothing is left; what is deleted itself keeps its place. */
function fateOf(struct: Struct, all: Deletions): 'collected' | 'emptied' | 'kept' {
  if (!(struct instanceof Y.Item)) return 'collected'
  if (!struct.deleted && !Y.isDeleted(all, struct.id)) return 'kept'
  const holder = struct.parent instanceof Y.AbstractType ? struct.parent._item : null
  return holder && (holder.deleted || Y.isDeleted(all, holder.id)) ? 'collected' : 'emptied'
}
