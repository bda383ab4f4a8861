/* oxlint-disable unicorn/require-post-message-target-origin -- a thread's port, not a window */
import { parentPort, workerData } from 'node:worker_threads'
import pg from 'pg'
import * as Y from 'yjs'
import { textField } from '../../shared/document/text-field.ts'
import type { Base } from '../rooms/ports.ts'
import { baseChecksum } from './base-checksum.ts'
import { decodeChunk, encodeChunk, timeRange, type LoggedUpdate } from './chunk.ts'

/**
 * Folds the logs of documents, one after another, in a thread and on a connection of its own (rule 7): replays
 * base and log in one transaction, proves the new base against what was replayed, and only then moves the log's
 * rows into a compressed chunk of history. Answers each document's id with null, or with what went wrong.
 */

/** So many updates are folded at once; a longer log takes several rounds. */
const mostUpdates = 50_000

let client: pg.Client | null = null
let last: Promise<unknown> = Promise.resolve()

parentPort!.on('message', (documentId: string) => {
  last = last
    .then(() => compact(documentId))
    .then(
      () => parentPort!.postMessage({ documentId, failure: null }),
      (failure: unknown) => {
        void client?.end().catch(() => {})
        client = null
        parentPort!.postMessage({ documentId, failure: String(failure) })
      },
    )
})

async function compact(documentId: string): Promise<void> {
  const db = (client ??= await connect())
  while ((await fold(db, documentId)) === mostUpdates);
}

async function connect(): Promise<pg.Client> {
  const opened = new pg.Client(workerData as pg.ClientConfig)
  opened.on('error', () => (client = null))
  await opened.connect()
  return opened
}

/** Folds the oldest of a document's log; returns how many updates that were. */
async function fold(db: pg.Client, documentId: string): Promise<number> {
  const base = await readBase(db, documentId)
  const updates = await readUpdates(db, documentId, base.seq)
  const newest = updates.at(-1)
  if (!newest) return 0
  const doc = replay([...base.states, ...updates.map(({ update }) => update)])
  const state = Y.encodeStateAsUpdate(doc)
  const vector = Y.encodeStateVector(doc)
  const deletions = deletionsOf(doc, vector)
  prove(doc, state)
  await db.query('begin')
  try {
    const { rowCount: replaced } = await db.query(
      `insert into document_bases (document_id, seq, state, vector, deletions, sha256) values ($1, $2, $3, $4, $5, $6)
       on conflict (document_id) do update
       set seq = $2, state = $3, vector = $4, deletions = $5, sha256 = $6, at = now()
       where document_bases.seq = $7`,
      [
        documentId,
        newest.seq,
        ...[state, vector, deletions].map((bytes) => Buffer.from(bytes)),
        baseChecksum({ state, vector, deletions }),
        base.seq,
      ],
    )
    if (replaced !== 1) throw new Error('another process folded this log')
    const chunk = await encodeChunk(updates)
    const { firstAt, lastAt } = timeRange(updates)
    await db.query(
      `insert into document_history (document_id, from_seq, to_seq, updates, chunk, first_at, last_at)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [documentId, updates[0]!.seq, newest.seq, updates.length, chunk, firstAt, lastAt],
    )
    const { rowCount: cut } = await db.query(
      'delete from document_updates where document_id = $1 and seq > $2 and seq <= $3',
      [documentId, base.seq, newest.seq],
    )
    if (cut !== updates.length)
      throw new Error(`${cut} rows would be cut where ${updates.length} were folded`)
    await db.query('commit')
  } catch (failure) {
    await db.query('rollback')
    throw failure
  }
  return updates.length
}

/** The base, or where its checksum fails, everything that was ever folded into it. */
async function readBase(db: pg.Client, documentId: string): Promise<{ seq: number; states: Uint8Array[] }> {
  const { rows } = await db.query<{ seq: string; sha256: string } & Record<keyof Base, Buffer>>(
    'select seq, state, vector, deletions, sha256 from document_bases where document_id = $1',
    [documentId],
  )
  const base = rows[0]
  if (!base) return { seq: 0, states: [] }
  const seq = Number(base.seq)
  if (baseChecksum(base) === base.sha256) return { seq, states: [base.state] }
  const { rows: chunks } = await db.query<{ chunk: Buffer }>(
    'select chunk from document_history where document_id = $1 order by from_seq',
    [documentId],
  )
  return { seq, states: chunks.flatMap(({ chunk }) => decodeChunk(chunk).map(({ update }) => update)) }
}

async function readUpdates(db: pg.Client, documentId: string, after: number): Promise<LoggedUpdate[]> {
  const { rows } = await db.query<{ seq: string; user_id: string | null; update: Buffer; at: Date }>(
    'select seq, user_id, update, at from document_updates where document_id = $1 and seq > $2 order by seq limit $3',
    [documentId, after, mostUpdates],
  )
  return rows.map(({ seq, user_id, update, at }) => ({
    seq: Number(seq),
    userId: user_id,
    at: at.getTime(),
    update,
  }))
}

function replay(updates: Uint8Array[]): Y.Doc {
  const doc = new Y.Doc()
  doc.getXmlFragment(textField)
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update)
  })
  return doc
}

/** The new base, read as any client would read it, is what the log says: the same text, clocks and deletions. */
function prove(doc: Y.Doc, state: Uint8Array): void {
  const read = replay([state])
  const isSame =
    doc.store.pendingStructs === null &&
    read.store.pendingStructs === null &&
    Buffer.compare(Y.encodeStateVector(doc), Y.encodeStateVector(read)) === 0 &&
    Y.equalDeleteSets(
      Y.createDeleteSetFromStructStore(doc.store),
      Y.createDeleteSetFromStructStore(read.store),
    ) &&
    saidBy(doc) === saidBy(read)
  if (!isSame) throw new Error('the new base does not hold what the log holds')
}

/** What the text says, in its order. One that cannot be written down, as it came to be before there was a gate, by its bytes. */
function saidBy(doc: Y.Doc): string {
  try {
    return doc.getXmlFragment(textField).toString()
  } catch {
    return Buffer.from(Y.encodeStateAsUpdate(doc)).toString('base64')
  }
}

/** The delete set as an update writes it: what an update without structs holds after their count. */
const deletionsOf = (doc: Y.Doc, vector: Uint8Array): Uint8Array =>
  Y.encodeStateAsUpdate(doc, vector).subarray(1)
