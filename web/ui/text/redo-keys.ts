import { Extension } from '@tiptap/core'

/**
 * Shift Mod Z is redo, also when there is nothing to be done again. With Caps Lock the key says `z`, and whoever looks keys
 * up tries it without Shift when nothing was done: it would undo.
 */
export const RedoKeys = Extension.create({
  name: 'redoKeys',
  priority: 1_100,
  addKeyboardShortcuts: () => ({
    'Shift-Mod-z': ({ editor }) => {
      editor.commands.redo()
      return true
    },
  }),
})
