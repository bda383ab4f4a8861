import * as Y from 'yjs'
import { sql } from 'drizzle-orm'
import { textField } from '../../shared/document/text-field.ts'
import { layOutText } from '../../shared/document/text-layout.ts'
import type { Database } from '../db/database.ts'
import { convert } from '../jobs/convert.ts'
import { isObject, type Task } from '../jobs/task.ts'
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

/** The heads of the logs of a project's documents. */
async function heads(db: Database, projectId: string): Promise<{ id: string; seq: number }[]> {
  const { rows } = await db.execute<{ id: string; seq: string }>(sql`
    select document.id, greatest(
      (select max(seq) from document_updates logged where logged.document_id = document.id),
      (select seq from document_bases base where base.document_id = document.id),
      0
    ) as seq
    from documents document
    join resources resource on resource.id = document.id
    where resource.project_id = ${projectId} and resource.removed_at is null`)
  return rows.map(({ id, seq }) => ({ id, seq: Number(seq) }))
}

/** How documents are searched. */
export const documentSearch: ResourceKind['search'] = {
  heads,
  async words({ read, converter, by }, documentId) {
    const state = await read(documentId)
    return convert(converter, plainTextTask, plainTextOfState, state, state.length, by)
  },
}
