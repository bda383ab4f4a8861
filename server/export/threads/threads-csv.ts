import type { Cell, Column } from './thread-rows.ts'

/**
 * Where a spreadsheet would run what follows as a formula (OWASP, CSV injection): at the beginning, and after what ends
 * a cell where lists are separated by semicolons, as quotes mean nothing there in the middle of a line.
 */
const formulaStart =
  /(?<=^|[;\t\r\n])(?=(?:[^\S\t\r\n]|\p{Default_Ignorable_Code_Point})*[=+\-@＝＋－＠])|^(?=[\t\r])/gu

/**
 * A table as CSV (RFC 4180) with a byte order mark, by which Excel knows UTF-8. What would run as a formula has
 * an apostrophe before it.
 */
export function threadsCsv({ columns, rows }: { columns: Column[]; rows: Cell[][] }): string {
  const lines = [
    columns.map(({ label }) => quoted(label)),
    ...rows.map((row) => row.map((cell, at) => written(cell, columns[at]!))),
  ]
  return `\uFEFF${lines.map((line) => line.join(',')).join('\r\n')}\r\n`
}

function written(cell: Cell, column: Column): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  if (cell instanceof Date)
    return cell
      .toISOString()
      .slice(0, column.date === 'day' ? 10 : 16)
      .replace('T', ' ')
  return quoted(cell.replace(formulaStart, "'"))
}

const quoted = (text: string): string => (/[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
