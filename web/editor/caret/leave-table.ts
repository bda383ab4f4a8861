import { Extension } from '@tiptap/core'
import { Selection, TextSelection } from '@tiptap/pm/state'
import { cellAround, nextCell } from '@tiptap/pm/tables'
import type { EditorView } from '@tiptap/pm/view'

/** ArrowDown in the last row of a table that ends the text, or what it stands in, leads into a new paragraph below it. */
export const LeaveTable = Extension.create({
  name: 'leaveTable',
  addKeyboardShortcuts: () => ({
    ArrowDown: ({ editor }) => leaveBelow(editor.view),
  }),
})

function leaveBelow(view: EditorView): boolean {
  const { selection, tr, doc, schema } = view.state
  if (!view.editable || !(selection instanceof TextSelection) || !selection.empty) return false
  const $cell = cellAround(selection.$head)
  if (!$cell || nextCell($cell, 'vert', 1) || !isInLastLine(view, $cell.pos)) return false
  const behind = $cell.after(-1)
  // whatever takes a caret further on is led to by the table itself
  if (Selection.findFrom(doc.resolve(behind), 1)) return false
  tr.insert(behind, schema.nodes.paragraph!.create())
  view.dispatch(tr.setSelection(TextSelection.create(tr.doc, behind + 1)).scrollIntoView())
  return true
}

/** True when no line of the cell lies below the caret. */
function isInLastLine(view: EditorView, cell: number): boolean {
  const { $head } = view.state.selection
  const end = cell + view.state.doc.nodeAt(cell)!.nodeSize - 1
  // nothing but the ends of what the caret is in
  return (
    $head.end() + ($head.depth - view.state.doc.resolve(cell + 1).depth) === end &&
    view.endOfTextblock('down')
  )
}
