import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import * as Y from 'yjs'
import { Refusal } from '../../../shared/errors.ts'
import { CommitUnknown } from '../../../server/rooms/ports.ts'
import { until } from '../../helpers/until.ts'
import { startRooms, type RoomServer } from '../../helpers/rooms/room-server.ts'
import { openStock, paragraph, textOf, WireClient } from '../../helpers/rooms/wire-client.ts'

/** A commit that was done, or will be, though its answer never came. */

let server: RoomServer
beforeAll(async () => {
  server = await startRooms()
})
afterEach(() => {
  server.control.before = null
  server.control.after = null
})
afterAll(() => server.stop())

const type = (doc: Y.Doc, words: string) =>
  doc.transact(() => {
    const block = new Y.XmlElement('paragraph')
    block.insert(0, [new Y.XmlText(words)])
    doc.getXmlFragment('default').push([block])
  })
const blocksIn = (doc: Y.Doc) =>
  doc
    .getXmlFragment('default')
    .toString()
    .match(/one|two|three/g) ?? []

/** Loses the answer to the next commit, which is kept. */
function loseOne(): void {
  server.control.after = (call) => {
    if (call !== 'append') return
    server.control.after = null
    throw new CommitUnknown(new Error('the connection is gone'))
  }
}

it('rule 3: what the log kept without saying so reaches everybody in the room, as does what is written then', async () => {
  const roomId = await server.newDocument()
  const [ada, bo] = [openStock(server, 'ada', roomId), openStock(server, 'bo', roomId)]
  await Promise.all([ada.synced(), bo.synced()])
  type(ada.doc, 'one')
  await until('the first to be seen', () => blocksIn(bo.doc).length === 1)
  loseOne()
  type(ada.doc, 'two')
  await until('what was kept to be seen', () => blocksIn(bo.doc).length === 2)
  await until('the author to be back', () => ada.provider.synced)
  type(ada.doc, 'three')
  await until('what is written then to be seen', () => blocksIn(bo.doc).length === 3)
  expect(bo.doc.store.pendingStructs).toBeNull()
  expect(textOf(await server.rooms.read(roomId)).match(/one|two|three/g)).toEqual(['one', 'two', 'three'])
  for (const { provider } of [ada, bo]) provider.destroy()
})

it('only a room whose commit may be kept begins anew: where the log is full, who reads stays', async () => {
  const roomId = await server.newDocument()
  const ada = await WireClient.open(server, 'ada', roomId)
  const bo = await WireClient.open(server, 'bo', roomId)
  server.control.before = (call) => {
    if (call === 'append') throw new Refusal('storage_full')
  }
  ada.sendUpdate(paragraph('one').update)
  expect(await ada.whenClosed()).toMatchObject({ reason: 'storage_full' })
  server.control.before = null
  bo.sendUpdate(paragraph('two').update)
  await bo.when('the other’s words to be saved', () => bo.saved === 1)
  expect(bo.closed).toBeNull()
  await bo.close()
})
