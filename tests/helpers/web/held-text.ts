import { EditorState, type Plugin, type Transaction } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import { yUndoPlugin, yUndoPluginKey } from '@tiptap/y-tiptap'
import type * as Y from 'yjs'
import { schema } from '../../../shared/document/schema.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { bindingPlugin } from '../../../web/editor/binding/shared-text.ts'
import { TextBinding } from '../../../web/editor/binding/text-binding.ts'

/** An editor without a screen: a ProseMirror state bound to a shared text as in the page. */
export function holdText(doc: Y.Doc, editor = { isEditable: true }, plugins: Plugin[] = []) {
  const failures: unknown[] = []
  const binding = new TextBinding({
    doc,
    field: textField,
    schema,
    mayWrite: () => editor.isEditable,
    onFailed: (error) => failures.push(error),
  })
  const plugin = bindingPlugin(binding, editor)
  const undoPlugin = yUndoPlugin() as Plugin
  let update: ((view: EditorView, before: EditorState) => void) | undefined
  const view = {
    state: EditorState.create({ doc: binding.text, plugins: [plugin, undoPlugin, ...plugins] }),
    composing: false,
    domObserver: { forceFlush: () => {}, flush: () => {} },
    hasFocus: () => false,
    dispatch(transaction: Transaction) {
      const before = view.state
      view.state = before.apply(transaction)
      update?.(view as unknown as EditorView, before)
    },
  }
  update = plugin.spec.view!.call(plugin, view as unknown as EditorView).update
  undoPlugin.spec.view!.call(undoPlugin, view as unknown as EditorView)
  const { compositionstart, compositionend } = plugin.props.handleDOMEvents!
  const tell = (handler: typeof compositionend) =>
    handler!.call(plugin, view as unknown as EditorView, {} as CompositionEvent)
  let compositions = 0
  /** Writes as an input method does, in the place of its letters before; `end` puts words there and ends it. */
  const compose = (start: number) => {
    let to = start
    view.composing = true
    tell(compositionstart)
    compositions++
    const write = (letters: string) => {
      const caret = view.state.selection.head
      const from = view.state.doc.textBetween(start, to) === '' ? caret : caret - (to - start)
      const { tr } = view.state
      view.dispatch(tr.insertText(letters, from, caret).setMeta('composition', compositions))
      ;[start, to] = [from, from + letters.length]
    }
    const end = async (words: string) => {
      write(words)
      view.composing = false
      tell(compositionend)
      await Promise.resolve()
    }
    return { write, end }
  }
  return {
    compose,
    undoManager: (yUndoPluginKey.getState(view.state) as { undoManager: Y.UndoManager }).undoManager,
    view,
    binding,
    failures,
    editor,
    words: () => view.state.doc.textBetween(0, view.state.doc.content.size, '\n', '*'),
  }
}
