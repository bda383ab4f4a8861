import type { Node } from '@tiptap/pm/model'
import { Fragment, Slice } from '@tiptap/pm/model'
import {
  __pastedCells as cellsOf,
  CellSelection,
  handlePaste,
  selectionCell,
  TableMap,
} from '@tiptap/pm/tables'
import { Selection, type EditorState } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'

/**
 * Pastes into a table. Over cells that are selected, cells take their place; at a caret nobody has said that anything is to
 * go, so each cell keeps its words and those that come stand behind them: one cell's at the caret itself. The caret goes
 * into the last cell that came: over a selection of them all, what is typed on would take them away. False for what is no
 * cells, outside of any table.
 */
export function pasteIntoCells(view: EditorView, event: ClipboardEvent, slice: Slice): boolean {
  const { state } = view
  const cells = state.selection instanceof CellSelection ? null : cellsOf(slice)
  if (cells?.width === 1 && cells.height === 1) return pasteAtCaret(view, cells.rows[0]!.firstChild!)
  if (!handlePaste(view, event, cells ? withFormerWords(state, cells.rows) : slice)) return false
  const { selection, doc, tr } = view.state
  if (selection instanceof CellSelection) {
    const { pos, nodeAfter } = selection.$headCell
    const end = doc.resolve(pos + (nodeAfter?.nodeSize ?? 1) - 1)
    view.dispatch(tr.setSelection(Selection.near(end, -1)))
  }
  return true
}

function pasteAtCaret(view: EditorView, cell: Node): boolean {
  const pasted = view.state.tr.replaceSelection(Slice.maxOpen(cell.content))
  view.dispatch(pasted.scrollIntoView().setMeta('paste', true).setMeta('uiEvent', 'paste'))
  return true
}

/** The rows as a table each of whose cells begins with what stands in those that it will take the place of. */
function withFormerWords(state: EditorState, rows: readonly Fragment[]): Slice {
  const $cell = selectionCell(state)
  const former = $cell.node(-1)
  const formerMap = TableMap.get(former)
  const corner = formerMap.findCell($cell.pos - $cell.start(-1))
  const { table, tableRow } = state.schema.nodes
  const pasted = table!.create(
    null,
    rows.map((row) => tableRow!.create(null, row)),
  )
  const map = TableMap.get(pasted)
  const taken = new Set<number>()
  /** By its place in the pasted table. */
  const filled = new Map<number, Node>()
  for (const at of new Set(map.map)) {
    const { left, top, right, bottom } = map.findCell(at)
    let words = Fragment.empty
    for (let row = corner.top + top; row < Math.min(corner.top + bottom, formerMap.height); row++) {
      for (
        let column = corner.left + left;
        column < Math.min(corner.left + right, formerMap.width);
        column++
      ) {
        const place = formerMap.map[row * formerMap.width + column]!
        const cell = former.nodeAt(place)
        if (taken.has(place) || !cell || isEmpty(cell)) continue
        // one that begins before stays with what is not pasted over
        const begin = formerMap.findCell(place)
        if (begin.left < corner.left || begin.top < corner.top) continue
        taken.add(place)
        words = words.append(cell.content)
      }
    }
    const cell = pasted.nodeAt(at)!
    if (words.size > 0) filled.set(at, cell.copy(isEmpty(cell) ? words : words.append(cell.content)))
  }
  const withWords: Node[] = []
  pasted.forEach((row, rowAt) => {
    const content: Node[] = []
    row.forEach((cell, cellAt) => content.push(filled.get(rowAt + 1 + cellAt) ?? cell))
    withWords.push(row.copy(Fragment.from(content)))
  })
  return new Slice(Fragment.from(pasted.copy(Fragment.from(withWords))), 0, 0)
}

/** A lone paragraph without anything in it. */
const isEmpty = ({ childCount, firstChild }: Node): boolean =>
  childCount === 0 || (childCount === 1 && firstChild!.isTextblock && firstChild!.content.size === 0)
