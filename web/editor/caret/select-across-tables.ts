import { Extension } from '@tiptap/core'
import type { ResolvedPos } from '@tiptap/pm/model'
import { Selection, TextSelection, type EditorState } from '@tiptap/pm/state'
import { CellSelection, nextCell } from '@tiptap/pm/tables'
import type { EditorView } from '@tiptap/pm/view'

type Way = 'up' | 'down' | 'left' | 'right'

/**
 * Shift with an arrow takes a selection that began outside a table across it as a whole. By itself the end goes into a cell,
 * and what was selected before the table is given up for cells of one column, or for a caret. A selection of cells stays
 * at the table's edge.
 */
export const SelectAcrossTables = Extension.create({
  name: 'selectAcrossTables',
  addKeyboardShortcuts() {
    const go = (way: Way) => () => extend(this.editor.view, way)
    return {
      'Shift-ArrowUp': go('up'),
      'Shift-ArrowDown': go('down'),
      'Shift-ArrowLeft': go('left'),
      'Shift-ArrowRight': go('right'),
    }
  },
})

function extend(view: EditorView, way: Way): boolean {
  const { state } = view
  const { selection } = state
  const step = way === 'down' || way === 'right' ? 1 : -1
  if (selection instanceof CellSelection) {
    const axis = way === 'up' || way === 'down' ? 'vert' : 'horiz'
    return !nextCell(selection.$headCell, axis, step)
  }
  if (!(selection instanceof TextSelection)) return false
  const { $anchor, $head } = selection
  let edge = beyondTable($head, $anchor, step)
  if (edge === null && isAtEnd(view, $head, way)) {
    const next = Selection.findFrom(state.doc.resolve(step > 0 ? $head.after() : $head.before()), step, true)
    edge = next && beyondTable(next.$head, $anchor, step)
  }
  if (edge === null) return false
  const head = behindTables(state, edge, $anchor, step)
  // with nothing behind it to select up to, the selection stays as it is
  if (head !== null)
    view.dispatch(state.tr.setSelection(TextSelection.create(state.doc, $anchor.pos, head)).scrollIntoView())
  return true
}

/** The far edge of the outermost table that a place is in and the other is not; null when there is none. */
function beyondTable($place: ResolvedPos, $other: ResolvedPos, step: 1 | -1): number | null {
  for (let depth = $place.sharedDepth($other.pos) + 1; depth <= $place.depth; depth++) {
    if ($place.node(depth).type.spec.tableRole === 'table')
      return step > 0 ? $place.after(depth) : $place.before(depth)
  }
  return null
}

/** The first place for words behind an edge that is in no further table. */
function behindTables({ doc }: EditorState, edge: number, $anchor: ResolvedPos, step: 1 | -1): number | null {
  for (let at: number | null = edge; at !== null;) {
    const found: Selection | null = Selection.findFrom(doc.resolve(at), step, true)
    if (!found) return null
    at = beyondTable(found.$head, $anchor, step)
    if (at === null) return found.head
  }
  return null
}

/** True when the key leads out of the block that the selection ends in. */
function isAtEnd(view: EditorView, $head: ResolvedPos, way: Way): boolean {
  const { state } = view
  // a view asks the end of a selection that is further in the text
  const there = state.apply(state.tr.setSelection(TextSelection.create(state.doc, $head.pos)))
  return view.endOfTextblock(way, there)
}
