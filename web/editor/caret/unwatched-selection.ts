import { Extension } from '@tiptap/core'

/**
 * Keeps React from noting the selection in the text. At each of its commits React does so for whatever has the focus
 * and says that it is editable (`getSelectionInformation` in react-dom), by walking all of its nodes; several commits
 * come with each key, and in a hundred pages each walk takes milliseconds. The text is ProseMirror's, which keeps its
 * selection by itself, so towards scripts its element says that it inherits being editable. Nothing is different for
 * the browser, which asks the attribute.
 */
export const UnwatchedSelection = Extension.create({
  name: 'unwatchedSelection',
  onCreate() {
    const { get, set } = Object.getOwnPropertyDescriptor(HTMLElement.prototype, 'contentEditable')!
    Object.defineProperty(this.editor.view.dom, 'contentEditable', {
      configurable: true,
      get(this: HTMLElement) {
        const said = get!.call(this) as string
        return said === 'true' ? 'inherit' : said
      },
      set(this: HTMLElement, value: string) {
        set!.call(this, value)
      },
    })
  },
})
