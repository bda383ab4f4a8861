import type { NodeType } from '@tiptap/pm/model'
import * as Y from 'yjs'
import { schema } from '../../shared/document/schema.ts'
import { nodeTypeOf } from '../../shared/document/violations.ts'
import { repairLimits } from './repair-limits.ts'

/** What makes a table a rectangle: cells that are too large, and how many are missing in each row. */
export interface TableFixes {
  /** Attributes of cells that reach over another cell or out of the table. */
  spans: { cell: Y.XmlElement; name: 'colspan' | 'rowspan'; value: number }[]
  /** Cells to be appended to rows, all of one type. */
  missing: { row: Y.XmlElement; type: NodeType; count: number }[]
}

const { cellSpan, placesPerTable, cellsAdded } = repairLimits

/** Finds how a table is no rectangle. Its rows are taken as they are: only rows, which hold only cells. */
export function tableFixes(table: Y.XmlElement): TableFixes {
  const fixes: TableFixes = { spans: [], missing: [] }
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
      if (places > placesPerTable) return { spans: [], missing: [] }
      for (let down = 0; down < height; down++)
        for (let right = 0; right < width; right++) taken[index + down]![column + right] = true
    }
  }
  const width = taken.reduce((widest, { length }) => Math.max(widest, length), 1)
  if (width * rows.length > placesPerTable) return { spans: [], missing: [] }
  for (const [index, row] of rows.entries()) {
    const count = width - taken[index]!.filter(Boolean).length
    if (count > 0) fixes.missing.push({ row, type: typeOfCells(row), count })
  }
  const added = fixes.missing.reduce((sum, { count }) => sum + count, 0)
  if (added > cellsAdded) return { spans: [], missing: [] }
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
