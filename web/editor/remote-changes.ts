/* oxlint-disable no-underscore-dangle -- y-tiptap's binding has no other way in */
import { Extension } from '@tiptap/core'
import { Plugin, type EditorState, type Transaction } from '@tiptap/pm/state'
import { ReplaceStep } from '@tiptap/pm/transform'
import { ySyncPluginKey } from '@tiptap/y-tiptap'
import type * as Y from 'yjs'

interface Binding {
  type: Y.XmlFragment
  beforeTransactionSelection: unknown
  _observeFunction: (events: Y.YEvent<Y.XmlText>[], transaction: Y.Transaction) => void
  _forceRerender(): void
}

const isRemote = (transaction: Transaction): boolean =>
  (transaction.getMeta(ySyncPluginKey) as { isChangeOrigin?: boolean } | undefined)?.isChangeOrigin === true

/**
 * Brings others' changes into the view gently. y-tiptap replaces the whole text for each of them, which takes the
 * caret, a composition and every decoration along, and can throw when the text shrinks under the caret
 * (y-tiptap#48). Here only the part that differs is replaced, so the caret stays by ProseMirror's own mapping.
 */
export const RemoteChanges = Extension.create({
  name: 'remoteChanges',
  priority: 2_000,

  dispatchTransaction({ transaction, next }) {
    next(isRemote(transaction) ? smallestChange(this.editor.state, transaction) : transaction)
  },

  addProseMirrorPlugins() {
    const { editor } = this
    return [
      new Plugin({
        // who may not write changes nothing, whatever a plugin wants to tidy up in the text
        filterTransaction: (transaction) =>
          editor.isEditable || !transaction.docChanged || isRemote(transaction),
      }),
    ]
  },

  onCreate() {
    const binding = (ySyncPluginKey.getState(this.editor.state) as { binding?: Binding } | undefined)?.binding
    if (binding) guard(binding)
  },
})

/** A selection that cannot be found again must not cost the change: the text is drawn anew, from what is shared. */
function guard(binding: Binding): void {
  const original = binding._observeFunction
  binding.type.unobserveDeep(original)
  binding._observeFunction = (events, transaction) => {
    // the caret follows by mapping; only undo and redo bring a remembered selection back
    if (!transaction.local) binding.beforeTransactionSelection = null
    try {
      original(events, transaction)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      binding.beforeTransactionSelection = null
      binding._forceRerender()
    }
  }
  binding.type.observeDeep(binding._observeFunction)
}

/** The same change as one step over the part that differs; the given one when no such step leads to the same text. */
function smallestChange(state: EditorState, whole: Transaction): Transaction {
  const before = state.doc
  const after = whole.doc
  if (whole.before !== before || whole.selectionSet) return whole
  const small = state.tr
  const start = before.content.findDiffStart(after.content)
  if (start !== null) {
    let { a: endBefore, b: endAfter } = before.content.findDiffEnd(after.content)!
    const overlap = start - Math.min(endBefore, endAfter)
    if (overlap > 0) {
      endBefore += overlap
      endAfter += overlap
    }
    const step = new ReplaceStep(start, endBefore, after.slice(start, endAfter))
    const applied = step.apply(before)
    if (!applied.doc?.eq(after)) return whole
    small.step(step)
  }
  small.setMeta(ySyncPluginKey, whole.getMeta(ySyncPluginKey))
  return small.setMeta('addToHistory', false)
}
