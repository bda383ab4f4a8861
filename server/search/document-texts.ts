import { sql } from 'drizzle-orm'
import * as Y from 'yjs'
import { textField } from '../../shared/document/text-field.ts'
import { layOutText } from '../../shared/document/text-layout.ts'
import { foldWidth } from '../../shared/folded-words.ts'
import type { Database } from '../db/database.ts'
import { isObject, type Task } from '../jobs/task.ts'
import type { Rooms } from '../rooms/ports.ts'
import { documentTexts } from './tables.ts'

/** A document's words, and the same in one width; null when there is no difference. */
interface Words {
  text: string
  folded: string | null
}

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
  const text = layout.words().between(0, layout.size)
  const folded = foldWidth(text)
  return { text, folded: folded === text ? null : folded }
}

/**
 * Brings the plain text of a project's documents up to their logs. Costs one look at the heads of the logs, and a
 * reading of each document that was written in since the last search.
 */
export async function refreshTexts(
  database: Database,
  read: Rooms['read'],
  projectId: string,
  convertText: (state: Uint8Array) => Promise<Words>,
): Promise<void> {
  const { rows } = await database.$client.query<{ id: string; seq: string }>(staleStatement, [projectId])
  for (const { id: documentId, seq } of rows) {
    // oxlint-disable-next-line no-await-in-loop -- one text in memory at a time
    const { text, folded } = await convertText(await read(documentId))
    // what was committed while it was read is in the text already; the next search looks once more
    // oxlint-disable-next-line no-await-in-loop
    await database
      .insert(documentTexts)
      .values({ documentId, seq: Number(seq), text, folded })
      .onConflictDoUpdate({
        target: documentTexts.documentId,
        set: { seq: sql`excluded.seq`, text: sql`excluded.text`, folded: sql`excluded.folded` },
        setWhere: sql`${documentTexts.seq} < excluded.seq`,
      })
  }
}

const staleStatement = `
  select document.id, head.seq
  from documents document
  join resources resource on resource.id = document.id
  cross join lateral (
    select greatest(
      (select max(seq) from document_updates logged where logged.document_id = document.id),
      (select seq from document_bases base where base.document_id = document.id),
      0
    ) as seq
  ) head
  left join document_texts kept on kept.document_id = document.id
  where resource.project_id = $1 and resource.removed_at is null
    and (kept.seq is null or kept.seq < head.seq)`
