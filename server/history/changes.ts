import { and, asc, desc, eq, gt, isNull, lte, sql } from 'drizzle-orm'
import * as Y from 'yjs'
import type { DocumentChanges } from '../../shared/documents.ts'
import { Refusal } from '../../shared/errors.ts'
import type { Queries } from '../db/database.ts'
import { isObject, type Task } from '../conversions/task.ts'
import { decodeChunk, timeRange, type LoggedUpdate } from './chunk.ts'
import { documentHistory, documentUpdates } from './tables.ts'

/** A stretch of a log, as rows or as what was folded of it, and whose changes since when are left out. */
interface Stretch {
  updates: LoggedUpdate[] | Uint8Array
  userId: string
  /** Milliseconds since 1970. */
  since: number
}

/** What others changed in a stretch, and from when to when it is; null for an empty one. */
type StretchChanges = DocumentChanges & { range: { firstAt: Date; lastAt: Date } | null }

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
  return { ...changes.all(), range: logged.length > 0 ? timeRange(logged) : null }
}

/** About so many bytes of a log are read at a time, held, and gone through in a converter. */
const partBytes = 4_194_304
/** Rows whose sizes are looked at, to see how many make such a part. */
const rowsAtOnce = 2_000
/** A row of the log besides its update, in bytes. */
const besideUpdate = 50
/** So many ranges of removed words are told, and held meanwhile: to mark more would mark most of a text. */
const mostRemoved = 50_000

interface Ways {
  /** Waits until so many bytes may be read, and charges them. */
  charge(bytes: number): Promise<unknown>
  /** Gathers a stretch of so many bytes. */
  read(stretch: Stretch, bytes: number): Promise<StretchChanges>
}

/**
 * What others than `userId` changed in a document after `since`, from the log and what was folded of it, part by part.
 * @throws Refusal `too_much_removed` when that is in more places than are told
 */
export async function changesSince(
  db: Queries,
  documentId: string,
  userId: string,
  since: Date,
  { charge, read }: Ways,
): Promise<DocumentChanges> {
  const known = { userId, since: since.getTime() }
  const written = new Map<number, number>()
  let removed: Removed = []
  const take = (changes: StretchChanges) => {
    for (const { client, from } of changes.written) {
      written.set(client, Math.min(from, written.get(client) ?? Infinity))
    }
    const isMuch = changes.removed.length > mostRemoved
    if (!isMuch) removed = ofBefore(joined([...removed, ...changes.removed]), written)
    if (isMuch || removed.length > mostRemoved) throw new Refusal('too_much_removed', { limit: mostRemoved })
  }
  // the log before the history: what is folded in between is met twice, and none is missed
  for (let after: number | null = -1; after !== null;) {
    const part: LogPart | null = await nextPart(db, documentId, since, after)
    if (!part) break
    await charge(part.bytes)
    const updates = await readPart(db, documentId, since, after, part.upTo)
    take(await read({ ...known, updates }, part.bytes))
    after = part.isLast ? null : part.upTo
  }
  // of chunks whose range is not known, those before the one that `since` is in are of an earlier time
  let isBefore = false
  for (const { fromSeq, bytes, firstAt, lastAt } of await chunksOf(db, documentId)) {
    if (firstAt && firstAt <= since) isBefore = true
    if (lastAt ? lastAt <= since : isBefore) continue
    await charge(bytes)
    const chunk = await readChunk(db, documentId, fromSeq)
    if (!chunk) continue
    // what a chunk holds unpacked is not known before: never little
    const changes = await read({ ...known, updates: chunk }, Infinity)
    take(changes)
    const { range } = changes
    // what is read is told also where nothing can be written, as on a full disk
    if (range && !lastAt) await noteRange(db, documentId, fromSeq, range).catch(() => {})
    if (range && range.firstAt <= since) isBefore = true
  }
  return { written: writtenFrom(written), removed }
}

type Removed = DocumentChanges['removed']

const writtenFrom = (written: ReadonlyMap<number, number>): DocumentChanges['written'] =>
  [...written].map(([client, from]) => ({ client, from }))

/** Without what was written within the changes as well: nobody who was away has ever seen that. */
function ofBefore(removed: Removed, written: ReadonlyMap<number, number>): Removed {
  const before: Removed = []
  for (const { client, clock, length } of removed) {
    const left = Math.min(length, (written.get(client) ?? Infinity) - clock)
    if (left > 0) before.push({ client, clock, length: left })
  }
  return before
}

/** Ranges of several parts as those of one: ascending for each client, none touching another. */
function joined(ranges: Removed): Removed {
  const all: Removed = []
  for (const range of ranges.toSorted((a, b) => a.client - b.client || a.clock - b.clock)) {
    const last = all.at(-1)
    if (last?.client === range.client && last.clock + last.length >= range.clock) {
      last.length = Math.max(last.length, range.clock + range.length - last.clock)
    } else all.push({ ...range })
  }
  return all
}

/** What a range is as JSON, about (bytes). */
export const rangeBytes = 50
const rangesAtOnce = 1_000

/** The same as JSON, some ranges at a time. */
export function* changesAsJson({ written, removed }: DocumentChanges): Generator<string, void> {
  yield `{"written":${JSON.stringify(written)},"removed":[`
  for (let from = 0; from < removed.length; from += rangesAtOnce) {
    const some = JSON.stringify(removed.slice(from, from + rangesAtOnce)).slice(1, -1)
    yield (from > 0 ? ',' : '') + some
  }
  yield ']}'
}

interface LogPart {
  upTo: number
  bytes: number
  isLast: boolean
}

const loggedSince = (documentId: string, since: Date, after: number) =>
  and(
    eq(documentUpdates.documentId, documentId),
    gt(documentUpdates.at, since),
    gt(documentUpdates.seq, after),
  )

/** How far the log may be read at one go behind `after`; null when there is no more. */
async function nextPart(
  db: Queries,
  documentId: string,
  since: Date,
  after: number,
): Promise<LogPart | null> {
  const rows = await db
    .select({
      seq: documentUpdates.seq,
      bytes: sql`octet_length(${documentUpdates.update})`.mapWith(Number),
    })
    .from(documentUpdates)
    .where(loggedSince(documentId, since, after))
    .orderBy(asc(documentUpdates.seq))
    .limit(rowsAtOnce)
  let bytes = 0
  for (const [index, row] of rows.entries()) {
    bytes += row.bytes + besideUpdate
    const isEnd = index === rows.length - 1
    if (bytes < partBytes && !isEnd) continue
    return { upTo: row.seq, bytes, isLast: isEnd && rows.length < rowsAtOnce }
  }
  return null
}

async function readPart(db: Queries, documentId: string, since: Date, after: number, upTo: number) {
  const rows = await db
    .select()
    .from(documentUpdates)
    .where(and(loggedSince(documentId, since, after), lte(documentUpdates.seq, upTo)))
    .orderBy(asc(documentUpdates.seq))
  return rows.map(({ seq, userId, at, update }) => ({ seq, userId, at: at.getTime(), update }))
}

/** What was folded of a log, in chunks, the latest first, without what is in them. */
const chunksOf = (db: Queries, documentId: string) =>
  db
    .select({
      fromSeq: documentHistory.fromSeq,
      firstAt: documentHistory.firstAt,
      lastAt: documentHistory.lastAt,
      bytes: sql`octet_length(${documentHistory.chunk})`.mapWith(Number),
    })
    .from(documentHistory)
    .where(eq(documentHistory.documentId, documentId))
    .orderBy(desc(documentHistory.fromSeq))

/** Keeps the range of a chunk of before ranges were kept: next time it is unpacked only if it has to be. */
async function noteRange(
  db: Queries,
  documentId: string,
  fromSeq: number,
  range: { firstAt: Date; lastAt: Date },
): Promise<void> {
  const isThis = and(eq(documentHistory.documentId, documentId), eq(documentHistory.fromSeq, fromSeq))
  await db
    .update(documentHistory)
    .set(range)
    .where(and(isThis, isNull(documentHistory.lastAt)))
}

/** Undefined when it was discarded meanwhile. */
async function readChunk(db: Queries, documentId: string, fromSeq: number): Promise<Uint8Array | undefined> {
  const [row] = await db
    .select({ chunk: documentHistory.chunk })
    .from(documentHistory)
    .where(and(eq(documentHistory.documentId, documentId), eq(documentHistory.fromSeq, fromSeq)))
  return row?.chunk
}

/** Collects what updates of a document do to what was there before them. */
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
      return { written: writtenFrom(written), removed: ofBefore(removed, written) }
    },
  }
}
