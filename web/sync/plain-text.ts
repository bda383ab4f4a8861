import { yXmlFragmentToProseMirrorRootNode } from '@tiptap/y-tiptap'
import * as Y from 'yjs'
import { schema } from '../../shared/document/schema.ts'
import { textField } from '../../shared/document/text-field.ts'

/** The words of a document, a block a line, for when they must be carried away by hand. */
export function plainText(doc: Y.Doc): string {
  // a copy is read, since reading drops from the document what its schema does not know
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  const root = yXmlFragmentToProseMirrorRootNode(copy.getXmlFragment(textField), schema)
  return root.textBetween(0, root.content.size, '\n', (leaf) =>
    String(leaf.attrs.latex ?? leaf.attrs.alt ?? ''),
  )
}
