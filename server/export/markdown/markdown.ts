import type { JSONContent } from '@tiptap/core'
import { itemMarks } from '../../../shared/document/list-numbers.ts'
import { escapeMarkdown, inlineMarkdown, longestRun } from './markdown-text.ts'
import { cellsByRow, layoutTable, type CellAlign, type TableLayout } from '../print/table-layout.ts'

/** Where the picture with this SHA-256 lies, seen from the Markdown file; null when the revision has no such file. */
export type FilePath = (sha256: unknown) => string | null

/** Fences that readers draw as something else than the words in them; what is code here is shown as code. */
const drawn: ReadonlySet<string> = new Set(['math', 'mermaid', 'geojson', 'topojson', 'stl'])

const alerts: Record<string, string> = { note: 'NOTE', tip: 'TIP', warning: 'WARNING', critical: 'CAUTION' }

/** A document's content as GitHub-flavoured Markdown; headings go `deeper` levels down. */
export function documentMarkdown(content: JSONContent, path: FilePath, deeper = 0): string {
  const blocks = (nodes: JSONContent[] | undefined, between = '\n\n'): string =>
    (nodes ?? [])
      .map((node) => ({ node, written: block(node) }))
      .filter(({ written }) => written !== '')
      .map(({ node, written }, at, all) => {
        const before = all[at - 1]
        if (!before) return written
        return between + (isOneList(before.node, node) ? apart + between : '') + written
      })
      .join('')

  const list = (node: JSONContent, marker: (item: JSONContent, index: number) => string): string =>
    (node.content ?? [])
      .map((item, index) => {
        const sign = marker(item, index)
        const isTight = (item.content ?? []).slice(1).every(mayFollow)
        return indent(blocks(item.content, isTight ? '\n' : '\n\n'), sign)
      })
      .join('\n')

  const block = (node: JSONContent): string => {
    const inline = () => inlineMarkdown(node.content ?? [])
    switch (node.type) {
      case 'paragraph':
        return inline()
      case 'heading': {
        const level = typeof node.attrs?.level === 'number' ? node.attrs.level : 1
        // Number signs at the end would be read as the heading's own closing sequence.
        const words = inline()
          .replace(/\\\n/g, ' ')
          .replace(/(^|[ \t])(#+[ \t]*)$/, '$1\\$2')
        return `${'#'.repeat(Math.min(6, Math.max(1, level + deeper)))} ${words}`
      }
      case 'bulletList':
        return list(node, () => '- ')
      case 'orderedList': {
        const marks = itemMarks(node)
        const isMarkdown = isCounted(marks)
        return list(node, (_, at) => (isMarkdown ? `${marks[at]} ` : `- ${marks[at]!.slice(0, -1)}\\. `))
      }
      case 'taskList':
        return list(node, (item) => (item.attrs?.checked === true ? '- [x] ' : '- [ ] '))
      case 'blockquote':
        return quote(blocks(node.content))
      case 'callout':
        return quote(`[!${alerts[String(node.attrs?.tone)] ?? 'NOTE'}]\n${blocks(node.content)}`)
      case 'codeBlock': {
        const code = (node.content ?? []).map((child) => child.text ?? '').join('')
        const language = /^[\w+#.-]*$/.exec(String(node.attrs?.language ?? ''))?.[0] ?? ''
        return fenced(drawn.has(language.toLowerCase()) ? '' : language, code)
      }
      case 'blockMath':
        return fenced('math', String(node.attrs?.latex ?? ''))
      case 'imageFile': {
        const alt = escapeMarkdown(String(node.attrs?.alt ?? ''))
        const file = path(node.attrs?.sha256)
        return file ? `![${alt}](${file})` : alt && `\\[${alt}\\]`
      }
      case 'horizontalRule':
        // of hyphens it would take the sign of an item before it into a rule
        return '***'
      case 'table': {
        const layout = layoutTable(node)
        return isSimple(layout) ? pipeTable(layout) : htmlTable(layout, blocks)
      }
      default:
        return node.content ? blocks(node.content) : escapeMarkdown(node.text ?? '')
    }
  }
  return blocks(content.content)
}

/** Between two lists, which a reader would take for one, as their items are written with the same sign. */
const apart = '<!-- -->'

const isOneList = (before: JSONContent, node: JSONContent): boolean =>
  signOf(before) !== null && signOf(before) === signOf(node)

function signOf(node: JSONContent): '-' | '.' | null {
  if (node.type === 'bulletList' || node.type === 'taskList') return '-'
  if (node.type !== 'orderedList') return null
  return isCounted(itemMarks(node)) ? '.' : '-'
}

/** Markdown's own lists count in digits from 0: other marks are words of an item. */
const isCounted = (marks: string[]): boolean => marks.every((mark) => /^\d{1,9}\.$/.test(mark))

/**
 * True for a list that a reader sees right under a line of words: others are taken for more of the words, and a lone
 * hyphen or a rule makes a heading of them.
 */
const mayFollow = (node: JSONContent): boolean =>
  (node.type === 'bulletList' ||
    node.type === 'taskList' ||
    (node.type === 'orderedList' && itemMarks(node)[0] === '1.')) &&
  (node.content?.[0]?.content?.[0]?.content?.length ?? 0) > 0

const indent = (text: string, marker: string): string =>
  marker + text.replace(/\n(?=[^\n])/g, `\n${' '.repeat(marker.startsWith('- ') ? 2 : marker.length)}`)

const quote = (text: string): string =>
  text
    .split('\n')
    .map((line) => (line ? `> ${line}` : '>'))
    .join('\n')

/** Code or a formula as it is, within a fence that nothing in it closes. A carriage return alone ends a line as well. */
function fenced(info: string, text: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1))
  return `${fence}${info}\n${text.replace(/\r\n?/g, '\n')}\n${fence}`
}

/**
 * True when pipes can say it: nothing merged, each cell at most one paragraph, headers only in the first row, no pipe in
 * code or in a formula.
 */
const isSimple = (layout: TableLayout, aligns = columnAligns(layout)): boolean =>
  !layout.merged &&
  layout.headerRows <= 1 &&
  layout.cells.every(
    (cell) =>
      cell.content.length <= 1 &&
      cell.content.every((node) => node.type === 'paragraph' && !node.content?.some(hasRawPipe)) &&
      cell.header === cell.row < layout.headerRows &&
      cell.align === aligns[cell.column] &&
      cell.align !== 'justify',
  )

/** How a column's first cell stands: pipes say it once for all of the column. */
function columnAligns({ cells }: TableLayout): (CellAlign | null)[] {
  const aligns: (CellAlign | null)[] = []
  for (const { column, align } of cells) if (aligns[column] === undefined) aligns[column] = align
  return aligns
}

/** A pipe where nothing is escaped: readers differ in what they make of a backslash before it within a table. */
const hasRawPipe = (node: JSONContent): boolean =>
  node.type === 'inlineMath'
    ? String(node.attrs?.latex ?? '').includes('|')
    : node.marks?.some(({ type }) => type === 'code') === true && (node.text ?? '').includes('|')

const rules: Record<string, string> = { left: ':---', center: ':---:', right: '---:' }

function pipeTable(layout: TableLayout): string {
  const rows = cellsByRow(layout)
  const row = (y: number) => {
    const own = new Map(rows[y]!.map((cell) => [cell.column, cell]))
    const text = Array.from({ length: layout.columns }, (_, x) => {
      const cell = own.get(x)
      const inline = inlineMarkdown(cell?.content[0]?.content ?? [])
      return inline.replace(/\\?\n/g, '<br>').replace(/(?<!\\)\|/g, '\\|')
    })
    return `| ${text.join(' | ')} |`
  }
  const head = layout.headerRows ? row(0) : `|${'  |'.repeat(layout.columns)}`
  const body = Array.from({ length: layout.rows - layout.headerRows }, (_, y) => row(y + layout.headerRows))
  const aligns = columnAligns(layout)
  const rule = Array.from({ length: layout.columns }, (_, x) => rules[aligns[x] ?? ''] ?? '---')
  return [head, `| ${rule.join(' | ')} |`, ...body].join('\n')
}

/** HTML cells with blank lines inside: GFM reads their content as Markdown again. */
function htmlTable(layout: TableLayout, blocks: (nodes: JSONContent[]) => string): string {
  const rows = cellsByRow(layout).map((own) => {
    const cells = own.map((cell) => {
      const tag = cell.header ? 'th' : 'td'
      const spans =
        (cell.columnSpan > 1 ? ` colspan="${cell.columnSpan}"` : '') +
        (cell.rowSpan > 1 ? ` rowspan="${cell.rowSpan}"` : '')
      const align = cell.align ? ` align="${cell.align}"` : ''
      return `<${tag}${spans}${align}>\n\n${blocks(cell.content)}\n\n</${tag}>`
    })
    return `<tr>\n${cells.join('\n')}\n</tr>`
  })
  return `<table>\n${rows.join('\n')}\n</table>`
}
