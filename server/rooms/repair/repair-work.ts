import * as Y from 'yjs'
import { itemsOf } from './repair-content.ts'
import type { Part } from './repair.ts'
import { placesIn } from './repair-table.ts'

/** So much is looked at for each part, whatever it holds. */
const eachPart = 50
/** An item of a text costs as much as so many children: its formats are put together. */
const eachItem = 2
/** So many places of a table cost as much as one child. */
const placesAtOnce = 4

/** What looking at one part takes, in children of an element: a quarter of a microsecond each, where all is repaired 1. */
export function sizeOf(part: Part): number {
  if (part instanceof Y.XmlText) {
    let count = 1
    for (const _item of itemsOf(part)) count += eachItem
    return count
  }
  if (part instanceof Y.Doc) return 1
  return 1 + part.length + (isTable(part) ? placesIn(part) / placesAtOnce : 0)
}

/** A table's places may be many more than what it is written with. */
export const isTable = (part: Part): part is Y.XmlElement =>
  part instanceof Y.XmlElement && part.nodeName === 'table'

/** What looking at parts takes; of much, no more than that it is over `most`. */
export function workOf(parts: Iterable<Part>, most = Infinity): number {
  let work = 0
  for (const part of parts) {
    work += eachPart + sizeOf(part)
    if (work > most) break
  }
  return work
}

/** Takes the first parts out of a set, in their order, whose look takes no more than `most`: one at least. */
export function takeFirst(parts: Set<Part>, most: number): Set<Part> {
  const first = new Set<Part>()
  let work = 0
  for (const part of parts) {
    work += eachPart + sizeOf(part)
    if (work > most && first.size > 0) break
    first.add(part)
    parts.delete(part)
  }
  return first
}
