import { prosemirrorJSONToYDoc, updateYFragment, yXmlFragmentToProseMirrorRootNode } from '@tiptap/y-tiptap'
import { EditorState } from '@tiptap/pm/state'
import type { Node } from '@tiptap/pm/model'
import * as Y from 'yjs'
import { anchorOf, placeOf, type TextAnchor } from '../../../shared/anchors/anchors.ts'
import { schema } from '../../../shared/document/schema.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { layOutText } from '../../../shared/document/text-layout.ts'

export const paragraph = (text: string) => ({
  type: 'paragraph',
  content: text ? [{ type: 'text', text }] : [],
})
export const resourceOf = (...blocks: object[]) =>
  prosemirrorJSONToYDoc(schema, { type: 'doc', content: blocks }, textField)
export const layout = (doc: Y.Doc) => layOutText(doc.getXmlFragment(textField))
export const show = (doc: Y.Doc) => yXmlFragmentToProseMirrorRootNode(doc.getXmlFragment(textField), schema)

/** Anchors the first place where `words` stand within one block. */
export function anchorOn(doc: Y.Doc, words: string): TextAnchor {
  let from = -1
  show(doc).descendants((node, at) => {
    const index = node.isText ? node.text!.indexOf(words) : -1
    if (from < 0 && index >= 0) from = at + index
  })
  return anchorOf(layout(doc), 'document', { from, to: from + words.length })!
}

export function textAt(doc: Y.Doc, anchor: TextAnchor): string | null {
  const place = placeOf(layout(doc), anchor)
  return place && show(doc).textBetween(place.from, place.to, '\n')
}

/** An edit as the editor makes it: a ProseMirror step, written to Yjs by y-tiptap. */
export function edit(doc: Y.Doc, change: (state: EditorState) => { doc: Node }): void {
  const state = EditorState.create({ doc: show(doc) })
  const meta = { mapping: new Map(), isOMark: new Map() }
  updateYFragment(doc, doc.getXmlFragment(textField), change(state).doc, meta)
}

export function sync(one: Y.Doc, other: Y.Doc): void {
  Y.applyUpdate(one, Y.encodeStateAsUpdate(other))
  Y.applyUpdate(other, Y.encodeStateAsUpdate(one))
}
export function copy(doc: Y.Doc): Y.Doc {
  const made = new Y.Doc()
  sync(made, doc)
  return made
}

/** Undo for each of these copies of a text, of what was done under its index as origin, edit by edit. */
export const undosOf = (docs: Y.Doc[]): Y.UndoManager[] =>
  docs.map(
    (doc, index) =>
      new Y.UndoManager(doc.getXmlFragment(textField), {
        trackedOrigins: new Set([index]),
        captureTimeout: 0,
      }),
  )
