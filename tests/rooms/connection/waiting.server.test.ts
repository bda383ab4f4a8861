import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { until } from '../../helpers/until.ts'
import { startRooms } from '../../helpers/rooms/room-server.ts'
import { changeOf, paragraph, WireClient } from '../../helpers/rooms/wire-client.ts'

it('rule 8: a session that merely expires closes its sockets, and nobody else’s', async () => {
  const server = await startRooms({ sessionsMs: 50 })
  const roomId = await server.newDocument()
  const ada = await WireClient.open(server, 'ada', roomId)
  const bo = await WireClient.open(server, 'bo', roomId)
  server.standing.set('ada', null)
  expect(await ada.whenClosed()).toEqual({ code: 4411, reason: 'access_ended' })
  bo.sendUpdate(paragraph('still here').update)
  await bo.when('the update to be saved', () => bo.saved === 1)
  await bo.close()
  await server.stop()
})

it('a sender is not read from while much of what it sent waits for a commit that hangs; all is kept', async () => {
  const server = await startRooms({ limits: { readBytesPerSecond: 100_000_000 } })
  const roomId = await server.newDocument()
  const bo = await WireClient.open(server, 'bo', roomId)
  const ada = await WireClient.open(server, 'ada', roomId)
  let release = (): void => {}
  const held = new Promise<void>((done) => (release = done))
  server.control.before = (call) => (call === 'append' ? held : undefined)
  const { doc, update } = paragraph('start')
  const addParagraph = () => {
    const block = new Y.XmlElement('paragraph')
    block.insert(0, [new Y.XmlText('words '.repeat(66_667))])
    doc.getXmlFragment('default').push([block])
  }
  ada.sendUpdate(update)
  for (let i = 0; i < 60; i++) ada.sendUpdate(changeOf(doc, addParagraph))
  await until('the sender not to be read from', () => server.sockets().some((socket) => socket.isPaused()))
  // the server goes on, and does not come back to it
  for (let turn = 1; turn <= 20; turn++) {
    bo.sendFrame(102)
    await bo.when('an answer', () => bo.types.filter((type) => type === 102).length === turn)
  }
  expect(server.sockets().filter((socket) => socket.isPaused())).toHaveLength(1)
  // what the kernel takes for both ends is some megabytes; a server that reads on would take all 24
  expect(ada.socket.bufferedAmount).toBeGreaterThan(4_000_000)
  release()
  // a busy machine takes its time for so much: some of it is saved all along
  for (let saved = 0; saved < 61; saved = ada.saved)
    await ada.when('more to be saved', () => ada.saved > saved)
  expect(ada.saved).toBe(61)
  await ada.close()
  await bo.close()
  await server.stop()
})
