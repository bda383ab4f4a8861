import { Mark, type MarkType, type NodeType } from '@tiptap/pm/model'
import * as Y from 'yjs'
import { elementRules } from '../../../shared/document/content-rules.ts'
import { schema } from '../../../shared/document/schema.ts'
import { markNameOf } from '../../../shared/document/mark-name.ts'
import { hasGoodValue } from '../../../shared/document/violations.ts'
import { itemsOf, removeItem, removeValues, wordsIn } from './repair-content.ts'

type Run = { insert: unknown; attributes?: Record<string, unknown> }

/** What no text may hold: PostgreSQL stores no NUL, and half of a surrogate pair is no character. */
const unstorable = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/**
 * Takes away what no text of the schema has, wherever it stands: values by name, embeds, types, bytes, and formats that
 * no editor writes. What is written in a type stands in its place then. True when there was any.
 */
export function repairItems(text: Y.XmlText, parent: NodeType | undefined): boolean {
  const rule = parent && elementRules.get(parent.name)
  // what stands where no text can stand comes to another place, with its formats
  const isFormat = ({ key, value }: Y.ContentFormat) => !rule?.holdsText || rule.mayMark(key, value)
  const bad: { item: Y.Item; index: number }[] = []
  let index = 0
  for (const item of itemsOf(text)) {
    const { content } = item
    const isGood =
      content instanceof Y.ContentString || (content instanceof Y.ContentFormat && isFormat(content))
    if (!isGood) bad.push({ item, index })
    if (item.countable) index += item.length
  }
  for (const { item, index: at } of bad.toReversed()) {
    const words = wordsIn(item)
    removeItem(item)
    if (words !== '') text.insert(at, words)
  }
  return removeValues(text, () => false) || bad.length > 0
}

/**
 * Takes away from a text what the schema does not have, or not in `parent`: marks, marks that exclude each other (two
 * people who format at once make them meet), what is no character. Words stay. Returns true when there was any.
 */
export function repairText(text: Y.XmlText, parent: NodeType): boolean {
  /** What is done to the text, in its order and so in one pass: to go to each place anew is quadratic. */
  const steps: ({ retain: number; attributes?: Record<string, null> } | { delete: number })[] = []
  let isChanged = false
  for (const { insert, attributes = {} } of text.toDelta() as Run[]) {
    // `repairItems` left nothing else
    if (typeof insert !== 'string') continue
    // a text that is refused whole comes to another place, with its formats
    const bad = parent.inlineContent ? badFormats(attributes, parent) : []
    const change = bad.length > 0 ? { attributes: Object.fromEntries(bad.map((key) => [key, null])) } : {}
    if (bad.length > 0) isChanged = true
    let from = 0
    for (const { index } of insert.matchAll(unstorable)) {
      if (index > from) steps.push({ retain: index - from, ...change })
      steps.push({ delete: 1 })
      isChanged = true
      from = index + 1
    }
    if (from < insert.length) steps.push({ retain: insert.length - from, ...change })
  }
  if (isChanged) text.applyDelta(steps)
  return isChanged
}

function badFormats(attributes: Record<string, unknown>, parent: NodeType): string[] {
  const bad: string[] = []
  const good: { key: string; type: MarkType; value: unknown }[] = []
  for (const [key, value] of Object.entries(attributes)) {
    const name = markNameOf(key)
    const type = Object.hasOwn(schema.marks, name) ? schema.marks[name]! : undefined
    if (type && parent.allowsMarkType(type) && hasGoodValue(type, value)) good.push({ key, type, value })
    else bad.push(key)
  }
  if (good.length < 2) return bad
  const marks = good.map(({ type, value }) => type.create(typeof value === 'object' ? (value as {}) : {}))
  // added one by one, in the schema's order, as ProseMirror's own check does
  const kept = Mark.setFrom(marks).reduce<readonly Mark[]>((set, mark) => mark.addToSet(set), Mark.none)
  for (const [index, { key }] of good.entries()) {
    if (!marks[index]!.isInSet(kept)) bad.push(key)
  }
  return bad
}
