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
  const isSame = (block: Node) => block.isTextblock && block.textContent === parent.textContent
  if (parent.textContent === '' || isSame(doc.resolve(mapping.map(at)).parent)) return null
  const found: number[] = []
  mapping.maps[0]!.forEach((_from, _to, newFrom, newTo) =>
    doc.nodesBetween(newFrom, newTo, (block, start) => {
      if (isSame(block) && !found.includes(start)) found.push(start)
      return !block.isTextblock
    }),
  )
  // not where it may be one of several
  return found.length === 1 ? found[0]! + 1 + Math.min(parentOffset, parent.content.size) : null
}
