import { prosemirrorJSONToYDoc } from '@tiptap/y-tiptap'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import * as Y from 'yjs'
import { documentUpdates } from '../../../server/history/tables.ts'
import { schema } from '../../../shared/document/schema.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { findViolations } from '../../../shared/document/violations.ts'
import { until } from '../../helpers/until.ts'
import { startRooms, type RoomServer } from '../../helpers/rooms/room-server.ts'
import { changeOf, paragraph, WireClient } from '../../helpers/rooms/wire-client.ts'

let server: RoomServer
let roomId: string
beforeAll(async () => void (server = await startRooms()))
afterAll(() => server.stop())
beforeEach(async () => void (roomId = await server.newDocument()))

const item = (text: string) => ({
  type: 'listItem',
  content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
})
const list = { type: 'doc', content: [{ type: 'bulletList', content: [item('one'), item('two')] }] }
const rows = async () => (await server.logged()).filter(({ documentId }) => documentId === roomId)
const listIn = (doc: Y.Doc) => doc.getXmlFragment(textField).get(0) as Y.XmlElement

async function committed(): Promise<Y.Doc> {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, await server.rooms.read(roomId))
  return doc
}

/** A document that is in the log already, as it came to be before there was a repair. */
async function logged(doc: Y.Doc): Promise<void> {
  await server.database
    .insert(documentUpdates)
    .values({ documentId: roomId, seq: 1, userId: 'dan', update: Buffer.from(Y.encodeStateAsUpdate(doc)) })
}

it('two people empty a list at once: the room repairs it in the commit of what broke it, in nobody’s name, and tells all', async () => {
  const base = prosemirrorJSONToYDoc(schema, list, textField)
  await logged(base)
  const [ada, bo] = await Promise.all([
    WireClient.open(server, 'ada', roomId),
    WireClient.open(server, 'bo', roomId),
  ])
  const copies = [0, 1].map(() => {
    const copy = new Y.Doc()
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(base))
    return copy
  })
  ada.sendUpdate(changeOf(copies[0]!, () => listIn(copies[0]!).delete(0, 1)))
  await ada.when('the first deletion to be durable', () => ada.saved === 1)
  expect(await rows()).toHaveLength(2)
  bo.sendUpdate(changeOf(copies[1]!, () => listIn(copies[1]!).delete(1, 1)))
  await bo.when('the second deletion to be durable', () => bo.saved === 1)

  const log = await rows()
  expect(log.map(({ userId }) => userId)).toEqual(['dan', 'ada', 'bo', null])
  expect(log[3]!.at).toEqual(log[2]!.at)
  const doc = await committed()
  expect(findViolations(doc.getXmlFragment(textField))).toEqual([])
  // who caused it hears of it too
  for (const [index, client] of [ada, bo].entries()) {
    await client.when('the repair', () => {
      for (const update of client.updates) Y.applyUpdate(copies[index]!, update)
      return copies[index]!.getXmlFragment(textField).toString() === doc.getXmlFragment(textField).toString()
    })
  }
  // its client id is nobody's: no person writes with it
  const [client] = Y.decodeUpdate(log[3]!.update).structs.map(({ id }) => id.client)
  const cem = await WireClient.open(server, 'cem', roomId)
  const forged = new Y.Doc()
  Y.applyUpdate(forged, await server.rooms.read(roomId))
  forged.clientID = client!
  cem.sendUpdate(
    changeOf(forged, () => forged.getXmlFragment(textField).push([new Y.XmlElement('paragraph')])),
  )
  expect(await cem.whenClosed()).toEqual({ code: 4409, reason: 'client_id_taken' })
  for (const one of [ada, bo]) await one.close()
})

it('security 42: a document that was looked through, and is broken all the same, is repaired when somebody first writes, and not by opening it', async () => {
  const poisoned = prosemirrorJSONToYDoc(schema, list, textField)
  listIn(poisoned).delete(0, 2)
  poisoned.getXmlFragment(textField).push([new Y.XmlText('stray')])
  await logged(poisoned)
  const reader = await WireClient.open(server, 'bo', roomId)
  reader.sendStep1()
  await reader.when('the answer', () => reader.answers.length > 0)
  expect(await rows()).toHaveLength(1)
  const ada = await WireClient.open(server, 'ada', roomId)
  ada.sendUpdate(paragraph('written').update)
  await ada.when('the words to be durable', () => ada.saved === 1)
  expect((await rows()).map(({ userId }) => userId)).toEqual(['dan', 'ada', null])
  const doc = await committed()
  expect(findViolations(doc.getXmlFragment(textField))).toEqual([])
  expect(doc.getXmlFragment(textField).toString()).toContain('<paragraph>stray</paragraph>')
  ada.sendUpdate(paragraph('more').update)
  await ada.when('more to be durable', () => ada.saved === 2)
  expect(await rows()).toHaveLength(4)
  for (const client of [ada, reader]) await client.close()
})

it('an edit of the server that changes nothing repairs what is broken', async () => {
  const poisoned = prosemirrorJSONToYDoc(schema, list, textField)
  listIn(poisoned).delete(0, 2)
  await logged(poisoned)
  await server.rooms.edit(roomId, 'ada', () => {})
  expect((await rows()).map(({ userId }) => userId)).toEqual(['dan', null])
  await server.rooms.edit(roomId, 'ada', () => {})
  expect(await rows()).toHaveLength(2)
})

it('a repair whose commit fails is made again with the next', async () => {
  const poisoned = prosemirrorJSONToYDoc(schema, list, textField)
  listIn(poisoned).delete(0, 2)
  await logged(poisoned)
  server.control.before = (call) => {
    if (call === 'append') throw new Error('no database')
  }
  await expect(server.rooms.edit(roomId, 'ada', () => {})).rejects.toMatchObject({ code: 'storage_failed' })
  server.control.before = null
  const ada = await WireClient.open(server, 'ada', roomId)
  ada.sendUpdate(paragraph('written').update)
  await until('the words to be durable', () => ada.saved === 1)
  expect(findViolations((await committed()).getXmlFragment(textField))).toEqual([])
  await ada.close()
})
