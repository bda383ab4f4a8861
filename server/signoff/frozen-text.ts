import { yXmlFragmentToProseMirrorRootNode } from '@tiptap/y-tiptap'
import * as Y from 'yjs'
import { schema, textField } from '../../shared/document/schema.ts'
import type { FrozenDocument } from '../../shared/signoff.ts'

/** The text of a Yjs state as JSON of the document schema. What the schema does not know is left out. */
export function frozenText(state: Uint8Array): FrozenDocument['content'] {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, state)
  const root = yXmlFragmentToProseMirrorRootNode(doc.getXmlFragment(textField), schema)
  doc.destroy()
  // A hand-made update can hold NaN or undefined in an attribute, which JSON, and so a record, cannot.
  return JSON.parse(JSON.stringify(root.toJSON())) as FrozenDocument['content']
}

/** The SHA-256 of every picture that a content shows, each once. */
export function shownFiles(content: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(content)) for (const node of content) shownFiles(node, found)
  else if (typeof content === 'object' && content !== null) {
    const { type, attrs, content: inner } = content as Record<string, unknown>
    const sha256 = (attrs as { sha256?: unknown } | undefined)?.sha256
    if (type === 'imageFile' && typeof sha256 === 'string') found.add(sha256)
    shownFiles(inner, found)
  }
  return found
}
