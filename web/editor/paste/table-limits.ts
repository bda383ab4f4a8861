import { Extension } from '@tiptap/core'
import type { Node } from '@tiptap/pm/model'
import { Plugin, type Transaction } from '@tiptap/pm/state'
import { ApiError } from '../../api.ts'
import { clientLimits } from '../../ui/client-limits.ts'
import { tellError } from '../../ui/feedback/notices.ts'
import { isTooLarge } from './paste-limits.ts'
import { isFromSharedText } from '../binding/shared-text.ts'

/** The least that one more cell adds to a text: its own ends and those of the paragraph in it. */
const cellSize = 4

/** Refuses what would make a table larger than the server takes it: a row more, or cells that are pasted over its edge. */
export const TableLimits = Extension.create({
  name: 'tableLimits',
  addProseMirrorPlugins: () => [
    new Plugin({
      filterTransaction(transaction) {
        if (!transaction.docChanged || isFromSharedText(transaction)) return true
        const limits = clientLimits()
        const isOver = grownTables(transaction).some((table) => isTooLarge(table, limits))
        const { columnsPerTable: columns, placesPerTable: cells } = limits
        if (isOver) tellError(new ApiError('table_too_large', { columns, cells }, 0))
        return !isOver
      },
    }),
  ],
})

/** The tables that a change put more cells into; a table that comes whole is not among them. */
function grownTables({ before, doc, mapping }: Transaction): Node[] {
  const grown = new Set<Node>()
  mapping.maps.forEach((map, index) =>
    map.forEach((from, to, newFrom, newTo) => {
      if (newTo - newFrom - (to - from) < cellSize) return
      const $at = doc.resolve(Math.min(mapping.slice(index + 1).map(newTo, -1), doc.content.size))
      for (let depth = $at.depth; depth > 0; depth--) {
        const table = $at.node(depth)
        if (table.type.name !== 'table') continue
        const former = before.nodeAt(mapping.invert().map($at.before(depth)))
        if (former?.type.name === 'table' && cellsIn(former) < cellsIn(table)) grown.add(table)
      }
    }),
  )
  return [...grown]
}

function cellsIn(table: Node): number {
  let count = 0
  table.forEach((row) => row.forEach(({ attrs }) => void (count += attrs.colspan as number)))
  return count
}
