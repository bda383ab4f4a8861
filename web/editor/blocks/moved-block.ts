import type { Node } from '@tiptap/pm/model'
import { TextSelection, type Selection, type Transaction } from '@tiptap/pm/state'

/** Takes a caret, or a selection of words, along with a block that others moved: what is shared tells only new words. */
export function goAlong(shows: Transaction, formerly: Selection): void {
  if (!(formerly instanceof TextSelection)) return
  const [anchor, head] = [placeOf(shows, formerly.anchor), placeOf(shows, formerly.head)]
  if (anchor === null && head === null) return
  const { mapping, doc } = shows
  const place = (at: number | null, former: number) => doc.resolve(at ?? mapping.map(former))
  shows.setSelection(TextSelection.between(place(anchor, formerly.anchor), place(head, formerly.head)))
}

/** Where a place stands whose block was moved; null where the places before and after it tell that. */
export function placeOf({ before, doc, mapping }: Transaction, at: number): number | null {
  const { parent, parentOffset } = before.resolve(at)
  const former = parent.textContent
  const isSame = (block: Node) => block.isTextblock && block.textContent === former
  if (former === '' || isSame(doc.resolve(mapping.map(at)).parent)) return null
  const moved = new Map<number, Node>()
  const whole = new Set<number>()
  mapping.maps[0]!.forEach((_from, _to, newFrom, newTo) =>
    doc.nodesBetween(newFrom, newTo, (block, start) => {
      if (block.isTextblock) moved.set(start, block)
      // one that begins before was there, and has changed
      if (start >= newFrom) whole.add(start)
      return !block.isTextblock
    }),
  )
  const same = [...moved].filter(([, block]) => isSame(block))
  if (same.length === 1) return same[0]![0] + 1 + Math.min(parentOffset, parent.content.size)
  // what stood around it is there still, as after an Enter before it
  if (!mapping.mapResult(at).deletedAcross) return null
  // moved by somebody whom the last letters written here had not reached: it lacks them
  const short = [...moved].filter(([start, block]) => whole.has(start) && lackedBy(block, parent) !== null)
  // not where it may be one of several
  if (same.length > 1 || short.length !== 1) return null
  const [start, block] = short[0]!
  const lacked = lackedBy(block, parent)!
  return (
    start +
    1 +
    (parentOffset <= lacked.from ? parentOffset : Math.max(lacked.from, parentOffset - lacked.length))
  )
}

/** Which letters of a block another lacks, when it holds all others, and most; null otherwise. */
function lackedBy(block: Node, former: Node): { from: number; length: number } | null {
  const [less, whole] = [block.textContent, former.textContent]
  const length = whole.length - less.length
  if (length <= 0 || less.length <= length) return null
  let from = 0
  while (from < less.length && less[from] === whole[from]) from++
  return less.slice(from) === whole.slice(from + length) ? { from, length } : null
}
