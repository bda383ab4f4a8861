import type { JSONContent } from '@tiptap/core'

export type CellAlign = 'left' | 'center' | 'right' | 'justify'

/** What the schema takes. Texts run from the left; a cell without any stands there too. */
const alignments: Record<string, CellAlign> = {
  left: 'left',
  start: 'left',
  center: 'center',
  right: 'right',
  end: 'right',
  justify: 'justify',
}

/** One cell in its place on the grid of a table; columns and rows count from 0. */
export interface PlacedCell {
  column: number
  row: number
  columnSpan: number
  rowSpan: number
  header: boolean
  align: CellAlign | null
  content: JSONContent[]
}

export interface TableLayout {
  columns: number
  rows: number
  /** How many rows from the top are header rows that no cell leaves. */
  headerRows: number
  /** Column widths in CSS pixels; null where none was set. */
  widths: (number | null)[]
  cells: PlacedCell[]
  /** True when a cell spans several columns or rows. */
  merged: boolean
}

/** A span of 1,000 × 1,000 is 30 bytes of text: past so many places of a grid, cells do not span any more. */
const mostPlaces = 250_000

/** The cells of each row, from the left. */
export function cellsByRow({ rows, cells }: Pick<TableLayout, 'rows' | 'cells'>): PlacedCell[][] {
  const byRow = Array.from({ length: rows }, (): PlacedCell[] => [])
  for (const cell of cells) byRow[cell.row]!.push(cell)
  return byRow
}

/**
 * Lays a table node out as HTML does: a cell takes the next free place of its row, and spans are cut where they
 * would leave the table or cover another cell. So any table, a damaged one too, prints without overlaps.
 */
export function layoutTable(table: JSONContent): TableLayout {
  const rows = (table.content ?? []).filter((row) => row.type === 'tableRow')
  const taken = rows.map(() => new Set<number>())
  const widths: (number | null)[] = []
  const cells: PlacedCell[] = []
  let places = 0
  rows.forEach((row, y) => {
    let x = 0
    for (const cell of row.content ?? []) {
      while (taken[y]!.has(x)) x += 1
      const maySpan = places < mostPlaces
      const rowSpan = maySpan ? Math.min(count(cell.attrs?.rowspan), rows.length - y) : 1
      const most = maySpan ? Math.min(count(cell.attrs?.colspan), Math.ceil(mostPlaces / rowSpan)) : 1
      let columnSpan = 1
      while (columnSpan < most && !taken[y]!.has(x + columnSpan)) columnSpan += 1
      places += rowSpan * columnSpan
      for (let dy = 0; dy < rowSpan; dy += 1)
        for (let dx = 0; dx < columnSpan; dx += 1) taken[y + dy]!.add(x + dx)
      for (let dx = 0; dx < columnSpan; dx += 1) {
        const width: unknown = cell.attrs?.colwidth?.[dx]
        widths[x + dx] = typeof width === 'number' && width > 0 ? width : (widths[x + dx] ?? null)
      }
      cells.push({
        column: x,
        row: y,
        columnSpan,
        rowSpan,
        header: cell.type === 'tableHeader',
        align: alignments[String(cell.attrs?.align)] ?? null,
        content: cell.content ?? [],
      })
      x += columnSpan
    }
  })
  const isHeader = cellsByRow({ rows: rows.length, cells }).map(
    (own) => own.length > 0 && own.every((cell) => cell.header),
  )
  const firstBody = isHeader.indexOf(false)
  const headerRows = firstBody < 0 ? 0 : firstBody
  const leaves = cells.some((cell) => cell.row < headerRows && cell.row + cell.rowSpan > headerRows)
  return {
    columns: widths.length,
    rows: rows.length,
    headerRows: leaves ? 0 : headerRows,
    widths,
    cells,
    merged: cells.some((cell) => cell.columnSpan > 1 || cell.rowSpan > 1),
  }
}

const count = (span: unknown): number =>
  typeof span === 'number' && Number.isInteger(span) && span >= 1 && span <= 1000 ? span : 1
