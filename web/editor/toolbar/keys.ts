import { Extension, type Editor } from '@tiptap/core'
import { Selection, TextSelection } from '@tiptap/pm/state'
import { observable } from '../../sync/observable.ts'

/** What is open over the text; each is opened by a key or a button and closed by Esc. */
export const findOpen = observable(false)
export const linkOpen = observable(false)

/** How often it was asked to find something: each time the field of what is open has the focus again. */
export const findAsked = observable(0)

/** Opens the bar that finds, or goes to its field. */
export function askToFind(): void {
  findOpen.set(true)
  findAsked.set(findAsked.get() + 1)
}

/**
 * Takes the caret, or with `extends` the end of the selection, to an end of the text. A browser may take it to a place in
 * the page that is of no text, beside a table, and what is typed there is of none either.
 */
function goTo(end: 'start' | 'end', { extends: isExtending = false } = {}) {
  return ({ editor }: { editor: Editor }): boolean => {
    const { state, view } = editor
    const found = end === 'start' ? Selection.atStart(state.doc) : Selection.atEnd(state.doc)
    const selection = isExtending ? TextSelection.between(state.selection.$anchor, found.$head) : found
    view.dispatch(state.tr.setSelection(selection).scrollIntoView())
    return true
  }
}

/** The editor's own keys, besides those that Tiptap brings. */
export const EditorKeys = Extension.create({
  name: 'editorKeys',
  addKeyboardShortcuts: () => ({
    'Mod-f': () => {
      askToFind()
      return true
    },
    'Ctrl-End': goTo('end'),
    'Ctrl-Home': goTo('start'),
    'Ctrl-Shift-End': goTo('end', { extends: true }),
    'Ctrl-Shift-Home': goTo('start', { extends: true }),
    // the same on a Mac
    'Meta-ArrowDown': goTo('end'),
    'Meta-ArrowUp': goTo('start'),
    'Meta-Shift-ArrowDown': goTo('end', { extends: true }),
    'Meta-Shift-ArrowUp': goTo('start', { extends: true }),
    'Mod-Shift-k': () => {
      linkOpen.set(true)
      return true
    },
  }),
})

/** What keys do in the text when nothing in it has a use for them. */
export const TextKeys = Extension.create({
  name: 'textKeys',
  // behind lists, tables, code and menus
  priority: 1,
  addKeyboardShortcuts: () => ({
    // the browser would go to a check box further down, and what is typed next be lost; Shift Tab leaves the text
    Tab: () => true,
    Escape: () => {
      const isOpen = findOpen.get()
      findOpen.set(false)
      return isOpen
    },
  }),
})
