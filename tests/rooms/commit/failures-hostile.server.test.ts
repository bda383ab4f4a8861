import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { Room } from '../../../server/rooms/room.ts'
import { until } from '../../helpers/until.ts'
import { startRooms, type RoomServer } from '../../helpers/rooms/room-server.ts'
import { changeOf, paragraph, textOf, WireClient } from '../../helpers/rooms/wire-client.ts'

let server: RoomServer
beforeAll(async () => (server = await startRooms()))
afterAll(() => server.stop())
const steady = performance.now.bind(performance)
const clock = vi.spyOn(performance, 'now')
afterEach(() => void clock.mockImplementation(steady))

/** Somebody who sent `words` in an update that builds on another one, which nobody ever sends. */
async function holdBack(words: string) {
  const roomId = await server.newDocument()
  const ada = await WireClient.open(server, 'ada', roomId)
  const { doc, text } = paragraph('never sent')
  ada.sendUpdate(changeOf(doc, () => text.insert(0, words)))
  await ada.when('the question for what is missing', () => ada.asked.length === 2 || ada.closed !== null)
  return { ada, roomId }
}

it('failure 17: what builds on something missing is given up after 30 s, and never stored', async () => {
  const { ada, roomId } = await holdBack('held')
  clock.mockImplementation(() => steady() + 28_000)
  // a beat of the room, and not yet 30 s
  const beats = vi.spyOn(Room.prototype, 'beat')
  await until('a beat', () => beats.mock.calls.length > 0)
  expect(ada.closed).toBeNull()
  clock.mockImplementation(() => steady() + 31_000)
  expect(await ada.whenClosed()).toEqual({ code: 4422, reason: 'update_refused' })
  expect((await server.logged()).filter((row) => row.documentId === roomId)).toEqual([])
  expect(textOf(await server.rooms.read(roomId))).toBe('')
})

it('failure 17: a room holds 256 KB of what builds on something missing and no more', async () => {
  const { ada, roomId } = await holdBack('x'.repeat(300_000))
  expect(await ada.whenClosed()).toEqual({ code: 4422, reason: 'update_refused' })
  expect((await server.logged()).filter((row) => row.documentId === roomId)).toEqual([])
})

it('failure 17: 256 KB are counted over all who wait, and who has most of them is closed, not who comes last', async () => {
  const { ada, roomId } = await holdBack('x'.repeat(200_000))
  const bo = await WireClient.open(server, 'bo', roomId)
  const { doc, text } = paragraph('never sent either')
  bo.sendUpdate(changeOf(doc, () => text.insert(0, 'y'.repeat(100_000))))
  expect(await ada.whenClosed()).toEqual({ code: 4422, reason: 'update_refused' })
  await bo.ping()
  expect(bo.closed).toBeNull()
  await bo.close()
})

it('failure 24: after every refused root and key, no object of the process has changed', async () => {
  const roomId = await server.newDocument()
  const hostile: ((doc: Y.Doc) => void)[] = [
    (doc) => doc.getMap('default').set('__proto__', { polluted: 1 }),
    (doc) => doc.getMap('__proto__').set('polluted', 1),
    (doc) => doc.getArray('default').insert(0, [{ ['__proto__']: { polluted: 1 } }]),
  ]
  for (const change of hostile) {
    const doc = new Y.Doc()
    change(doc)
    const ada = await WireClient.open(server, 'ada', roomId)
    ada.sendUpdate(Y.encodeStateAsUpdate(doc))
    expect(await ada.whenClosed()).toEqual({ code: 4422, reason: 'update_refused' })
  }
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  expect(textOf(await server.rooms.read(roomId))).toBe('')
})

it('failure 29: a message in pieces of one byte that never ends is closed, and holds nobody up', async () => {
  const roomId = await server.newDocument()
  const [ada, bo] = await Promise.all([
    WireClient.open(server, 'ada', roomId),
    WireClient.open(server, 'bo', roomId),
  ])
  for (let i = 0; i < 200; i++) ada.socket.send(Uint8Array.of(0), { fin: false })
  const { code } = await ada.whenClosed()
  expect([1006, 1008, 1009]).toContain(code)
  bo.sendUpdate(paragraph('still here').update)
  await bo.when('the other to go on', () => bo.saved === 1)
  await bo.close()
})

it('rule 2: an honest chapter of many edits at once is taken, so that the checks above refuse the right ones', async () => {
  const roomId = await server.newDocument()
  const ada = await WireClient.open(server, 'ada', roomId)
  const { doc, text, update } = paragraph('')
  ada.sendUpdate(update)
  for (let i = 0; i < 500; i++) doc.transact(() => text.insert(0, 'word '))
  ada.sendUpdate(Y.encodeStateAsUpdate(doc))
  await ada.when('both to be saved', () => ada.saved === 2)
  await ada.close()
})
