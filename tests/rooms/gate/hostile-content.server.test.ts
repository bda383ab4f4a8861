import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../helpers/until.ts'
import { hostileChanges, hostileUpdate } from '../../helpers/rooms/hostile-content.ts'
import { startRooms, type RoomServer } from '../../helpers/rooms/room-server.ts'
import { changeOf, paragraph, textOf, WireClient } from '../../helpers/rooms/wire-client.ts'

let server: RoomServer
beforeAll(async () => (server = await startRooms()))
afterAll(() => server.stop())

describe('security 40, rule 2: what the schema does not know is refused to its sender, and changes nothing', () => {
  it.each(hostileChanges)('%s', async (_kind, change) => {
    const { base, update } = hostileUpdate(change)
    const roomId = await server.newDocument()
    const watcher = await WireClient.open(server, 'bo', roomId)
    const sender = await WireClient.open(server, 'ada', roomId)
    watcher.sendUpdate(base)
    await until('the first update to be saved', () => watcher.saved === 1)
    sender.sendUpdate(update)
    expect(await sender.whenClosed()).toEqual({ code: 4422, reason: 'update_refused' })
    expect(textOf(await server.rooms.read(roomId))).toBe('<paragraph>before</paragraph>')
    expect((await server.logged()).filter((row) => row.documentId === roomId)).toHaveLength(1)
    expect(watcher.closed).toBeNull()
    await watcher.close()
  })
})

describe("one person's update ends only that person", () => {
  // client 2 clock 0: parent is (1, 5), which nobody has; client 3 clock 0 has origin (2, 0) and hangs from a text
  const unanchored = Uint8Array.of(2, 1, 3, 0, 0x84, 2, 0, 1, 97, 1, 2, 0, 0x84, 1, 5, 1, 97, 0)

  it('places that lead to what is missing are not looked for: the update waits', async () => {
    const roomId = await server.newDocument()
    const bo = await WireClient.open(server, 'bo', roomId)
    const ada = await WireClient.open(server, 'ada', roomId)
    const { doc, text, update } = paragraph('a')
    ada.sendUpdate(unanchored)
    bo.sendUpdate(update)
    bo.sendUpdate(changeOf(doc, () => text.insert(1, 'b')))
    await until('the other person to be saved', () => bo.saved === 2)
    expect(ada.saved).toBe(0)
    expect(textOf(await server.rooms.read(roomId))).toBe('<paragraph>ab</paragraph>')
    await ada.close()
    await bo.close()
  })

  it('anything at all that is thrown while a change is taken refuses its sender alone', async () => {
    const roomId = await server.newDocument()
    const bo = await WireClient.open(server, 'bo', roomId)
    const ada = await WireClient.open(server, 'ada', roomId)
    const { doc, text, update } = paragraph('a')
    bo.sendUpdate(update)
    await until('the text to be there', () => bo.saved === 1)
    // an item whose neighbour is itself
    ada.sendUpdate(Uint8Array.of(1, 1, 9, 0, 0x84, 9, 0, 1, 97, 0))
    bo.sendUpdate(changeOf(doc, () => text.insert(1, 'b')))
    await until('the other person to be saved', () => bo.saved === 2)
    expect((await ada.whenClosed()).code).toBe(4422)
    expect(bo.closed).toBeNull()
    await bo.close()
  })
})
