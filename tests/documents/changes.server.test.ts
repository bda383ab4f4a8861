import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as Y from 'yjs'
import { textField } from '../../shared/document/text-field.ts'
import type { DocumentChanges } from '../../shared/documents.ts'
import { changesIn, changesSince } from '../../server/history/changes.ts'
import { written as asUpdate } from '../../server/rooms/text/update-parts.ts'
import { postgresLog } from '../../server/history/log.ts'
import { defaultLimits } from '../../shared/limits.ts'
import { documentHistory, documentUpdates } from '../../server/history/tables.ts'
import type { RunningServer } from '../../server/open-server.ts'
import { createDocument, createPerson, join, openRoom, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'

let server: RunningServer
let owner: Person, worker: Person
beforeAll(async () => {
  server = await startServer()
  owner = await createPerson(server.url, 'Lin Yue')
  worker = await createPerson(server.url, '王师傅')
})
afterAll(() => server.close())

const asked = (person: Person, documentId: string, since: string | Date) =>
  person.get<DocumentChanges>(
    `/api/documents/${documentId}/changes?since=${typeof since === 'string' ? since : since.toISOString()}`,
  )

/** A document that two are writing in, the owner's first words in it. */
async function written() {
  const { projectId, documentId } = await createDocument(owner)
  await join(owner, worker, projectId, 'manufacture', 'editor')
  const [mine, theirs] = [openRoom(owner, documentId), openRoom(worker, documentId)]
  const text = (one: { doc: Y.Doc }) =>
    (one.doc.getXmlFragment(textField).get(0) as Y.XmlElement | undefined)?.get(0) as Y.XmlText
  const write = async (one: typeof mine, change: (words: Y.XmlText) => void) => {
    one.doc.transact(() => change(text(one)))
    const vector = Y.encodeStateVector(one.doc)
    const is = async () => {
      const whole = new Y.Doc()
      Y.applyUpdate(whole, await server.rooms.read(documentId))
      const same = (a: Uint8Array, b: Uint8Array) => Buffer.from(a).equals(Buffer.from(b))
      return (
        same(Y.encodeStateVector(whole), vector) && text({ doc: whole }).toString() === text(one).toString()
      )
    }
    await until('the change is in the room', is)
  }
  await until('both are there', () => mine.provider.synced && theirs.provider.synced)
  const paragraph = new Y.XmlElement('paragraph')
  paragraph.insert(0, [new Y.XmlText('wall 2.5 mm')])
  mine.doc.getXmlFragment(textField).insert(0, [paragraph])
  await until('the words are with both', () => text(theirs) instanceof Y.XmlText)
  const leave = () => [mine, theirs].forEach(({ provider }) => provider.destroy())
  return { documentId, mine, theirs, write, leave }
}

/** Sets the commit time of everything that is logged of a document so far. */
const age = (documentId: string, at: Date) =>
  server.database.update(documentUpdates).set({ at }).where(eq(documentUpdates.documentId, documentId))

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000)

test('what others wrote and removed since a moment, of nobody else and from no earlier', async () => {
  const { documentId, mine, theirs, write, leave } = await written()
  await age(documentId, hoursAgo(2))
  await write(theirs, (words) => words.insert(8, ' (!)'))
  await write(theirs, (words) => words.delete(5, 3))
  await write(mine, (words) => words.insert(0, 'my '))
  await server.rooms.read(documentId)

  const news = await asked(owner, documentId, hoursAgo(1))
  expect(news.written).toEqual([{ client: theirs.doc.clientID, from: 0 }])
  expect(news.removed.map(({ client, length }) => [client, length])).toEqual([[mine.doc.clientID, 3]])
  const forWorker = await asked(worker, documentId, hoursAgo(1))
  expect(forWorker.removed).toEqual([])
  expect(forWorker.written.map(({ client }) => client)).toEqual([mine.doc.clientID])
  expect(forWorker.written[0]!.from, 'not the first words').toBeGreaterThan(0)
  expect(await asked(owner, documentId, new Date(Date.now() + 60_000))).toEqual({ written: [], removed: [] })
  leave()
})

test('the same when the log was folded in between, as far back as it goes', async () => {
  const { documentId, mine, theirs, write, leave } = await written()
  await age(documentId, hoursAgo(3))
  const log = postgresLog(server.database, defaultLimits)
  await log.compact(documentId)
  await write(theirs, (words) => words.insert(0, 'A'))
  await age(documentId, hoursAgo(1))
  await log.compact(documentId)
  await write(theirs, (words) => words.delete(1, 2))
  const chunks = await server.database
    .select()
    .from(documentHistory)
    .where(eq(documentHistory.documentId, documentId))
  expect(chunks.length).toBe(2)

  const news = await asked(owner, documentId, hoursAgo(2))
  expect(news.written).toEqual([{ client: theirs.doc.clientID, from: 0 }])
  expect(news.removed.map(({ client, length }) => [client, length])).toEqual([[mine.doc.clientID, 2]])
  expect((await asked(owner, documentId, hoursAgo(0.5))).written).toEqual([])
  const all = await asked(worker, documentId, hoursAgo(9))
  expect(all.written).toContainEqual({ client: mine.doc.clientID, from: 0 })
  expect(all.written.map(({ client }) => client)).not.toContain(theirs.doc.clientID)
  leave()
})

/** What came since a time, and how often a stretch of the log or a chunk had to be gone through for it. */
async function readSince(documentId: string, since: Date) {
  let reads = 0
  const changes = await changesSince(server.database, documentId, owner.user.id, since, {
    charge: async () => {},
    read: async (stretch) => {
      reads++
      return changesIn(stretch)
    },
  })
  return { reads, changes }
}

test('of what was folded only the chunks are unpacked whose time it is, those of before there were times as well', async () => {
  const { documentId, theirs, write, leave } = await written()
  const log = postgresLog(server.database, defaultLimits)
  await age(documentId, hoursAgo(4))
  await log.compact(documentId)
  for (const hours of [3, 2, 1]) {
    await write(theirs, (words) => words.insert(0, String(hours)))
    await age(documentId, hoursAgo(hours))
    await log.compact(documentId)
  }
  leave()
  const ofDocument = eq(documentHistory.documentId, documentId)
  const ranges = () =>
    server.database
      .select({ first: documentHistory.firstAt, last: documentHistory.lastAt })
      .from(documentHistory)
      .where(ofDocument)
      .orderBy(documentHistory.fromSeq)
  const noted = await ranges()
  expect(noted.map(({ last }) => Math.round((Date.now() - last!.getTime()) / 3_600_000))).toEqual([
    4, 3, 2, 1,
  ])
  const recent = await readSince(documentId, hoursAgo(2.5))
  expect(recent.reads).toBe(2)
  expect(recent.changes.written).toHaveLength(1)
  expect((await readSince(documentId, hoursAgo(0.5))).reads, 'nothing of so late').toBe(0)
  const all = await readSince(documentId, hoursAgo(9))
  expect(all.reads).toBe(4)

  // as a version before this one left them
  await server.database.update(documentHistory).set({ firstAt: null, lastAt: null }).where(ofDocument)
  expect(await readSince(documentId, hoursAgo(2.5))).toEqual({ ...recent, reads: 3 })
  expect(await ranges(), 'what was unpacked is known from now on').toEqual([
    { first: null, last: null },
    ...noted.slice(1),
  ])
  expect(await readSince(documentId, hoursAgo(2.5))).toEqual(recent)
  expect(await readSince(documentId, hoursAgo(9))).toEqual(all)
  expect(await ranges()).toEqual(noted)
})

test('a moment that is none is refused, and a stranger is told of no document', async () => {
  const { documentId } = await createDocument(owner)
  const path = `/api/documents/${documentId}/changes`
  for (const query of ['', '?since=', '?since=yesterday', '?since=2026-13-40T00:00:00Z']) {
    expect(await owner.ask('GET', path + query)).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_input', params: { field: 'since' } } },
    })
  }
  const since = `?since=${hoursAgo(1).toISOString()}`
  expect((await worker.ask('GET', path + since)).status).toBe(404)
})

/** Writes updates into a document's log: the first is the author's, all others are the worker's. */
async function insertLog(documentId: string, logged: Uint8Array[], author: Person) {
  const rows = logged.map((update, index) => ({
    documentId,
    seq: 1_000 + index,
    userId: index === 0 ? author.user.id : worker.user.id,
    update: Buffer.from(update),
  }))
  await server.database.insert(documentUpdates).values(rows)
}

test('§3 a long log is read part by part, each of which is charged before it is read', async () => {
  const { documentId } = await createDocument(owner)
  const doc = new Y.Doc()
  const words = doc.getText('words')
  const logged: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => logged.push(update))
  words.insert(0, 'x'.repeat(2_100))
  // one word at a time, so that each update removes another
  for (let removed = 0; removed < 2_100; removed++) words.delete(0, 1)
  // the words were the reader's own
  await insertLog(documentId, logged, owner)
  const done: ['charge' | 'read', number][] = []
  const changes = await changesSince(server.database, documentId, owner.user.id, new Date(0), {
    charge: async (bytes) => done.push(['charge', bytes]),
    read: async (stretch, bytes) => {
      done.push(['read', bytes])
      return changesIn(stretch)
    },
  })
  expect(done.map(([what]) => what)).toEqual(['charge', 'read', 'charge', 'read'])
  expect(done[0]![1]).toBe(done[1]![1])
  const bytes = logged.reduce((sum, { length }) => sum + length, 0)
  expect(done[0]![1] + done[2]![1]).toBeGreaterThanOrEqual(bytes)
  expect(changes).toEqual({
    written: [],
    removed: [{ client: doc.clientID, clock: 0, length: 2_100 }],
  })
})

/** A document whose log has a text of the owner's or the worker's, of which the worker removed every other letter. */
async function thinned(letters: number, author: Person) {
  const { projectId, documentId } = await createDocument(owner)
  await join(owner, worker, projectId, 'manufacture', 'editor')
  const doc = new Y.Doc()
  const logged: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => logged.push(update))
  const words = doc.getText('words')
  words.insert(0, 'x'.repeat(letters))
  const removals = Y.createDeleteSet()
  const ranges = Array.from({ length: letters / 2 }, (_, index) => ({ clock: 2 * index, len: 1 }))
  removals.clients.set(doc.clientID, ranges)
  logged.push(asUpdate([], removals))
  await insertLog(documentId, logged, author)
  return { documentId, client: doc.clientID }
}

test('what was written since and removed again is not told, in however many places', async () => {
  const { documentId, client } = await thinned(120_000, worker)
  expect(await asked(owner, documentId, hoursAgo(1))).toEqual({ written: [{ client, from: 0 }], removed: [] })
})

test('of what was there before, places are told as far as they can be marked; of more it is said that they are too many', async () => {
  const few = await thinned(2_000, owner)
  const { removed } = await asked(owner, few.documentId, hoursAgo(1))
  expect(removed).toHaveLength(1_000)
  expect(removed.at(-1)).toEqual({ client: few.client, clock: 1_998, length: 1 })
  const { documentId } = await thinned(120_000, owner)
  const path = `/api/documents/${documentId}/changes?since=${hoursAgo(1).toISOString()}`
  expect(await owner.ask('GET', path)).toMatchObject({
    status: 422,
    body: { error: { code: 'too_much_removed', params: { limit: 50_000 } } },
  })
})
