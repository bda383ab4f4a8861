import { EditorState, type Plugin } from '@tiptap/pm/state'

/**
 * A plugin whose view shows something while its state is active. ProseMirror makes all views anew when any plugin comes
 * or goes, as with the toolbar that is drawn after the text, and tells a new view of changes only: it is told that what
 * is active has begun, or what was typed by then would show nothing.
 */
export function startsAgain<Given extends Plugin>(
  plugin: Given,
  isActive: (state: EditorState) => boolean,
): Given {
  const { view } = plugin.spec
  if (!view) return plugin
  plugin.spec.view = (editorView) => {
    const made = view.call(plugin, editorView)
    const { state } = editorView
    if (isActive(state))
      made.update?.(editorView, EditorState.create({ schema: state.schema, plugins: [plugin] }))
    return made
  }
  return plugin
}
