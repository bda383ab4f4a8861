import { and, desc, eq, gt } from 'drizzle-orm'
import * as Y from 'yjs'
import type { DocumentChanges } from '../../shared/documents.ts'
import type { Queries } from '../db/database.ts'
import { isObject, type Task } from '../jobs/task.ts'
import { decodeChunk, type LoggedUpdate } from './history-chunk.ts'
import { documentHistory, documentUpdates } from './tables.ts'

/** A stretch of a log, as rows or as what was folded of it, and whose changes since when are left out. */
interface Stretch {
  updates: LoggedUpdate[] | Uint8Array
  userId: string
  /** Milliseconds since 1970. */
  since: number
}

/** What others changed in a stretch, and when it begins. */
type StretchChanges = DocumentChanges & { first: number | null }

export const changesTask: Task<Stretch, StretchChanges> = {
  name: 'changes',
  kind: 'quick',
  isOutput: isObject,
}

/** Gathers what others than `userId` changed in a stretch after `since`. */
export function changesIn({ updates, userId, since }: Stretch): StretchChanges {
  const logged = updates instanceof Uint8Array ? decodeChunk(updates) : updates
  const changes = gatherChanges()
  for (const { userId: author, at, update } of logged) {
    if (author !== userId && at > since) changes.add(update)
  }
  return { ...changes.all(), first: logged[0]?.at ?? null }
}

/**
 * What others than `userId` changed in a document after `since`, from the log and what was folded of it. `read` gathers
 * a stretch of so many bytes.
 */
export async function changesSince(
  db: Queries,
  documentId: string,
  userId: string,
  since: Date,
  read: (stretch: Stretch, bytes: number) => Promise<StretchChanges>,
): Promise<DocumentChanges> {
  const known = { userId, since: since.getTime() }
  const written = new Map<number, number>()
  const removed: DocumentChanges['removed'] = []
  const take = (changes: StretchChanges) => {
    for (const { client, from } of changes.written) {
      written.set(client, Math.min(from, written.get(client) ?? Infinity))
    }
    for (const one of changes.removed) removed.push(one)
  }
  // the log before the history: what is folded in between is met twice, and none is missed
  const rows = await db
    .select()
    .from(documentUpdates)
    .where(and(eq(documentUpdates.documentId, documentId), gt(documentUpdates.at, since)))
  const logged = rows.map(({ seq, userId: author, at, update }) => ({
    seq,
    userId: author,
    at: at.getTime(),
    update,
  }))
  const bytes = logged.reduce((sum, { update }) => sum + update.length + 50, 0)
  take(await read({ ...known, updates: logged }, bytes))
  for await (const chunk of latestFirst(db, documentId)) {
    // what a chunk holds unpacked is not known before: never little
    const changes = await read({ ...known, updates: chunk }, Infinity)
    take(changes)
    if (changes.first !== null && changes.first <= since.getTime()) break
  }
  return { written: [...written].map(([client, from]) => ({ client, from })), removed }
}

/** What was folded of a log, chunk by chunk. */
async function* latestFirst(db: Queries, documentId: string): AsyncGenerator<Uint8Array> {
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
    yield row!.chunk
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
