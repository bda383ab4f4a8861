import { Slice } from '@tiptap/pm/model'
import { EditorState } from '@tiptap/pm/state'
import { addRowAfter } from '@tiptap/pm/tables'
import { expect, test } from 'vitest'
import { schema } from '../../shared/document/schema.ts'
import { defaultLimits } from '../../shared/limits.ts'
import { CleanPaste } from '../../web/editor/paste/paste.ts'
import { TableLimits } from '../../web/editor/paste/table-limits.ts'

const { columnsPerTable, placesPerTable } = defaultLimits
const pluginsOf = (extension: typeof CleanPaste) =>
  (extension.config.addProseMirrorPlugins as () => EditorState['plugins'])()

const cell = schema.node('tableCell', null, [schema.node('paragraph', null, [schema.text('x')])])
const table = (rows: number, columns: number) =>
  schema.node(
    'table',
    null,
    Array.from({ length: rows }, () =>
      schema.node(
        'tableRow',
        null,
        Array.from({ length: columns }, () => cell),
      ),
    ),
  )

test('a table at the limit takes words and no row more, and one below it takes a row', () => {
  const stateOf = (rows: number, columns: number) =>
    EditorState.create({
      doc: schema.node('doc', null, [table(rows, columns)]),
      plugins: pluginsOf(TableLimits),
    })
  const full = stateOf(placesPerTable / columnsPerTable, columnsPerTable)
  const words = full.applyTransaction(full.tr.insertText('many words ', 5))
  expect(words.transactions).toHaveLength(1)
  let rows = 0
  addRowAfter(full, (row) => (rows = full.applyTransaction(row).transactions.length))
  expect(rows).toBe(0)
  const room = stateOf(placesPerTable / columnsPerTable - 1, columnsPerTable)
  addRowAfter(room, (row) => (rows = room.applyTransaction(row).transactions.length))
  expect(rows).toBe(1)
})

test('what is over a limit is refused when it is dropped from elsewhere, and a piece of the text itself is moved', () => {
  const [plugin] = pluginsOf(CleanPaste)
  const slice = new Slice(schema.node('doc', null, [table(1, columnsPerTable + 1)]).content, 0, 0)
  const drop = (isMoved: boolean) =>
    plugin!.props.handleDrop!.call(plugin!, null as never, null as never, slice, isMoved)
  expect([drop(false), drop(true)]).toEqual([true, false])
})
