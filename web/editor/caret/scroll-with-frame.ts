import { Extension } from '@tiptap/core'
import { Plugin } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'

/**
 * Scrolls to the caret when the browser draws next, and not within the key: there it would have to lay the text out
 * for the key, and again for what is drawn because of it.
 */
export const ScrollWithFrame = Extension.create({
  name: 'scrollWithFrame',
  addProseMirrorPlugins() {
    let isAsked = false
    let isNow = false
    const scroll = (view: EditorView) => {
      isAsked = false
      if (view.isDestroyed) return
      isNow = true
      // not in its type, though it is what a transaction calls
      ;(view as EditorView & { scrollToSelection(): void }).scrollToSelection()
      isNow = false
    }
    return [
      new Plugin({
        props: {
          handleScrollToSelection(view) {
            if (isNow) return false
            if (!isAsked) requestAnimationFrame(() => scroll(view))
            isAsked = true
            return true
          },
        },
      }),
    ]
  },
})
