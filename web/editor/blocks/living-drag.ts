import { Extension } from '@tiptap/core'
import { Plugin, type EditorState } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'

/**
 * What is dragged within the text stays what stands there: ProseMirror takes it when the drag begins and puts that in
 * when it ends, and removes what stands there by then, with all that others have written in it meanwhile.
 */
export const LivingDrag = Extension.create({
  name: 'livingDrag',
  addProseMirrorPlugins: () => [new Plugin({ view: () => ({ update: takeAnew }) })],
})

function takeAnew(view: EditorView, before: EditorState): void {
  const { dragging, state } = view
  if (!dragging?.move || before.doc.eq(state.doc)) return
  const { node } = dragging as { node?: unknown }
  // a block that is not selected is as it was, or it is not known any more which one it is
  if (!before.selection.content().eq(dragging.slice)) view.dragging = node ? dragging : null
  else view.dragging = state.selection.empty ? null : { ...dragging, slice: state.selection.content() }
}
