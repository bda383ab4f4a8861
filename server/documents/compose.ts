import type { JSONContent } from '@tiptap/core'
import type { CalloutTone } from '../../shared/document/callout.ts'

/** A document's text as the JSON of the document schema. */
export interface Content extends JSONContent {
  type: 'doc'
  content: JSONContent[]
}

const inlineMarks = {
  '**': 'bold',
  _: 'italic',
  '==': 'highlight',
  '~': 'subscript',
  '^': 'superscript',
} as const

const inlinePattern = /\$[^$]+\$|\*\*.+?\*\*|==.+?==|_[^_]+_|~[^~]+~|\^[^^]+\^/g

/**
 * Reads one line of text: `**bold**`, `_italic_`, `==highlight==`, `~subscript~`, `^superscript^` and `$formula$`.
 * Marks do not nest.
 */
export function inline(source: string): JSONContent[] {
  const parts: JSONContent[] = []
  let end = 0
  const plain = (text: string) => {
    if (text) parts.push({ type: 'text', text })
  }
  for (const match of source.matchAll(inlinePattern)) {
    const found = match[0]
    plain(source.slice(end, match.index))
    end = match.index + found.length
    if (found.startsWith('$')) {
      parts.push({ type: 'inlineMath', attrs: { latex: found.slice(1, -1) } })
    } else {
      const sign = (
        found.startsWith('**') || found.startsWith('==') ? found.slice(0, 2) : found[0]
      ) as keyof typeof inlineMarks
      const text = found.slice(sign.length, -sign.length)
      parts.push({ type: 'text', text, marks: [{ type: inlineMarks[sign] }] })
    }
  }
  plain(source.slice(end))
  return parts
}

export const doc = (...content: JSONContent[]): Content => ({ type: 'doc', content })

export const paragraph = (source = ''): JSONContent => ({ type: 'paragraph', content: inline(source) })

export const heading = (level: 1 | 2 | 3 | 4, source: string): JSONContent => ({
  type: 'heading',
  attrs: { level },
  content: inline(source),
})

export const bullets = (...items: string[]): JSONContent => ({
  type: 'bulletList',
  content: items.map((item) => ({ type: 'listItem', content: [paragraph(item)] })),
})

export const numbered = (...items: string[]): JSONContent => ({
  type: 'orderedList',
  content: items.map((item) => ({ type: 'listItem', content: [paragraph(item)] })),
})

/** A task begins with `[x] ` when it is done, with `[ ] ` when it is not. */
export const tasks = (...items: string[]): JSONContent => ({
  type: 'taskList',
  content: items.map((item) => ({
    type: 'taskItem',
    attrs: { checked: item.startsWith('[x] ') },
    content: [paragraph(item.slice(4))],
  })),
})

export const callout = (tone: CalloutTone, ...lines: string[]): JSONContent => ({
  type: 'callout',
  attrs: { tone },
  content: lines.map(paragraph),
})

export const quote = (...lines: string[]): JSONContent => ({
  type: 'blockquote',
  content: lines.map(paragraph),
})

export const formula = (latex: string): JSONContent => ({ type: 'blockMath', attrs: { latex } })

export const image = (sha256: string, alt: string, width: number): JSONContent => ({
  type: 'imageFile',
  attrs: { sha256, alt, width },
})

/** A cell that spans: its text with how many columns and rows it takes. */
interface WideCell {
  text: string
  columns?: number
  rows?: number
}
type Cell = string | WideCell

/** A table: header rows, then the others. A cell under one that spans rows is left out, as in HTML. */
export const table = (header: Cell[][], rows: Cell[][]): JSONContent => ({
  type: 'table',
  content: [
    ...header.map((cells) => tableRow('tableHeader', cells)),
    ...rows.map((cells) => tableRow('tableCell', cells)),
  ],
})

function tableRow(type: 'tableHeader' | 'tableCell', cells: Cell[]): JSONContent {
  return {
    type: 'tableRow',
    content: cells.map((cell) => {
      const { text, columns = 1, rows = 1 } = typeof cell === 'string' ? { text: cell } : cell
      return { type, attrs: { colspan: columns, rowspan: rows }, content: [paragraph(text)] }
    }),
  }
}
