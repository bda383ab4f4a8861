import * as Y from 'yjs'
import { elementRules } from '../../../shared/document/content-rules.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { isRemovable, itemsBackwards, itemsOf, removeItem, type AnyType } from './repair-content.ts'
import { repairLimits } from './repair-limits.ts'

const { levels, levelsKept } = repairLimits

/** A place on the way down through a document. */
interface Step {
  item: Y.Item
  level: number
  /** The one at `levelsKept` that it is in. */
  branch: Y.Item | null
}

/**
 * Takes away what stands in another root than the text's, or in the text's own as if it were a map: nobody was ever
 * shown any of it. `isWhole` is false when something is too deep to be taken away.
 */
export function repairRoots(doc: Y.Doc): { isChanged: boolean; isWhole: boolean } {
  const bad: Y.Item[] = []
  for (const [name, root] of doc.share as Map<string, AnyType>) {
    for (const item of root._map.values()) if (!item.deleted) bad.push(item)
    if (name !== textField) for (const item of itemsOf(root)) bad.push(item)
  }
  const removable = bad.filter(isRemovable)
  for (const item of removable) removeItem(item)
  return { isChanged: removable.length > 0, isWhole: removable.length === bad.length }
}

/**
 * Brings up what is nested deeper than `levels`: of each branch that reaches so deep, its blocks of words, pictures and
 * formulas come to stand in its place, one after the other. Returns the elements that they stand in now; `isWhole` is
 * false when a branch is too deep for that.
 */
export function repairDepth(doc: Y.Doc): { holders: Y.XmlFragment[]; isWhole: boolean } {
  const repaired = new Set<Y.XmlFragment>()
  const deep = deepBranches(doc.getXmlFragment(textField))
  const removable = [...deep].filter(isRemovable)
  for (const branch of removable) {
    const parent = branch.parent as Y.XmlFragment
    const index = parent.toArray().indexOf((branch.content as Y.ContentType).type as Y.XmlElement)
    const blocks = blocksIn(branch).map(copyOf)
    removeItem(branch)
    parent.insert(index, blocks)
    repaired.add(parent)
  }
  return { holders: [...repaired], isWhole: removable.length === deep.size }
}

function deepBranches(root: Y.XmlFragment): Set<Y.Item> {
  const deep = new Set<Y.Item>()
  // the last one comes first: order is of no account
  const left = stepsIn(root, 1, null)
  for (let at = left.pop(); at; at = left.pop()) {
    if (at.level > levels) deep.add(at.branch!)
    if (at.branch && deep.has(at.branch)) continue
    const { type } = at.item.content as Y.ContentType
    // what is in a text, and is no words, is taken away there
    if (type instanceof Y.XmlText) continue
    for (const step of stepsIn(type as AnyType, at.level + 1, at.branch)) left.push(step)
  }
  return deep
}

function stepsIn(type: AnyType, level: number, branch: Y.Item | null): Step[] {
  const steps: Step[] = []
  for (const item of itemsOf(type)) {
    if (!(item.content instanceof Y.ContentType)) continue
    steps.push({ item, level, branch: level === levelsKept ? item : branch })
  }
  return steps
}

/** The elements and texts below an item, in their order, that hold no other element; texts of such elements left out. */
function blocksIn(branch: Y.Item): (Y.XmlElement | Y.XmlText)[] {
  const blocks: (Y.XmlElement | Y.XmlText)[] = []
  const left = [branch]
  for (let at = left.pop(); at; at = left.pop()) {
    if (!(at.content instanceof Y.ContentType)) continue
    const { type } = at.content
    if (type instanceof Y.XmlText) blocks.push(type)
    else if (type instanceof Y.XmlElement && isBlock(type)) blocks.push(type)
    else for (const inner of itemsBackwards(type as AnyType)) left.push(inner)
  }
  return blocks
}

/** A leaf of the schema, or what holds words and nothing that holds words itself. */
function isBlock(element: Y.XmlElement): boolean {
  const rule = elementRules.get(element.nodeName)
  if (!rule || (rule.children.size > 0 && !rule.holdsText)) return false
  return [...itemsOf(element)].every(({ content }) => {
    if (!(content instanceof Y.ContentType)) return true
    const { type } = content
    return type instanceof Y.XmlText || (type instanceof Y.XmlElement && type.length === 0)
  })
}

/** As `clone` of Yjs, which takes over types and values that no editor writes, and fails for some. */
function copyOf(part: Y.XmlElement | Y.XmlText): Y.XmlElement | Y.XmlText {
  if (part instanceof Y.XmlText) return copyOfText(part)
  const copy = new Y.XmlElement(part.nodeName)
  for (const [name, value] of Object.entries(part.getAttributes())) {
    const isGood = elementRules.get(part.nodeName)?.mayCarry(name, value)
    if (isGood && value !== undefined) copy.setAttribute(name, value)
  }
  copy.insert(
    0,
    part
      .toArray()
      .filter((child) => child instanceof Y.XmlElement || child instanceof Y.XmlText)
      .map(copyOf),
  )
  return copy
}

function copyOfText(text: Y.XmlText): Y.XmlText {
  const copy = new Y.XmlText()
  copy.applyDelta(
    (text.toDelta() as { insert: unknown }[]).filter(({ insert }) => typeof insert === 'string'),
  )
  return copy
}
