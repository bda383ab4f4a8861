import { Extension, type AnyExtension, type Content, type Editor } from '@tiptap/core'
import { Collaboration } from '@tiptap/extension-collaboration'
import { fixTables } from '@tiptap/pm/tables'
import type { Node } from '@tiptap/pm/model'
import { EditorState } from '@tiptap/pm/state'
import { initProseMirrorDoc } from '@tiptap/y-tiptap'
import type * as Y from 'yjs'
import { textField } from '../../shared/document/text-field.ts'
import { nodeSearch } from './node-search.ts'

/**
 * Binds the editor to the shared text. The editor begins with that text: y-tiptap, when it is not told what the editor
 * shows, draws the whole text anew each time that a plugin is added, and there are several.
 */
export function sharedText(doc: Y.Doc): AnyExtension[] {
  const shown: Map<Y.AbstractType<unknown>, Node | Node[]> = new Map()
  const BeginWithText = Extension.create({
    name: 'beginWithText',
    onBeforeCreate() {
      const { editor } = this
      const text = initProseMirrorDoc(doc.getXmlFragment(textField), editor.schema)
      shown.clear()
      for (const [type, node] of text.mapping) shown.set(type, node)
      // which its type does not say, though it takes a node; an empty text has the paragraph that every editor begins with
      if (text.doc.childCount > 0) editor.options.content = text.doc as unknown as Content
      drawWithPlugins(editor)
      drawOnce(editor)
    },
    onCreate() {
      const { editor } = this
      editor.options.content = null
      const mended = editor.isEditable && fixTables(editor.state)
      if (mended) editor.view.dispatch(mended.setMeta('addToHistory', false))
    },
  })
  return [
    Collaboration.configure({ document: doc, field: textField, ySyncOptions: { mapping: shown } }),
    BeginWithText,
  ]
}

/**
 * Tiptap draws the whole text before the editor has its plugins, and anew with them. The first time it is given an empty
 * text, which turns into the whole one as the plugins come.
 */
function drawWithPlugins(editor: Editor): void {
  const inside = editor as unknown as { createView(element: unknown): void; editorState: EditorState }
  const createView = inside.createView.bind(editor)
  inside.createView = (element) => {
    const whole = inside.editorState
    const empty = EditorState.create({ schema: whole.schema })
    empty.reconfigure = (config) => whole.reconfigure(config)
    inside.editorState = empty
    createView(element)
  }
}

/**
 * Tiptap's React part draws all nodes a second time as soon as it stands in the page, for those that React draws. A
 * text without any of them, which is a picture of ours, stays as it was drawn.
 */
function drawOnce(editor: Editor): void {
  const drawAnew = editor.createNodeViews.bind(editor)
  let isFirst = true
  editor.createNodeViews = () => {
    if (!isFirst || hasPicture(editor.state.doc)) drawAnew()
    isFirst = false
  }
}

const hasPicture = nodeSearch('imageFile')
