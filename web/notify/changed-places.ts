import * as Y from 'yjs'
import type { Place } from '../../shared/anchors/anchor-context.ts'
import { schema } from '../../shared/document/schema.ts'
import { layOutText, type TextLayout } from '../../shared/document/text-layout.ts'
import type { DocumentChanges } from '../../shared/documents.ts'

/**
 * The blocks of a document that changes are about, by the ProseMirror positions before and behind each, in their order.
 * Where a whole block was removed, the next one stands for it, or the last one. What was written and removed again
 * within the changes is none, and neither is an empty new block.
 */
export function changedPlaces(fragment: Y.XmlFragment, changes: DocumentChanges): Place[] {
  return readChanges(layOutText(fragment), fragment, changeIn(changes))
}

/** What the changes did to an item: wrote it, or removed what had been there before. */
type ChangeOf = (item: Y.Item) => 'written' | 'removed' | null

function changeIn({ written, removed }: DocumentChanges): ChangeOf {
  const from = new Map(written.map(({ client, from: clock }) => [client, clock]))
  const gone = Y.createDeleteSet()
  for (const { client, clock, length: len } of removed) {
    const ranges = gone.clients.get(client)
    if (ranges) ranges.push({ clock, len })
    else gone.clients.set(client, [{ clock, len }])
  }
  return ({ id: { client, clock }, length, deleted }) => {
    const firstNew = from.get(client) ?? Infinity
    const last = clock + length - 1
    if (!deleted) return last >= firstNew ? 'written' : null
    if (clock >= firstNew) return null
    // what Yjs joined into one item was removed by one of us or by several
    const ends = [clock, Math.min(last, firstNew - 1)]
    return ends.some((end) => Y.isDeleted(gone, Y.createID(client, end))) ? 'removed' : null
  }
}

function readChanges(layout: TextLayout, parent: Y.XmlFragment | Y.XmlElement, changeOf: ChangeOf): Place[] {
  const places: Place[] = []
  /** Something was removed right before what comes next, and nothing was written in its place. */
  let isGap = false
  let last: { place: Place; isWritten: boolean } | null = null
  const mark = (place: Place) => {
    if (places.at(-1)?.from !== place.from) places.push(place)
  }
  for (const item of itemsOf(parent)) {
    const said = changeOf(item)
    if (said === 'removed') isGap ||= !last?.isWritten
    const element = typeOf(item)
    if (item.deleted || !(element instanceof Y.XmlElement)) continue
    const { at: from, end: to } = layout.elementOf(element)!
    const isWritten = said === 'written'
    last = { place: { from, to }, isWritten }
    if (isWritten ? !isBlank(element) : isGap || hasChanged(element, changeOf)) mark(last.place)
    else if (!isWritten && !isText(element)) places.push(...readChanges(layout, element, changeOf))
    isGap = false
  }
  if (isGap && last && !places.some(({ from }) => from >= last!.place.from)) mark(last.place)
  return places
}

/** True when something of the element itself was changed: its words, what stands in its line, or what it says of itself. */
function hasChanged(element: Y.XmlElement, changeOf: ChangeOf): boolean {
  const isChange = (item: Y.Item): boolean => changeOf(item) !== null
  for (const item of element._map.values()) if (isChange(item) && !item.deleted) return true
  if (!isText(element)) return false
  return itemsOf(element).some((item) => {
    const text = typeOf(item)
    return isChange(item) || (text instanceof Y.XmlText && itemsOf(text).some(isChange))
  })
}

/** A block of words, or one that holds nothing. */
function isText({ nodeName }: Y.XmlElement): boolean {
  const type = schema.nodes[nodeName]
  return !type || type.isTextblock || type.isLeaf
}

const isBlank = (element: Y.XmlElement): boolean =>
  schema.nodes[element.nodeName]?.isTextblock === true && element.length === 0

const typeOf = ({ content }: Y.Item): unknown => (content instanceof Y.ContentType ? content.type : null)

/** All items in their order, the removed ones too. */
function itemsOf(type: { _start: Y.Item | null }): Y.Item[] {
  const items: Y.Item[] = []
  for (let item = type._start; item; item = item.right) items.push(item)
  return items
}
