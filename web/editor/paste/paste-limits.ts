import type { Fragment, Node } from '@tiptap/pm/model'
import type { ErrorCode, ErrorParams } from '../../../shared/errors.ts'
import { TextRuns } from '../../../shared/document/text-runs.ts'
import type { ClientLimits } from '../../../shared/client-limits.ts'

/** What an element costs in an update beside its text, in bytes: its name, its place and its ids. */
const elementBytes = 20

/** A code of `shared/errors.ts` with what its words name. */
export interface Refused {
  code: ErrorCode
  params: ErrorParams
}

/** What was counted of a content; what was not counted is left out. */
interface Counted {
  isTableTooLarge?: boolean
  formats?: number
  heaviestRun?: number
  elements?: number
  bytes?: number
}

/** The first limit that a content is over; null when it is over none. */
export function refusalOf(counted: Counted, limits: ClientLimits): Refused | null {
  const { isTableTooLarge = false, formats = 0, heaviestRun = 0, elements = 0, bytes = 0 } = counted
  const { columnsPerTable: columns, placesPerTable: cells } = limits
  if (isTableTooLarge) return { code: 'table_too_large', params: { columns, cells } }
  if (formats > limits.formatsPerText)
    return { code: 'too_many_formats', params: { limit: limits.formatsPerText } }
  if (heaviestRun > limits.runCharacters) return { code: 'text_run_too_long', params: {} }
  if (elements > limits.elementsPerDocument)
    return { code: 'too_many_elements', params: { limit: limits.elementsPerDocument } }
  if (bytes > limits.updateBytes) return { code: 'update_too_large', params: { limit: limits.updateBytes } }
  return null
}

/**
 * Why the server would not take what is about to be pasted; null when nothing speaks against it. Told before it is put
 * in: laying out what is too much freezes the page for minutes.
 */
export function refusalOfPaste(content: Fragment, limits: ClientLimits): Refused | null {
  let [bytes, elements, heaviestRun, formats, isTableTooLarge] = [0, 0, 0, 0, false]
  const runs = new TextRuns()
  const note = () => {
    heaviestRun = Math.max(heaviestRun, runs.open, runs.closed ?? 0, runs.inner)
  }
  content.descendants((node: Node) => {
    if (node.isText) {
      bytes += utf8Length(node.text!)
      runs.add(node.text!)
      note()
      return
    }
    if (isTooLarge(node, limits)) isTableTooLarge = true
    if (node.inlineContent) formats = Math.max(formats, formatsIn(node))
    bytes += elementBytes + JSON.stringify(node.attrs).length
    elements++
    runs.end()
  })
  return refusalOf({ isTableTooLarge, formats, heaviestRun, elements, bytes }, limits)
}

/** True for a table that is wider or has more places than the server takes. */
export function isTooLarge(table: Node, { columnsPerTable, placesPerTable }: ClientLimits): boolean {
  if (table.type.name !== 'table') return false
  let width = 0
  table.forEach((row) => {
    let columns = 0
    row.forEach((cell) => void (columns += cell.attrs.colspan as number))
    width = Math.max(width, columns)
  })
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
export function utf8Length(text: string): number {
  let length = text.length
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code > 0x7f) length += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1
  }
  return length
}
