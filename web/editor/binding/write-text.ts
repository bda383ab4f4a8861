import { simpleDiff } from 'lib0/diff'
import { Mark, type Node } from '@tiptap/pm/model'
import { updateYFragment } from '@tiptap/y-tiptap'
import * as Y from 'yjs'
import { objectCharacter, type Shown } from '../../../shared/document/read-text.ts'
import { viewableMarks } from '../../../shared/document/viewable.ts'

/**
 * Makes the shared text what the editor shows, within a transaction; `shown` tells which parts are so already.
 * y-tiptap does it, except for blocks whose words stand in several runs, as when two people wrote into one empty
 * paragraph at once, or hold something that is no text: it would put them together anew, and of two editors that do
 * so at once each doubles the words. There only what was changed here is written.
 */
export function writeText(doc: Y.Doc, fragment: Y.XmlFragment, text: Node, shown: Shown): void {
  writeSplitBlocks(doc, fragment, text, shown)
  updateYFragment(doc, fragment, text, metaOf(shown))
}

const metaOf = (shown: Shown) => ({ mapping: shown, isOMark: new Map() })

type Part<Run, Block> = { runs: Run[] } | { block: Block }

function writeSplitBlocks(doc: Y.Doc, parent: Y.XmlFragment, node: Node, shown: Shown): void {
  const before = shown.get(parent)
  if (before === node) return
  const pairs = pairsOf(parent, node)
  if (!pairs) return
  for (const pair of pairs) {
    if (pair.element) writeSplitBlocks(doc, pair.element, pair.node, shown)
  }
  if (!pairs.some(({ texts }) => texts && isSplit(texts))) return
  for (const { texts, nodes, element, node: child } of pairs) {
    if (texts) writeRuns(texts, nodes, shown)
    else if (shown.get(element) !== child) updateYFragment(doc, element, child, metaOf(shown))
  }
  if (parent instanceof Y.XmlElement && !Array.isArray(before)) writeAttributes(parent, before, node)
  shown.set(parent, node)
}

type Pair =
  | { texts: Y.XmlText[]; nodes: Node[]; element?: undefined; node?: undefined }
  | { texts?: undefined; nodes?: undefined; element: Y.XmlElement; node: Node }

/** What of a block stands for what in the editor; null when it was rebuilt there, which y-tiptap is better at. */
function pairsOf(parent: Y.XmlFragment, node: Node): Pair[] | null {
  const shared = together(parent.toArray() as unknown[], (child) => child instanceof Y.XmlText) as Part<
    Y.XmlText,
    unknown
  >[]
  const edited = together([...node.children], ({ isText }) => isText)
  if (shared.length !== edited.length) return null
  const pairs: Pair[] = []
  for (const [index, part] of shared.entries()) {
    const other = edited[index]!
    if ('runs' in part && 'runs' in other) pairs.push({ texts: part.runs, nodes: other.runs })
    else if ('block' in part && 'block' in other && isAlike(part.block, other.block)) {
      pairs.push({ element: part.block, node: other.block })
    } else return null
  }
  return pairs
}

const isAlike = (block: unknown, node: Node): block is Y.XmlElement =>
  block instanceof Y.XmlElement && block.nodeName === node.type.name

function together<Child>(children: readonly Child[], isRun: (child: Child) => boolean): Part<Child, Child>[] {
  const parts: Part<Child, Child>[] = []
  for (const child of children) {
    const last = parts.at(-1)
    if (!isRun(child)) parts.push({ block: child })
    else if (last && 'runs' in last) last.runs.push(child)
    else parts.push({ runs: [child] })
  }
  return parts
}

interface Delta {
  insert: unknown
  attributes?: Record<string, unknown>
}

const deltaOf = (text: Y.XmlText) => text.toDelta() as Delta[]
const isSplit = (texts: readonly Y.XmlText[]) =>
  texts.length > 1 || deltaOf(texts[0]!).some(({ insert }) => typeof insert !== 'string')
const wordsOf = (text: Y.XmlText) =>
  deltaOf(text)
    .map(({ insert }) => (typeof insert === 'string' ? insert : objectCharacter))
    .join('')

function writeRuns(texts: readonly Y.XmlText[], nodes: readonly Node[], shown: Shown): void {
  const words = nodes.map(({ text }) => text).join('')
  const { index, remove, insert } = simpleDiff(texts.map(wordsOf).join(''), words)
  let [start, left, isInserted] = [0, remove, insert === '']
  for (const [count, text] of texts.entries()) {
    const at = Math.max(0, index - start)
    const { length } = text
    const isHere = index <= start + length
    start += length
    if (!isHere) continue
    const gone = Math.min(left, length - at)
    if (gone > 0) text.delete(at, gone)
    left -= gone
    // at the seam of two runs the words go with the one before, unless it is empty
    if (!isInserted && (length > 0 || count === texts.length - 1)) {
      text.insert(at, insert)
      isInserted = true
    }
  }
  writeMarks(texts, nodes)
  for (const text of texts) shown.delete(text)
}

function writeMarks(texts: readonly Y.XmlText[], nodes: readonly Node[]): void {
  const marksAt = nodes.flatMap(({ marks, text }) => Array<readonly Mark[]>(text!.length).fill(marks))
  const schema = nodes[0]?.type.schema
  if (!schema) return
  let start = 0
  for (const text of texts) {
    let at = 0
    for (const { insert, attributes } of deltaOf(text)) {
      const length = typeof insert === 'string' ? insert.length : 1
      const present = Mark.setFrom(viewableMarks(schema, attributes))
      for (let from = 0; from < length;) {
        const wanted = marksAt[start + at + from]!
        let to = from + 1
        while (to < length && marksAt[start + at + to] === wanted) to++
        if (!Mark.sameSet(present, wanted)) text.format(at + from, to - from, changeOf(present, wanted))
        from = to
      }
      at += length
    }
    start += at
  }
}

const changeOf = (present: readonly Mark[], wanted: readonly Mark[]): Record<string, unknown> => ({
  ...Object.fromEntries(present.map(({ type }) => [type.name, null])),
  ...Object.fromEntries(wanted.map(({ type, attrs }) => [type.name, attrs])),
})

function writeAttributes(element: Y.XmlElement, before: Node | undefined, after: Node): void {
  for (const [name, value] of Object.entries(after.attrs as Record<string, unknown>)) {
    if (before?.attrs[name] === value) continue
    if (value === null) element.removeAttribute(name)
    // Yjs keeps any JSON here; its type says string
    else element.setAttribute(name, value as string)
  }
}
