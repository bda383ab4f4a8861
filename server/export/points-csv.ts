import type { Cell, Column } from './point-rows.ts'

/** A text that a spreadsheet would run as a formula (OWASP, CSV injection). */
const isFormula = /^[\s]*[=+\-@＝＋－＠]|^[\t\r]/

/**
 * A table as CSV (RFC 4180) with a byte order mark, by which Excel knows UTF-8. What would run as a formula begins with
 * an apostrophe.
 */
export function pointsCsv({ columns, rows }: { columns: Column[]; rows: Cell[][] }): string {
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
  return quoted(isFormula.test(cell) ? `'${cell}` : cell)
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
