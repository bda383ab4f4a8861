import { Extension } from '@tiptap/core'
import { Fragment, Slice, type Node } from '@tiptap/pm/model'
import { Plugin } from '@tiptap/pm/state'
import { cleanHtml, pageOf } from './clean-html.ts'
import { betweenCells } from './pasted-lines.ts'
import { spellTasks } from './pasted-tasks.ts'

/**
 * For a field that takes words and no tables: what is pasted is cleaned as in a text, a row of a table becomes a line
 * with a bar between its cells, and in a field of one paragraph lines are parted by breaks. Else cells and lines are
 * glued together, and numbers become others.
 */
export const PastedWords = Extension.create({
  name: 'pastedWords',
  addProseMirrorPlugins: () => [
    new Plugin({
      props: {
        transformPastedHTML: htmlOfWords,
        transformPasted: (slice, view) => (takesOneBlock(view.state.doc) ? inOneBlock(slice) : slice),
      },
    }),
  ],
})

/** HTML with its tables as lines, and the boxes of its tasks as characters. */
export function htmlOfWords(html: string): string {
  const clean = cleanHtml(html)
  const hasCells = /<t[dh][\s>]/i.test(clean)
  if (!hasCells && !clean.includes('taskItem')) return clean
  // rows without their table would not be read as such
  const page = pageOf(!hasCells || /<table[\s>]/i.test(clean) ? clean : `<table>${clean}</table>`)
  spellTasks(page)
  for (const table of Array.from(page.querySelectorAll('table')).toReversed())
    table.replaceWith(...linesOf(table))
  // what it told of the passage is of one that had them
  for (const element of page.querySelectorAll('[data-pm-slice]')) element.removeAttribute('data-pm-slice')
  return page.body.innerHTML
}

function linesOf(table: HTMLTableElement): Element[] {
  const page = table.ownerDocument
  const rows = Array.from(table.rows, ({ cells }) => {
    const line = page.createElement(cells.length === 1 ? 'div' : 'p')
    for (const [index, cell] of [...cells].entries()) {
      if (index > 0) line.append(betweenCells)
      // one cell that holds all is how a page is laid out: its parts stay
      if (cells.length > 1) flatten(cell)
      line.append(...cell.childNodes)
    }
    return line
  })
  return table.caption ? [paragraphOf(table.caption), ...rows] : rows
}

function paragraphOf(element: Element): Element {
  const paragraph = element.ownerDocument.createElement('p')
  paragraph.append(...element.childNodes)
  return paragraph
}

const parts = 'p, div, br, li, ul, ol, h1, h2, h3, h4, h5, h6, pre, blockquote, section, dl, dt, dd, hr'

/** A row stays one line: a blank stands between what were lines of a cell. */
function flatten(cell: Element): void {
  for (const part of cell.querySelectorAll(parts)) {
    if (part.previousSibling) part.before(' ')
    if (part.nextSibling) part.after(' ')
    part.replaceWith(...part.childNodes)
  }
}

/** True for a field that is one paragraph. */
const takesOneBlock = ({ type }: Node): boolean => {
  const first = type.contentMatch.defaultType
  return first !== null && type.contentMatch.matchType(first)?.edgeCount === 0
}

function inOneBlock(slice: Slice): Slice {
  const lines: Node[] = []
  slice.content.descendants((node) => {
    if (node.isTextblock) lines.push(node)
    return !node.isTextblock
  })
  if (lines.length < 2) return slice
  const { hardBreak, paragraph } = lines[0]!.type.schema.nodes
  const inline = lines.flatMap(({ children }, index) => [
    ...(index > 0 ? [hardBreak!.create()] : []),
    ...children,
  ])
  return new Slice(Fragment.from(paragraph!.create(null, inline)), 1, 1)
}
