import { Slice, type Node } from '@tiptap/pm/model'
import { EditorState, TextSelection, type Transaction } from '@tiptap/pm/state'
import { CellSelection } from '@tiptap/pm/tables'
import type { EditorView } from '@tiptap/pm/view'
import { expect, test } from 'vitest'
import { schema } from '../../shared/document/schema.ts'
import { pasteIntoCells } from '../../web/editor/paste/paste-into-cells.ts'

const cellOf = (words: string, attrs = {}) =>
  schema.node('tableCell', attrs, [schema.node('paragraph', null, words ? [schema.text(words)] : [])])
const tableOf = (rows: (string | Node)[][]) =>
  schema.node(
    'table',
    null,
    rows.map((row) =>
      schema.node(
        'tableRow',
        null,
        row.map((cell) => (typeof cell === 'string' ? cellOf(cell) : cell)),
      ),
    ),
  )

/** A view with a table, and the words of each cell's paragraphs after a paste. */
function viewOf(table: Node) {
  const view = {
    state: EditorState.create({ doc: schema.node('doc', null, [table]) }),
    dispatch(transaction: Transaction) {
      view.state = view.state.apply(transaction)
    },
  }
  return {
    view,
    /** The caret at the end of some words. */
    at(words: string) {
      let place = 0
      view.state.doc.descendants((node, pos) => {
        if (node.isText && node.text === words) place = pos + node.nodeSize
      })
      view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, place)))
      return this
    },
    paste(pasted: Node) {
      const slice = new Slice(schema.node('doc', null, [pasted]).content, 0, 0)
      return pasteIntoCells(view as unknown as EditorView, {} as ClipboardEvent, slice)
    },
    rows() {
      const rows: string[][] = []
      view.state.doc.descendants((node) => {
        if (node.type.name === 'tableRow')
          rows.push(node.children.map((cell) => cell.children.map((line) => line.textContent).join('/')))
        return node.type.name !== 'tableRow'
      })
      return rows
    },
  }
}

const grid = () =>
  tableOf([
    ['Old words', 'Size', 'c'],
    ['', '9', 'f'],
  ])

test('at a caret no word of a cell goes: those that come stand behind it, and the caret behind them', () => {
  const text = viewOf(grid()).at('Old words')
  expect(
    text.paste(
      tableOf([
        ['M6', '12'],
        ['M8', ''],
      ]),
    ),
  ).toBe(true)
  expect(text.rows()).toEqual([
    ['Old words/M6', 'Size/12', 'c'],
    ['M8', '9', 'f'],
  ])
  expect(text.view.state.selection.$head.parent.textContent).toBe('9')
})

test('what grows the table takes nothing away either, nor do cells that are merged', () => {
  const grown = viewOf(grid()).at('f')
  grown.paste(
    tableOf([
      ['1', '2'],
      ['3', '4'],
    ]),
  )
  expect(grown.rows().flat().join(' ')).toContain('f/1')
  expect(grown.rows()[2]).toEqual(['', '', '3', '4'])

  const merged = viewOf(
    tableOf([
      [cellOf('wide', { colspan: 2 }), 'c'],
      ['d', 'e', 'f'],
    ]),
  ).at('wide')
  merged.paste(
    tableOf([
      ['1', '2'],
      ['3', '4'],
    ]),
  )
  const words = merged.rows().flat().join('/').split('/')
  for (const word of ['wide', 'd', 'e', 'c', 'f', '1', '2', '3', '4'])
    expect(
      words.filter((one) => one === word),
      word,
    ).toHaveLength(1)
})

test('one cell is words at the caret; cells that are selected are taken the place of', () => {
  const one = viewOf(grid()).at('Size')
  one.paste(tableOf([[' mm']]))
  expect(one.rows()[0]).toEqual(['Old words', 'Size mm', 'c'])

  const selected = viewOf(grid())
  selected.view.dispatch(
    selected.view.state.tr.setSelection(CellSelection.create(selected.view.state.doc, 2, 2)),
  )
  selected.paste(tableOf([['M6']]))
  expect(selected.rows()[0]).toEqual(['M6', 'Size', 'c'])
})
