import { Extension } from '@tiptap/core'
import { Plugin, TextSelection } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'

/** What a view keeps of the selection in the page: `DOMObserver` of prosemirror-view. */
interface SelectionSeen {
  domObserver: { currentSelection: { eq(selection: DOMSelection): boolean }; flush(): void }
  domSelectionRange(): DOMSelection
}
type DOMSelection = Pick<Selection, 'anchorNode' | 'anchorOffset' | 'focusNode' | 'focusOffset'>

/** So long behind a focus the caret is the browser's first guess: ProseMirror puts its own there within 20 ms. */
const settlingMs = 50

/**
 * Keeps a caret where its person has just put it. A browser tells of a click or an arrow key a moment after it moved the
 * caret; what others write in that moment would set the caret back to where the editor still has it, and the next letter
 * would stand there. Whatever moves no caret itself takes the one of the page along. Before a key acts, the editor is
 * told: Enter would act at the place before, and after a click on what is drawn into the text, as the bar of a picture
 * on its way, the browser has the caret within that and writes no letter there.
 */
export const MovedCaret = Extension.create({
  name: 'movedCaret',
  addStorage: () => ({ focusedAt: -Infinity }),
  addProseMirrorPlugins() {
    const { storage } = this
    const focus = () => {
      storage.focusedAt = performance.now()
      return false
    }
    const keydown = (view: EditorView) => {
      if (selectionNotTold(view)) (view as unknown as SelectionSeen).domObserver.flush()
      return false
    }
    return [new Plugin({ props: { handleDOMEvents: { focus, keydown } } })]
  },
  dispatchTransaction({ transaction, next }) {
    if (!transaction.selectionSet && performance.now() - this.storage.focusedAt > settlingMs) {
      const { view } = this.editor
      const moved = selectionNotTold(view)
      const { anchor, head } = view.state.selection
      // setting the same one would take the marks away that the next letter is to have, or to have no more
      if (moved && (moved.anchor !== anchor || moved.head !== head)) {
        const place = (at: number) => transaction.doc.resolve(transaction.mapping.map(at))
        transaction.setSelection(TextSelection.between(place(moved.anchor), place(moved.head)))
      }
    }
    next(transaction)
  },
})

/** The selection in the page, when the view has not been told of it yet; positions in the text that the view shows. */
function selectionNotTold(view: EditorView): { anchor: number; head: number } | null {
  if (view.isDestroyed || view.composing || !view.hasFocus()) return null
  const { domObserver, domSelectionRange } = view as unknown as SelectionSeen
  const selection = domSelectionRange.call(view)
  const { anchorNode, focusNode } = selection
  if (!anchorNode || !focusNode || domObserver.currentSelection.eq(selection)) return null
  if (!view.dom.contains(anchorNode) || !view.dom.contains(focusNode)) return null
  return {
    anchor: view.posAtDOM(anchorNode, selection.anchorOffset),
    head: view.posAtDOM(focusNode, selection.focusOffset),
  }
}
