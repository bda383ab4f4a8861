import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import * as Y from 'yjs'
import { contentCheck } from '../../../server/history/content-check.ts'
import { decodeChunk } from '../../../server/history/chunk.ts'
import { documentHistory, documents, documentUpdates } from '../../../server/history/tables.ts'
import { contentOfUpdates } from '../../../server/history/capture.ts'
import { until } from '../../helpers/until.ts'
import { hostileChanges } from '../../helpers/rooms/hostile-content.ts'
import { nest, poisonedBy, wrongIn } from '../../helpers/rooms/poisoned.ts'
import { startRooms, type RoomServer } from '../../helpers/rooms/room-server.ts'
import { paragraph, WireClient } from '../../helpers/rooms/wire-client.ts'

let server: RoomServer
let roomId: string
beforeAll(async () => void (server = await startRooms()))
afterAll(() => server.stop())
beforeEach(async () => void (roomId = await server.newDocument()))

const rows = async () => (await server.logged()).filter(({ documentId }) => documentId === roomId)

/** All that was ever logged, in its order, also what was folded. */
async function everyRow(): Promise<{ userId: string | null }[]> {
  const chunks = await server.database
    .select({ chunk: documentHistory.chunk })
    .from(documentHistory)
    .where(eq(documentHistory.documentId, roomId))
  return [...chunks.flatMap(({ chunk }) => decodeChunk(chunk)), ...(await rows())]
}

const checkOf = async () =>
  (await server.database.select().from(documents).where(eq(documents.id, roomId)))[0]!.contentCheck

/** A document that is in the log already, as it came in before all of it was checked. */
async function logged(...updates: Uint8Array[]): Promise<void> {
  await server.database.update(documents).set({ contentCheck: 0 }).where(eq(documents.id, roomId))
  await server.database.insert(documentUpdates).values(
    updates.map((update, index) => ({
      documentId: roomId,
      seq: index + 1,
      userId: 'dan',
      update: Buffer.from(update),
    })),
  )
}

/** Opens the document as a member who only reads; returns what they got. */
async function opened(): Promise<Y.Doc> {
  server.standing.set('bo', { canWrite: false })
  const reader = await WireClient.open(server, 'bo', roomId)
  reader.sendStep1()
  await reader.when('the answer', () => reader.answers.length > 0)
  const doc = new Y.Doc()
  for (const answer of reader.answers) Y.applyUpdate(doc, answer)
  await reader.close()
  server.standing.delete('bo')
  return doc
}

it('content that came in before the gate was tight is repaired when its document is first opened, once, in nobody’s name', async () => {
  const updates = hostileChanges.map(([, change]) => Y.encodeStateAsUpdate(poisonedBy(change)))
  const deep = new Y.Doc()
  nest(deep, 3_000, 'innermost')
  const long = new Y.Doc()
  const block = new Y.XmlElement('paragraph')
  long.getXmlFragment('default').push([block])
  block.push([new Y.XmlText('x'.repeat(100_000))])
  await logged(...updates, Y.encodeStateAsUpdate(deep), Y.encodeStateAsUpdate(long))
  const poisoned = (await rows()).length

  const read = await opened()
  expect(wrongIn(read)).toEqual([])
  const content = Buffer.from(contentOfUpdates([Y.encodeStateAsUpdate(read)])).toString()
  expect(content).toContain('innermost')
  expect(content.match(/before|\\u0000efore/g)!.length).toBeGreaterThanOrEqual(hostileChanges.length - 3)
  const repairs = (await everyRow()).slice(poisoned)
  expect(repairs.length).toBeGreaterThan(0)
  expect(repairs.every(({ userId }) => userId === null)).toBe(true)
  await until('the look to be noted', async () => (await checkOf()) === contentCheck)
  // what was wrong is folded away
  await until('the log to be folded', async () => (await rows()).length === 0)
  expect(server.logLines.filter(({ level }) => (level as number) >= 50)).toEqual([])

  // no later opening finds anything, in another process either
  const count = (await everyRow()).length
  server.crash()
  await opened()
  const writer = await WireClient.open(server, 'ada', roomId)
  writer.sendUpdate(paragraph('written').update)
  await writer.when('the words to be durable', () => writer.saved === 1)
  await writer.close()
  expect((await everyRow()).length).toBe(count + 1)
})

it('what is read without opening, as by a search or for a version, is repaired first', async () => {
  const [, change] = hostileChanges.find(([kind]) => kind === 'a mark with toString')!
  await logged(Y.encodeStateAsUpdate(poisonedBy(change)))
  const doc = new Y.Doc()
  Y.applyUpdate(doc, await server.rooms.read(roomId))
  expect(wrongIn(doc)).toEqual([])
  expect(doc.getXmlFragment('default').toString()).toBe('<paragraph>before</paragraph>')
  expect((await everyRow()).map(({ userId }) => userId)).toEqual(['dan', null])
})

it('a sound document is looked through at its first opening, and nothing is written in it', async () => {
  await logged(paragraph('sound').update)
  await opened()
  await until('the look to be noted', async () => (await checkOf()) === contentCheck)
  expect(await everyRow()).toHaveLength(1)
})

it('one part that cannot be repaired is left and told, and the rest is repaired', async () => {
  const deep = new Y.Doc()
  nest(deep, 8_000, 'innermost')
  const [, change] = hostileChanges.find(([kind]) => kind === 'heading 99')!
  await logged(Y.encodeStateAsUpdate(deep), Y.encodeStateAsUpdate(poisonedBy(change)))
  const before = server.logLines.length
  const read = await opened()
  expect(saysWrong(read)).toBe(false)
  const told = server.logLines.slice(before).map(({ err }) => (err as { message?: string })?.message)
  expect(told).toContain('a text could not be repaired')
  // it is looked at again when it is opened in another process
  expect(await checkOf()).toBe(0)
})

/** True when a heading still says what no heading may say. */
const saysWrong = (doc: Y.Doc): boolean =>
  doc
    .getXmlFragment('default')
    .toArray()
    .some(
      (block) =>
        block instanceof Y.XmlElement &&
        block.nodeName === 'heading' &&
        block.getAttribute('level') !== undefined,
    )

it('a repair that the database does not take is no reason to keep anybody out: it is made at the next opening', async () => {
  const [, change] = hostileChanges.find(([kind]) => kind === 'heading 99')!
  await logged(Y.encodeStateAsUpdate(poisonedBy(change)))
  server.control.before = (call) => {
    if (call === 'append') throw new Error('no database')
  }
  expect((await opened()).getXmlFragment('default').length).toBe(2)
  server.control.before = null
  expect(await everyRow()).toHaveLength(1)
  await opened()
  expect((await everyRow()).map(({ userId }) => userId)).toEqual(['dan', null])
})
