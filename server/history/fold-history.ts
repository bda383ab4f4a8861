import { and, eq, lte } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import type { TrailActor } from '../../shared/trail.ts'
import type { Database } from '../db/database.ts'
import { resources } from '../resources/tables.ts'
import type { Log } from '../rooms/ports.ts'
import { appendTrail } from '../trail/append.ts'
import { baseChecksum } from './base-checksum.ts'
import { documentHistoryBytes, historyBytes } from './history-budget.ts'
import { encodeChunk, timeRange } from './chunk.ts'
import { documentBases, documentHistory, documents } from './tables.ts'

/**
 * Gives up who wrote what and when in a project's texts, to make room: each document's history becomes one chunk that
 * holds the text as its base has it, so that a damaged base can still be read anew. Texts, versions and what was
 * signed stay as they are. Each document's stands in the trail, in the transaction that gives it up, so whoever may not
 * do it any more by then gives up no more. Returns the bytes that the history took before and takes now.
 * @throws Refusal `storage_failed` when a base does not match its checksum: then its history is all that is left
 */
export async function foldHistory(
  database: Database,
  compact: Log['compact'],
  projectId: string,
  actor: TrailActor,
): Promise<{ before: number; after: number }> {
  const before = await historyBytes(database, projectId)
  const rows = await database
    .select({ id: documents.id })
    .from(documents)
    .innerJoin(resources, eq(resources.id, documents.id))
    .where(eq(resources.projectId, projectId))
  for (const { id } of rows) {
    await compact(id)
    await foldOne(database, projectId, id, actor)
  }
  return { before, after: await historyBytes(database, projectId) }
}

async function foldOne(
  database: Database,
  projectId: string,
  documentId: string,
  actor: TrailActor,
): Promise<void> {
  const [base] = await database.select().from(documentBases).where(eq(documentBases.documentId, documentId))
  if (!base) return
  if (baseChecksum(base) !== base.sha256) throw new Refusal('storage_failed')
  // nobody's and of no time: it says nothing new to anybody
  const updates = [{ seq: base.seq, userId: '', at: 0, update: base.state }]
  const chunk = await encodeChunk(updates)
  await database.transaction(async (tx) => {
    const [now] = await tx
      .select({ seq: documentBases.seq })
      .from(documentBases)
      .where(eq(documentBases.documentId, documentId))
      .for('update')
    // somebody folded the log meanwhile: what is there now is newer than what was read
    if (now?.seq !== base.seq) return
    const ofDocument = eq(documentHistory.documentId, documentId)
    const [same] = await tx
      .select({ toSeq: documentHistory.toSeq })
      .from(documentHistory)
      .where(and(ofDocument, eq(documentHistory.toSeq, base.seq), eq(documentHistory.chunk, chunk)))
    // given up before, and nothing was written since
    if (same) return
    const before = await documentHistoryBytes(tx, documentId)
    await tx.delete(documentHistory).where(and(ofDocument, lte(documentHistory.toSeq, base.seq)))
    const range = timeRange(updates)
    await tx
      .insert(documentHistory)
      .values({ documentId, fromSeq: 1, toSeq: base.seq, updates: 1, chunk, ...range })
    const after = await documentHistoryBytes(tx, documentId)
    await appendTrail(tx, projectId, [
      {
        actor,
        action: 'history.folded',
        subject: { document: { id: documentId } },
        details: { before, after },
      },
    ])
  })
}
