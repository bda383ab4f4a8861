import { Extension } from '@tiptap/core'
import { observable } from '../sync/observable.ts'

/** What is open over the text; each is opened by a key or a button and closed by Esc. */
export const findOpen = observable(false)
export const linkOpen = observable(false)

/** The editor's own keys, besides those that Tiptap brings. */
export const EditorKeys = Extension.create({
  name: 'editorKeys',
  addKeyboardShortcuts: () => ({
    'Mod-f': () => {
      findOpen.set(true)
      return true
    },
    'Mod-Shift-k': () => {
      linkOpen.set(true)
      return true
    },
  }),
})
