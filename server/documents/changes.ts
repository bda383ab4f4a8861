import { setImmediate as giveWay } from 'node:timers/promises'
import { and, desc, eq, gt } from 'drizzle-orm'
import * as Y from 'yjs'
import type { DocumentChanges } from '../../shared/documents.ts'
import type { Queries } from '../db/database.ts'
import { decodeChunk, type LoggedUpdate } from './history-chunk.ts'
import { documentHistory, documentUpdates } from './tables.ts'

/** Others are served in between: so many updates are read in about ten milliseconds. */
const readAtOnce = 1_000

/** What others than `userId` changed in a document after `since`, from the log and what was folded of it. */
export async function changesSince(
  db: Queries,
  documentId: string,
  userId: string,
  since: Date,
): Promise<DocumentChanges> {
  const changes = gatherChanges()
  const take = async (updates: LoggedUpdate[]) => {
    for (let start = 0; start < updates.length; start += readAtOnce) {
      for (const { userId: author, at, update } of updates.slice(start, start + readAtOnce)) {
        if (author !== userId && at > since.getTime()) changes.add(update)
      }
      // oxlint-disable-next-line no-await-in-loop -- that is what it is for
      await giveWay()
    }
  }
  // the log before the history: what is folded in between is met twice, and none is missed
  const logged = await db
    .select()
    .from(documentUpdates)
    .where(and(eq(documentUpdates.documentId, documentId), gt(documentUpdates.at, since)))
  await take(logged.map((row) => ({ ...row, at: row.at.getTime() })))
  for await (const folded of latestFirst(db, documentId)) {
    await take(folded)
    if (folded[0]!.at <= since.getTime()) break
  }
  return changes.all()
}

/** What was folded of a log, chunk by chunk. */
async function* latestFirst(db: Queries, documentId: string): AsyncGenerator<LoggedUpdate[]> {
  const ofDocument = eq(documentHistory.documentId, documentId)
  const chunks = await db
    .select({ fromSeq: documentHistory.fromSeq })
    .from(documentHistory)
    .where(ofDocument)
    .orderBy(desc(documentHistory.fromSeq))
  for (const { fromSeq } of chunks) {
    // oxlint-disable-next-line no-await-in-loop -- one at a time in memory
    const [row] = await db
      .select({ chunk: documentHistory.chunk })
      .from(documentHistory)
      .where(and(ofDocument, eq(documentHistory.fromSeq, fromSeq)))
    yield decodeChunk(row!.chunk)
  }
}

/** Collects what updates of a document do. */
export function gatherChanges() {
  const written = new Map<number, number>()
  const removals: ReturnType<typeof Y.decodeUpdate>['ds'][] = []
  return {
    add(update: Uint8Array): void {
      const { structs, ds } = Y.decodeUpdate(update)
      for (const { id, constructor } of structs) {
        // a gap, where the update leaves out what others have
        if (constructor === Y.Skip) continue
        written.set(id.client, Math.min(id.clock, written.get(id.client) ?? Infinity))
      }
      if (ds.clients.size > 0) removals.push(ds)
    },
    all(): DocumentChanges {
      const removed = [...Y.mergeDeleteSets(removals).clients].flatMap(([client, ranges]) =>
        ranges.map(({ clock, len }) => ({ client, clock, length: len })),
      )
      return { written: [...written].map(([client, from]) => ({ client, from })), removed }
    },
  }
}
