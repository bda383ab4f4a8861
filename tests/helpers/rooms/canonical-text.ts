import { yXmlFragmentToProsemirrorJSON } from '@tiptap/y-tiptap'
import canonicalize from 'canonicalize'
import * as Y from 'yjs'
import { textField } from '../../../shared/document/text-field.ts'

/** What a document says, whatever its bytes are: its editor JSON in the canonical form of RFC 8785. */
export const canonicalText = (doc: Y.Doc): string =>
  canonicalize(yXmlFragmentToProsemirrorJSON(doc.getXmlFragment(textField)))!

export function canonicalTextOf(update: Uint8Array): string {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, update)
  return canonicalText(doc)
}
