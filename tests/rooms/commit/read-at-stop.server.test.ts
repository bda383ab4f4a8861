import { afterAll, beforeAll, expect, it } from 'vitest'
import { until } from '../../helpers/until.ts'
import { startRooms, type RoomServer } from '../../helpers/rooms/room-server.ts'
import { changeOf, paragraph, textOf, WireClient } from '../../helpers/rooms/wire-client.ts'

let server: RoomServer
beforeAll(async () => void (server = await startRooms()))
afterAll(() => server.stop())

it('what is read while the server stops holds nothing that is not committed', async () => {
  const roomId = await server.newDocument()
  const ada = await WireClient.open(server, 'ada', roomId)
  const { doc, text, update } = paragraph('a', 5)
  ada.sendUpdate(update)
  await ada.when('saved', () => ada.saved === 1)
  const held: (() => void)[] = []
  let fails = false
  server.control.before = (call) => {
    if (call !== 'append') return undefined
    if (fails) throw new Error('the database is gone')
    return new Promise<void>((go) => void held.push(go))
  }
  ada.sendUpdate(changeOf(doc, () => text.insert(1, 'b')))
  await ada.ping()
  await until('commit', () => held.length === 1)
  ada.sendUpdate(changeOf(doc, () => text.insert(2, 'C')))
  await ada.ping()
  const read = server.rooms.read(roomId)
  await new Promise((done) => setTimeout(done, 50))
  const closing = server.rooms.close()
  fails = true
  held[0]!()
  const got = textOf(await read)
  await closing
  expect(got).not.toContain('C')
})
