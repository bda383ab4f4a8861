import type { Fragment, Node } from '@tiptap/pm/model'
import type { ErrorCode, ErrorParams } from '../../shared/errors.ts'
import { TextRuns } from '../../shared/document/text-runs.ts'
import { defaultLimits } from '../../shared/limits.ts'

/** What an element costs in an update beside its text, in bytes: its name, its place and its ids. */
const elementBytes = 20

/**
 * Why the server would not take what is about to be pasted; null when nothing speaks against it. Told before it is put
 * in: laying out what is too much freezes the page for minutes.
 */
export function refusalOfPaste(content: Fragment): { code: ErrorCode; params: ErrorParams } | null {
  let [bytes, elements, heaviest, formats, tooLarge] = [0, 0, 0, 0, false]
  const runs = new TextRuns()
  const note = () => {
    heaviest = Math.max(heaviest, runs.open, runs.closed ?? 0, runs.inner)
  }
  content.descendants((node: Node) => {
    if (node.isText) {
      bytes += utf8Length(node.text!)
      runs.add(node.text!)
      note()
      return
    }
    if (isTooLarge(node)) tooLarge = true
    if (node.inlineContent) formats = Math.max(formats, formatsIn(node))
    bytes += elementBytes + JSON.stringify(node.attrs).length
    elements++
    runs.end()
  })
  const { updateBytes, elementsPerDocument, runCharacters, formatsPerText } = defaultLimits
  const { columnsPerTable: columns, placesPerTable: cells } = defaultLimits
  if (tooLarge) return { code: 'table_too_large', params: { columns, cells } }
  if (formats > formatsPerText) return { code: 'too_many_formats', params: { limit: formatsPerText } }
  if (heaviest > runCharacters) return { code: 'text_run_too_long', params: {} }
  if (elements > elementsPerDocument)
    return { code: 'too_many_elements', params: { limit: elementsPerDocument } }
  if (bytes > updateBytes) return { code: 'update_too_large', params: { limit: updateBytes } }
  return null
}

/** True for a table that is wider or has more places than the server takes. */
function isTooLarge(table: Node): boolean {
  if (table.type.name !== 'table') return false
  let width = 0
  table.forEach((row) => {
    let columns = 0
    row.forEach((cell) => void (columns += cell.attrs.colspan as number))
    width = Math.max(width, columns)
  })
  const { columnsPerTable, placesPerTable } = defaultLimits
  return width > columnsPerTable || width * table.childCount > placesPerTable
}

/** How often the formatting changes between the parts of a paragraph: at least so many formats its text will have. */
function formatsIn(block: Node): number {
  let count = 0
  let before: Node | null = null
  block.forEach((part) => {
    const last = before?.marks ?? part.marks
    count += part.marks.filter((mark) => !mark.isInSet(last)).length
    count += last.filter((mark) => !part.marks.some(({ type }) => type === mark.type)).length
    before = part
  })
  return count
}

/** Without making the bytes. */
function utf8Length(text: string): number {
  let length = text.length
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code > 0x7f) length += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1
  }
  return length
}
