import type { Editor } from '@tiptap/core'
import { NodeSelection, type EditorState } from '@tiptap/pm/state'
import { CellSelection } from '@tiptap/pm/tables'
import { ySyncPluginKey } from '@tiptap/y-tiptap'
import type * as Y from 'yjs'
import { anchorOf, placeOf, type TextAnchor } from '../../../shared/anchors/anchors.ts'
import type { Place } from '../../../shared/anchors/anchor-context.ts'
import { fitsNode, layOutText, type TextLayout } from '../../../shared/document/text-layout.ts'
import { nodeAnchorOf, type NodeAnchor } from '../../../shared/anchors/node-anchors.ts'

/** The layout of the shared text; null while it and the shown one are not the same yet. */
export function layoutOf(state: EditorState): TextLayout | null {
  const sync = ySyncPluginKey.getState(state) as { type: Y.XmlFragment } | undefined
  const layout = sync && layOutText(sync.type)
  return layout && fitsNode(layout, state.doc) ? layout : null
}

/** Anchors what is selected: a picture or block, one cell, or a passage; null when nothing is. */
export function anchorOfSelection(editor: Editor, documentId: string): TextAnchor | NodeAnchor | null {
  const { selection } = editor.state
  const { from, to, empty } = selection
  if (selection instanceof NodeSelection) return anchorOfNode(editor, documentId, from)
  if (selection instanceof CellSelection && selection.$anchorCell.pos === selection.$headCell.pos) {
    return anchorOfNode(editor, documentId, selection.$headCell.pos)
  }
  return empty ? null : anchorOfText(editor, documentId, { from, to })
}

/** Anchors the cell that the selection stands in, else its outermost block; null outside of both. */
export function anchorOfWhole(editor: Editor, documentId: string): NodeAnchor | null {
  const { $from } = editor.state.selection
  for (let depth = $from.depth; depth > 0; depth--) {
    const { name } = $from.node(depth).type
    const isCell = name === 'tableCell' || name === 'tableHeader'
    if (isCell || depth === 1) return anchorOfNode(editor, documentId, $from.before(depth))
  }
  return null
}

/** Anchors the block, cell or picture that begins at a position. */
export function anchorOfNode(editor: Editor, documentId: string, at: number): NodeAnchor | null {
  const layout = layoutOf(editor.state)
  return layout && nodeAnchorOf(layout, documentId, at)
}

/** Anchors the words between two positions; null when there are none. */
export function anchorOfText(editor: Editor, documentId: string, place: Place): TextAnchor | null {
  const layout = layoutOf(editor.state)
  return layout && anchorOf(layout, documentId, place)
}

/** Where an anchored passage stands this moment; null: removed, or not to be told while the text is on its way. */
export function placeNow(editor: Editor, anchor: TextAnchor): Place | null {
  const layout = layoutOf(editor.state)
  return layout && placeOf(layout, anchor)
}
