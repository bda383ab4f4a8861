import { Extension } from '@tiptap/core'
import { Plugin } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'

/**
 * Takes the place of the browser's own undo, which is asked for in its menu, by shaking a phone, or by Ctrl+Z while the
 * focus is beside the text. It knows nothing of what others wrote since, nor of a text that was restored: it would take
 * away letters that were never meant, and they would be read as deleted by this person.
 */
export const BrowserUndo = Extension.create({
  name: 'browserUndo',
  addProseMirrorPlugins() {
    const { editor } = this
    const beforeinput = (_view: EditorView, event: InputEvent) => {
      const { inputType } = event
      if (inputType !== 'historyUndo' && inputType !== 'historyRedo') return false
      event.preventDefault()
      return inputType === 'historyUndo' ? editor.commands.undo() : editor.commands.redo()
    }
    return [new Plugin({ props: { handleDOMEvents: { beforeinput } } })]
  },
})
