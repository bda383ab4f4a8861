import type { Node, Schema } from '@tiptap/pm/model'
import * as Y from 'yjs'
import { schema as documentSchema } from './schema.ts'

/** One run of text, and the ProseMirror position of its first character. Lengths are UTF-16 units. */
export interface TextRun {
  text: Y.XmlText
  at: number
  length: number
  /** Count of the text block that it stands in. */
  block: number
}

/** One block, cell or picture, and the ProseMirror positions before and behind it. */
export interface Laid {
  element: Y.XmlElement
  at: number
  end: number
}

/** All words of a document: with a line break between blocks, and bare of white space for comparing. */
export interface Words {
  readonly bare: string
  /** The ProseMirror position of a character of `bare`. */
  position(index: number): number
  /** How many characters of `bare` stand before a ProseMirror position. */
  index(position: number): number
  between(from: number, to: number): string
}

/** Where every run of text of a document stands, counted as ProseMirror counts. Valid until the document changes. */
export interface TextLayout {
  doc: Y.Doc
  runs: TextRun[]
  /** In the order in which they begin. */
  elements: Laid[]
  /** The size of the document's content in ProseMirror positions. */
  size: number
  runOf(type: unknown): TextRun | undefined
  elementOf(type: unknown): Laid | undefined
  words(): Words
}

/** Lays out the text of `fragment` (a document's XmlFragment, in its Y.Doc). Costs one walk over its blocks. */
export function layOutText(fragment: Y.XmlFragment, schema: Schema = documentSchema): TextLayout {
  const runs: TextRun[] = []
  const elements: Laid[] = []
  let at = 0
  let block = 0
  const walk = (parent: Y.XmlFragment) => {
    block++
    for (const child of parent.toArray()) {
      if (child instanceof Y.XmlText) {
        runs.push({ text: child, at, length: child.length, block })
        at += child.length
      } else if (child instanceof Y.XmlElement) {
        const laid: Laid = { element: child, at, end: at }
        elements.push(laid)
        if (schema.nodes[child.nodeName]?.isLeaf) at++
        else {
          at++
          walk(child)
          at++
          if (!schema.nodes[child.nodeName]?.isInline) block++
        }
        laid.end = at
      }
    }
  }
  walk(fragment)
  const byText = new Map<unknown, TextRun>(runs.map((run) => [run.text, run]))
  const byElement = new Map<unknown, Laid>(elements.map((laid) => [laid.element, laid]))
  let words: Words | null = null
  return {
    doc: fragment.doc!,
    runs,
    elements,
    size: at,
    runOf: (type) => byText.get(type),
    elementOf: (type) => byElement.get(type),
    words: () => (words ??= readWords(runs)),
  }
}

/** True when the layout counts the same positions as `node`, the document that ProseMirror shows. */
export const fitsNode = (layout: TextLayout, node: Node): boolean => layout.size === node.content.size

function readWords(runs: TextRun[]): Words {
  const texts: string[] = []
  const textOf = (index: number) => (texts[index] ??= plain(runs[index]!.text))
  // most questions are about a few runs only
  let known: { bare: string; positions: number[] } | undefined
  const all = () => (known ??= readAll(runs, textOf))
  return {
    get bare() {
      return all().bare
    },
    position: (index) => all().positions[index]!,
    index: (position) => {
      const { positions } = all()
      return firstOf(positions.length, (index) => positions[index]! >= position)
    },
    between(from, to) {
      let text = ''
      let block: number | null = null
      const first = firstOf(runs.length, (index) => runs[index]!.at + runs[index]!.length > from)
      for (let index = first; index < runs.length && runs[index]!.at < to; index++) {
        const run = runs[index]!
        if (block !== null && block !== run.block) text += '\n'
        text += textOf(index).slice(Math.max(0, from - run.at), to - run.at)
        block = run.block
      }
      return text
    },
  }
}

function readAll(runs: TextRun[], textOf: (index: number) => string) {
  let bare = ''
  const positions: number[] = []
  runs.forEach(({ at }, run) => {
    const words = textOf(run)
    bare += words.replace(/\s+/g, '')
    for (let index = 0; index < words.length; index++) {
      if (!isSpace(words.charCodeAt(index))) positions.push(at + index)
    }
  })
  return { bare, positions }
}

/** What `\s` matches (ECMA-262, WhiteSpace and LineTerminator), without asking it of each of a long document's characters. */
const isSpace = (code: number): boolean =>
  code === 32 ||
  (code >= 9 && code <= 13) ||
  (code >= 160 && (spaces.has(code) || (code >= 0x2000 && code <= 0x200a)))
const spaces = new Set([0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff])

/** The first index below `count` for which `holds`, which holds for all after it too; `count` when there is none. */
function firstOf(count: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, count]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/** The characters of a text without its marks (`toString` of an XmlText writes them as tags). */
function plain(text: Y.XmlText): string {
  let characters = ''
  for (const { insert } of text.toDelta() as { insert: unknown }[]) {
    characters += typeof insert === 'string' ? insert : ' '
  }
  return characters
}
