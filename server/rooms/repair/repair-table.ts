import type { NodeType } from '@tiptap/pm/model'
import * as Y from 'yjs'
import { attributeBounds } from '../../../shared/attribute-bounds.ts'
import { schema } from '../../../shared/document/schema.ts'
import { nodeTypeOf } from '../../../shared/document/violations.ts'
import { repairLimits } from './repair-limits.ts'

/** What makes a table a rectangle: cells that are too large, and how many are missing in each row. */
export interface TableFixes {
  /** Attributes of cells that reach over another cell or out of the table. */
  spans: { cell: Y.XmlElement; name: 'colspan' | 'rowspan'; value: number }[]
  /** Cells to be appended to rows, all of one type. */
  missing: { row: Y.XmlElement; type: NodeType; count: number }[]
  /** Rows without cells, and so without words, to be taken away. */
  empty: Y.XmlElement[]
}

const nothing = (): TableFixes => ({ spans: [], missing: [], empty: [] })

const { cellSpan, placesPerTable, cellsAdded } = repairLimits

/**
 * Finds how a table is no rectangle. Its rows are taken as they are: only rows, which hold only cells. No more cells are
 * added than it has cells and rows: a small table that says it is wide would become a large one, for everybody.
 */
export function tableFixes(table: Y.XmlElement): TableFixes {
  const fixes = nothing()
  const rows = table.toArray().filter((row): row is Y.XmlElement => row instanceof Y.XmlElement)
  if (rows.length > placesPerTable) return fixes
  /** For each row which of its columns are taken. */
  const taken: boolean[][] = rows.map(() => [])
  let places = 0
  for (const [index, row] of rows.entries()) {
    let column = 0
    for (const cell of cellsOf(row)) {
      while (taken[index]![column]) column++
      const wide = spanOf(cell, 'colspan')
      let width = 1
      while (width < wide && !taken[index]![column + width]) width++
      const high = spanOf(cell, 'rowspan')
      const height = Math.min(high, rows.length - index)
      if (width !== wide) fixes.spans.push({ cell, name: 'colspan', value: width })
      if (height !== high) fixes.spans.push({ cell, name: 'rowspan', value: height })
      places += width * height
      if (places > placesPerTable) return nothing()
      for (let down = 0; down < height; down++)
        for (let right = 0; right < width; right++) taken[index + down]![column + right] = true
    }
  }
  const width = taken.reduce((widest, { length }) => Math.max(widest, length), 1)
  if (width * rows.length > placesPerTable) return nothing()
  for (const [index, row] of rows.entries()) {
    const count = width - taken[index]!.filter(Boolean).length
    if (count > 0) fixes.missing.push({ row, type: typeOfCells(row), count })
  }
  const added = fixes.missing.reduce((sum, { count }) => sum + count, 0)
  const cells = rows.reduce((sum, row) => sum + cellsOf(row).length, 0)
  return added > Math.min(cellsAdded, cells + rows.length) ? narrowed(rows) : fixes
}

/** How many places `tableFixes` goes through, and cells besides. */
export function placesIn(table: Y.XmlElement): number {
  let [places, cells] = [0, 0]
  for (const row of table.toArray()) {
    if (!(row instanceof Y.XmlElement)) continue
    for (const cell of cellsOf(row)) {
      cells++
      places += spanOf(cell, 'colspan') * Math.min(spanOf(cell, 'rowspan'), table.length)
      if (places > placesPerTable) return placesPerTable + cells
    }
  }
  return places + cells
}

/** A rectangle without one new cell: each cell is of one place, and the last one of a short row is wider. */
function narrowed(rows: readonly Y.XmlElement[]): TableFixes {
  const fixes = nothing()
  const width = Math.max(...rows.map((row) => cellsOf(row).length))
  if (width === 0 || width > attributeBounds.columns) return fixes
  for (const row of rows) {
    const cells = cellsOf(row)
    if (cells.length === 0) fixes.empty.push(row)
    for (const [index, cell] of cells.entries()) {
      const wide = index === cells.length - 1 ? width - index : 1
      if (spanOf(cell, 'colspan') !== wide) fixes.spans.push({ cell, name: 'colspan', value: wide })
      if (spanOf(cell, 'rowspan') !== 1) fixes.spans.push({ cell, name: 'rowspan', value: 1 })
    }
  }
  return fixes
}

const cellsOf = (row: Y.XmlElement): Y.XmlElement[] =>
  row.toArray().filter((cell): cell is Y.XmlElement => cell instanceof Y.XmlElement)

function spanOf(cell: Y.XmlElement, name: 'colspan' | 'rowspan'): number {
  const value: unknown = cell.getAttribute(name) ?? 1
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= cellSpan
    ? (value as number)
    : 1
}

/** A heading row goes on as one. */
function typeOfCells(row: Y.XmlElement): NodeType {
  const last = cellsOf(row).at(-1)
  return (last && nodeTypeOf(last, schema)) ?? schema.nodes.tableCell!
}
