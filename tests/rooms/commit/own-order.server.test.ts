import { afterAll, beforeAll, expect, it } from 'vitest'
import * as Y from 'yjs'
import { textField } from '../../../shared/document/text-field.ts'
import { until } from '../../helpers/until.ts'
import { startRooms, type RoomServer } from '../../helpers/rooms/room-server.ts'
import { changeOf, paragraph, WireClient } from '../../helpers/rooms/wire-client.ts'

let server: RoomServer
beforeAll(async () => void (server = await startRooms()))
afterAll(() => server.stop())

it('who types a letter and pastes many pages while somebody restores is asked for nothing again, and refused nothing', async () => {
  const roomId = await server.newDocument()
  const ada = await WireClient.open(server, 'ada', roomId)
  const bo = await WireClient.open(server, 'bo', roomId)
  const { doc, text, update } = paragraph('a', 5)
  ada.sendUpdate(update)
  await ada.when('saved', () => ada.saved === 1)
  const held: (() => void)[] = []
  let isOver = false
  server.control.before = (call) =>
    call === 'append' && !isOver ? new Promise<void>((go) => void held.push(go)) : undefined
  bo.sendUpdate(paragraph('bo', 9).update)
  await until('a commit to be under way', () => held.length === 1)
  const block = () => new Y.XmlElement('paragraph')
  const restoring = server.rooms.edit(roomId, 'cem', (own) => own.getXmlFragment(textField).push([block()]))
  ada.sendUpdate(changeOf(doc, () => text.insert(1, 'b')))
  const pages = changeOf(doc, () => {
    const pasted = Array.from({ length: 1_600 }, () => {
      const one = block()
      one.insert(0, [new Y.XmlText('word '.repeat(40))])
      return one
    })
    doc.getXmlFragment(textField).push(pasted)
  })
  // more than a room keeps of what builds on something missing
  expect(pages.length).toBeGreaterThan(262_144)
  ada.sendUpdate(pages)
  await ada.ping()
  const asked = ada.asked.length
  isOver = true
  for (const go of held) go()
  await restoring
  await until('all of it to be saved', () => ada.saved === 3 || Boolean(ada.closed))
  expect(ada.closed).toBe(null)
  expect(ada.asked.length).toBe(asked)
  for (const client of [ada, bo]) client.socket.terminate()
})
