import writeSheet, { type Cell as SheetCell } from 'write-excel-file/node'
import type { Cell, Column } from './thread-rows.ts'

/** What Excel takes in one cell, in characters. */
const mostCharacters = 32_767

/** A table as an Excel workbook (.xlsx): the head stays in view, dates are dates, texts are texts and never formulas. */
export async function threadsSheet(
  { columns, rows }: { columns: Column[]; rows: Cell[][] },
  name: string,
): Promise<Uint8Array> {
  const head = columns.map(({ label }): SheetCell => ({ value: label, type: String, fontWeight: 'bold' }))
  const body = rows.map((row) => row.map((cell, at) => sheetCell(cell, columns[at]!)))
  return writeSheet([head, ...body], {
    sheet: name.slice(0, 31),
    columns: columns.map(({ width }) => ({ width })),
    stickyRowsCount: 1,
  }).toBuffer()
}

function sheetCell(cell: Cell, column: Column): SheetCell {
  if (cell === null) return null
  if (typeof cell === 'number') return { value: cell, type: Number, alignVertical: 'top' }
  if (cell instanceof Date) {
    const format = column.date === 'day' ? 'yyyy-mm-dd' : 'yyyy-mm-dd hh:mm'
    return { value: cell, type: Date, format, alignVertical: 'top' }
  }
  return { value: fitted(printable(cell)), type: String, wrap: true, alignVertical: 'top' }
}

/** What does not fit is cut, and says so; never within a character. */
const fitted = (text: string): string =>
  text.length > mostCharacters ? `${text.slice(0, mostCharacters - 1).replace(/\p{Surrogate}$/u, '')}…` : text

/** Without the control characters that XML 1.0 cannot hold, not even escaped. */
export const printable = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- they are what is taken out
  text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '')
