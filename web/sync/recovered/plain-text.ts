import type * as Y from 'yjs'
import { readText } from '../../../shared/document/read-text.ts'
import { schema } from '../../../shared/document/schema.ts'
import { textField } from '../../../shared/document/text-field.ts'

/** The words of a document, a block a line, for when they must be carried away by hand. */
export function plainText(doc: Y.Doc): string {
  const root = readText(doc.getXmlFragment(textField), schema)
  return root.textBetween(0, root.content.size, '\n', (leaf) =>
    String(leaf.attrs.latex ?? leaf.attrs.alt ?? ''),
  )
}
