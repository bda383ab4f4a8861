import { Extension } from '@tiptap/core'
import { Plugin } from '@tiptap/pm/state'

/**
 * Whoever gives the focus back to a text, as a dialog does that is closed, finds the caret where it was at once. By
 * itself the browser puts it at the beginning, and ProseMirror moves it back 20 ms later: what was typed meanwhile
 * stood at the beginning. A press says itself where the caret goes.
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
              if (!isPressed && view.editable) view.focus()
              return false
            },
          },
        },
      }),
    ]
  },
})
