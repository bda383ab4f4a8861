import * as Y from 'yjs'
import { textField } from '../../shared/document/text-field.ts'
import { layOutText } from '../../shared/document/text-layout.ts'
import { textHeads } from '../history/history.ts'
import { convert } from '../conversions/convert.ts'
import { isObject, type Task } from '../conversions/task.ts'
import { wordsOf, type ResourceKind, type Words } from '../resources/kinds.ts'

export const plainTextTask: Task<Uint8Array, Words> = {
  name: 'plain text',
  kind: 'quick',
  isOutput: isObject,
}

/** The words of a document's state, with a line break between blocks. */
export function plainTextOfState(state: Uint8Array): Words {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, state)
  const layout = layOutText(doc.getXmlFragment(textField))
  return wordsOf(layout.words().between(0, layout.size))
}

/** How documents are searched. */
export const documentSearch: ResourceKind['search'] = {
  heads: textHeads,
  async words({ read, converter, by }, documentId) {
    const state = await read(documentId)
    return convert(converter, plainTextTask, plainTextOfState, state, state.length, by)
  },
}
