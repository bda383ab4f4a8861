import { TextRuns } from '../../../shared/document/text-runs.ts'
import type { ClientLimits } from '../../../shared/client-limits.ts'
import { refusalOf, utf8Length, type Refused } from './paste-limits.ts'

/**
 * Why the server would not take what a clipboard or a drag brings, told by its source before anything is made of it: a
 * page stands still for as long as a text that is far too large is parsed. Null when nothing speaks against it so far:
 * it counts less than what will be put in, never more, and what was parsed is counted exactly (`refusalOfPaste`).
 */
export function refusalOfClipboard(
  { html, text }: { html: string; text: string },
  limits: ClientLimits,
): Refused | null {
  return html ? refusalOfHtml(html, limits) : refusalOfText(text, limits)
}

/** Plain text: a paragraph for each line. */
function refusalOfText(text: string, limits: ClientLimits): Refused | null {
  // what is shorter than all of them costs no look at each character
  if (text.length <= Math.min(limits.runCharacters / 20, limits.updateBytes / 4)) return null
  const bytes = utf8Length(text)
  if (bytes > limits.updateBytes) return refusalOf({ bytes }, limits)
  const elements = text.match(/(?:\r\n?|\n)+/g)?.length ?? 0
  if (elements > limits.elementsPerDocument) return refusalOf({ elements }, limits)
  const runs = new TextRuns()
  runs.add(text)
  return refusalOf({ heaviestRun: Math.max(runs.open, runs.closed ?? 0, runs.inner) }, limits)
}

interface OpenTable {
  rows: number
  columns: number
  /** Of the row that is open. */
  width: number
}

/** What begins or ends a part of a table or a list, and what is skipped: a comment, and what is no text of a page. */
const parts = /<!--|<(\/?)(table|tr|td|th|li|style|script)(?=[\s/>])/gi
const spans = /\scolspan\s*=\s*["']?(\d+)/i

/** Counts tables, cells and list items by their tags, in one pass; everything else may turn out to be nothing. */
function refusalOfHtml(html: string, limits: ClientLimits): Refused | null {
  const { columnsPerTable, placesPerTable, elementsPerDocument } = limits
  const open: OpenTable[] = []
  let elements = 0
  parts.lastIndex = 0
  for (let found = parts.exec(html); found; found = parts.exec(html)) {
    const [, ends, name] = found
    const kind = name?.toLowerCase()
    const isSkipped = kind === undefined || (!ends && (kind === 'style' || kind === 'script'))
    const end = html.indexOf(kind === undefined ? '-->' : isSkipped ? `</${kind}` : '>', parts.lastIndex)
    if (end < 0) break
    const attributes = html.slice(parts.lastIndex, end)
    parts.lastIndex = end
    if (isSkipped) continue
    const table = open.at(-1)
    if (kind === 'table' && ends) open.pop()
    if (kind === 'table' && !ends) open.push({ rows: 0, columns: 0, width: 0 })
    if (kind === 'tr' && table) table.width = 0
    if (kind === 'li' && !ends) elements++
    if (ends || !table || (kind !== 'td' && kind !== 'th')) continue
    elements++
    // a row without any cell is dropped
    if (table.width === 0) table.rows++
    table.width += Math.max(1, Number(spans.exec(attributes)?.[1] ?? 1))
    table.columns = Math.max(table.columns, table.width)
    const isTableTooLarge = table.columns > columnsPerTable || table.columns * table.rows > placesPerTable
    if (isTableTooLarge || elements > elementsPerDocument)
      return refusalOf({ isTableTooLarge, elements }, limits)
  }
  return refusalOf({ elements }, limits)
}
