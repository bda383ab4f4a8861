import { Fragment, Slice, type Schema } from '@tiptap/pm/model'

/**
 * The table that lines with tabs are, as a chat or a file of measured values gives them; null for lines of unequal
 * length, and for lines that a tab only indents.
 */
export function tableOfText(schema: Schema, text: string): Slice | null {
  const rows = text
    .replace(/[\r\n]+$/, '')
    .split(/\r\n?|\n/)
    .map((line) => line.split('\t'))
  const width = rows[0]!.length
  if (rows.length < 2 || width < 2 || rows.some(({ length }) => length !== width)) return null
  if (rows.every(([first]) => first!.trim() === '')) return null
  const { table, tableRow, tableCell, paragraph } = schema.nodes
  const cellOf = (words: string) => {
    const said = words.trim()
    return tableCell!.create(null, paragraph!.create(null, said ? schema.text(said) : null))
  }
  const lines = rows.map((cells) => tableRow!.create(null, cells.map(cellOf)))
  return new Slice(Fragment.from(table!.create(null, lines)), 0, 0)
}
