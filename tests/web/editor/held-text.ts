import { EditorState, type Plugin, type Transaction } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import { yUndoPlugin, yUndoPluginKey } from '@tiptap/y-tiptap'
import type * as Y from 'yjs'
import { schema } from '../../../shared/document/schema.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { bindingPlugin } from '../../../web/editor/shared-text.ts'
import { TextBinding } from '../../../web/editor/text-binding.ts'

/** An editor without a screen: a ProseMirror state bound to a shared text as in the page. */
export function holdText(doc: Y.Doc, editor = { isEditable: true }) {
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
    state: EditorState.create({ doc: binding.text, plugins: [plugin, undoPlugin] }),
    hasFocus: () => false,
    dispatch(transaction: Transaction) {
      const before = view.state
      view.state = before.apply(transaction)
      update?.(view as unknown as EditorView, before)
    },
  }
  update = plugin.spec.view!.call(plugin, view as unknown as EditorView).update
  undoPlugin.spec.view!.call(undoPlugin, view as unknown as EditorView)
  return {
    undoManager: (yUndoPluginKey.getState(view.state) as { undoManager: Y.UndoManager }).undoManager,
    view,
    binding,
    failures,
    editor,
    words: () => view.state.doc.textBetween(0, view.state.doc.content.size, '\n', '*'),
  }
}
