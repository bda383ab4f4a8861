import { Fragment, Node, type Schema } from '@tiptap/pm/model'
import * as Y from 'yjs'
import { unknownNode } from './unknown-node.ts'
import { viewableAttributes, viewableMarks } from './viewable.ts'

/** Which node shows an element, and which nodes show a run of text. */
// oxlint-disable-next-line typescript/no-explicit-any -- any kind of shared type is a key, as y-tiptap has it
export type Shown = Map<Y.AbstractType<any>, Node | Node[]>

/** Stands for one thing in a run of text that is no text. */
export const objectCharacter = '\uFFFC'

/** A row is shown no wider than this, in columns: every column of the widest row is built for each row. */
const mostColumns = 1_000

/**
 * A document's text as ProseMirror shows it. Reads and never writes, whatever stands there: what the schema does not
 * know or allow is shown all the same, as it can be (y-tiptap's own reading deletes it). Nodes that `shown` has are
 * taken from it, so only what changed is built; the others are noted there.
 */
export function readText(fragment: Y.XmlFragment, schema: Schema, shown: Shown = new Map()): Node {
  const known = shown.get(fragment)
  if (known instanceof Node) return known
  const children = readChildren(fragment, schema, shown, false)
  // every editor begins with a paragraph, and nothing is written for it
  const doc =
    children.length > 0
      ? schema.topNodeType.create(null, Fragment.fromArray(children))
      : schema.topNodeType.createAndFill()!
  shown.set(fragment, doc)
  return doc
}

function readChildren(parent: Y.XmlFragment, schema: Schema, shown: Shown, isInline: boolean): Node[] {
  const children: Node[] = []
  // what is no type has no place in a text; its declared type leaves it out
  for (const child of parent.toArray() as unknown[]) {
    // not spread: a text of very many runs would be more arguments than a call may have
    if (child instanceof Y.XmlText) for (const run of readRuns(child, schema, shown)) children.push(run)
    if (child instanceof Y.XmlElement) children.push(readElement(child, schema, shown, isInline))
  }
  return children
}

function readElement(element: Y.XmlElement, schema: Schema, shown: Shown, isInline: boolean): Node {
  const known = shown.get(element)
  if (known instanceof Node) return known
  const name: unknown = element.nodeName
  const type = typeof name === 'string' && name !== 'doc' && name !== 'text' ? schema.nodes[name] : undefined
  const stored = element.getAttributes() as Record<string, unknown>
  const node = type
    ? type.create(
        viewableAttributes(type, stored),
        type.isLeaf ? null : inBounds(type.name, readChildren(element, schema, shown, type.inlineContent)),
      )
    : unknownNode(schema, String(name), isInline, stored, readChildren(element, schema, shown, false))
  shown.set(element, node)
  return node
}

/** A row whose cells say together that they are wider than any table is shown with cells of one column. */
function inBounds(name: string, children: Node[]): Node[] {
  if (name !== 'tableRow') return children
  const spanOf = (cell: Node) => Number(cell.attrs.colspan ?? 1)
  if (children.reduce((sum, cell) => sum + spanOf(cell), 0) <= mostColumns) return children
  return children.map((cell) =>
    spanOf(cell) === 1 ? cell : cell.type.create({ ...cell.attrs, colspan: 1, colwidth: null }, cell.content),
  )
}

function readRuns(text: Y.XmlText, schema: Schema, shown: Shown): Node[] {
  const known = shown.get(text)
  if (Array.isArray(known)) return known
  const runs: Node[] = []
  for (const { insert, attributes } of text.toDelta() as {
    insert: unknown
    attributes?: Record<string, unknown>
  }[]) {
    const words = typeof insert === 'string' ? insert : objectCharacter
    if (words) runs.push(schema.text(words, viewableMarks(schema, attributes)))
  }
  shown.set(text, runs)
  return runs
}
