import { Extension } from '@tiptap/core'
import { Plugin, Selection } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'

/**
 * Whoever gives the focus back to a text, as a dialog does that is closed, finds the caret where it was at once. By
 * itself the browser puts it at the beginning, and ProseMirror moves it back 20 ms later: what was typed meanwhile
 * stood at the beginning. A press says itself where the caret goes, and so does who has selected something already.
 */
export const FocusedCaret = Extension.create({
  name: 'focusedCaret',
  addProseMirrorPlugins() {
    let isPressed = false
    return [
      new Plugin({
        props: {
          handleDOMEvents: {
            mousedown() {
              isPressed = true
              // the focus comes within the same turn
              setTimeout(() => (isPressed = false))
              return false
            },
            focus(view) {
              if (!isPressed && view.editable && isUnplaced(view)) view.focus()
              return false
            },
          },
        },
      }),
    ]
  },
})

/** True while the browser has no selection in the text, or only the caret that it puts at the beginning by itself. */
function isUnplaced(view: EditorView): boolean {
  const { anchorNode, anchorOffset, isCollapsed } = document.getSelection() ?? {}
  if (!anchorNode || !view.dom.contains(anchorNode)) return true
  return isCollapsed! && view.posAtDOM(anchorNode, anchorOffset!) <= Selection.atStart(view.state.doc).from
}
