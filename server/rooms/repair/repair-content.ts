import * as Y from 'yjs'
import { elementRules } from '../../../shared/document/content-rules.ts'
import { repairLimits } from './repair-limits.ts'

/** Any type of a document, as Yjs holds it. */
// oxlint-disable-next-line typescript/no-explicit-any -- its events are of no account, and no kind is assignable to unknown
export type AnyType = Y.AbstractType<any>

/** The items of a type's list that are there, deleted ones left out. */
export function* itemsOf(type: AnyType): Generator<Y.Item> {
  for (let item = type._start; item !== null; item = item.right) if (!item.deleted) yield item
}

/** The same, the last one first: as a stack whose top is the first. */
export const itemsBackwards = (type: AnyType): Y.Item[] => [...itemsOf(type)].toReversed()

/** How many levels stand below an item; it has none when it is no type. Walks without recursion. */
function levelsBelow(item: Y.Item): number {
  let deepest = 0
  const left: [item: Y.Item, level: number][] = [[item, 0]]
  for (let next = left.pop(); next; next = left.pop()) {
    const [at, level] = next
    deepest = Math.max(deepest, level)
    if (!(at.content instanceof Y.ContentType)) continue
    const type = at.content.type as AnyType
    for (const inner of itemsOf(type)) left.push([inner, level + 1])
    for (const inner of type._map.values()) if (!inner.deleted) left.push([inner, level + 1])
  }
  return deepest
}

/** Yjs deletes and collects by recursion. */
export const isRemovable = (item: Y.Item): boolean => levelsBelow(item) <= repairLimits.levelsRemoved

/** Takes an item away with all that is in it. Throws for what is too deep, and has changed nothing. */
export function removeItem(item: Y.Item): void {
  if (!isRemovable(item)) throw new Error('nested too deep to be taken away')
  const parent = item.parent as AnyType
  parent.doc!.transact((transaction) => item.delete(transaction))
  // where Yjs remembers to have found places before
  if (parent._searchMarker) parent._searchMarker.length = 0
}

/** Every character that is written anywhere in what is no element and no text of ours, in its order. */
export function wordsIn({ content }: Y.Item): string {
  if (content instanceof Y.ContentString) return content.str
  if (!(content instanceof Y.ContentType)) return ''
  let words = ''
  const left: Y.Item[] = itemsBackwards(content.type as AnyType)
  for (let at = left.pop(); at; at = left.pop()) {
    if (at.content instanceof Y.ContentString) words += at.content.str
    // not spread: so many arguments as an element may have children are more than a call takes
    else if (at.content instanceof Y.ContentType)
      for (const inner of itemsBackwards(at.content.type as AnyType)) left.push(inner)
  }
  return words
}

/** Takes away an element's attributes that the schema does not have, or not with this value. True when there was any. */
export function repairAttributes(element: Y.XmlElement): boolean {
  const rule = elementRules.get(element.nodeName)
  return removeValues(
    element,
    (key, { content }) =>
      content instanceof Y.ContentAny &&
      content.arr.every((value) => rule === undefined || rule.mayCarry(key, value)),
  )
}

/** Takes away the values that a type has by name, such as attributes, unless they are good. */
export function removeValues(type: AnyType, isGood: (key: string, item: Y.Item) => boolean): boolean {
  const bad = [...type._map].filter(([key, item]) => !item.deleted && !isGood(key, item))
  for (const [, item] of bad) removeItem(item)
  return bad.length > 0
}

/**
 * Takes away what stands in an element and is neither an element nor a text: values, bytes, embeds, subdocuments, types
 * of another kind. What is written in it stands in a text of its own then. True when there was any.
 */
export function repairKinds(element: Y.XmlFragment): boolean {
  const bad: { item: Y.Item; index: number }[] = []
  let index = 0
  for (const item of itemsOf(element)) {
    if (!item.countable) continue
    const { content } = item
    const isOurs =
      content instanceof Y.ContentType &&
      (content.type instanceof Y.XmlElement || content.type instanceof Y.XmlText)
    if (!isOurs) bad.push({ item, index })
    index += item.length
  }
  for (const { item, index: at } of bad.toReversed()) {
    const words = wordsIn(item)
    removeItem(item)
    if (words !== '') element.insert(at, [new Y.XmlText(words)])
  }
  return bad.length > 0
}
