import * as encoding from 'lib0/encoding'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import type { Connection } from '../../../server/rooms/connection/connection.ts'
import { RoomText } from '../../../server/rooms/text/room-text.ts'
import { ReadThrottle } from '../../../server/rooms/budgets/read-throttle.ts'
import { schemaVersion } from '../../../shared/document/schema-version.ts'
import { defaultLimits } from '../../../shared/limits.ts'
import { messageType } from '../../../shared/wire/protocol.ts'
import { until } from '../../helpers/until.ts'
import { range } from '../../helpers/rooms/kept-text.ts'
import { startRooms, type RoomServer } from '../../helpers/rooms/room-server.ts'
import { changeOf, paragraph, WireClient } from '../../helpers/rooms/wire-client.ts'

let server: RoomServer
beforeAll(async () => (server = await startRooms()))
afterAll(() => server.stop())

describe('what one socket sends without end costs no more than its rate', () => {
  it('8 KB states: those over the rate are not even read, and the last one is shown', async () => {
    const roomId = await server.newDocument()
    const [ada, bo] = await Promise.all([
      WireClient.open(server, 'ada', roomId),
      WireClient.open(server, 'bo', roomId),
    ])
    const read = vi.spyOn(JSON, 'parse')
    const began = performance.now()
    for (const clock of range(400)) {
      ada.sendAwareness([{ clientId: 7, clock, state: { at: `last ${clock}`, padding: 'x'.repeat(7_000) } }])
    }
    await until('the last state', () =>
      bo.awareness.some((update) => Buffer.from(update).includes('last 399')),
    )
    const ofAda = read.mock.calls.filter(([json]) => json.includes('padding'))
    const { awarenessPerSecond } = defaultLimits
    // twice the rate at once, and since then what the time allows, however long it took
    const allowed = awarenessPerSecond * (2 + (performance.now() - began) / 1_000)
    expect(ofAda.length).toBeLessThanOrEqual(allowed)
    // whoever comes in now is told the same
    const cem = await WireClient.open(server, 'cem', roomId)
    await cem.when('the states', () => cem.awareness.length > 0)
    expect(cem.states().get(7)).toMatchObject({ clock: 399, state: { at: 'last 399' } })
    for (const client of [ada, bo, cem]) await client.close()
  })

  it('a state over the rate that is none closes the socket as any other does', async () => {
    const ada = await WireClient.open(server, 'ada', await server.newDocument())
    for (const clock of range(100)) ada.sendAwareness([{ clientId: 8, clock, state: { at: 'x' } }])
    ada.sendAwareness([{ clientId: 8, clock: 100, state: [] }])
    expect(await ada.whenClosed()).toEqual({ code: 4400, reason: 'awareness_refused' })
  })

  it('pings of the socket itself count as frames', async () => {
    const strict = await startRooms({ limits: { framesPerSecond: 2 } })
    const ada = await WireClient.open(strict, 'ada', await strict.newDocument())
    for (let left = 50; left > 0 && !ada.closed; left--) {
      ada.socket.ping()
      await new Promise((done) => ada.socket.once('pong', done).once('close', done))
    }
    expect(await ada.whenClosed()).toMatchObject({ reason: 'too_many_updates' })
    await strict.stop()
  })

  it('a state vector of far more clients than ever wrote is not read', async () => {
    const roomId = await server.newDocument()
    const ada = await WireClient.open(server, 'ada', roomId)
    ada.sendStep1(
      encoding.encode((encoder) => {
        encoding.writeVarUint(encoder, 100_000)
        for (const client of range(100_000)) [client, 1].forEach((one) => encoding.writeVarUint(encoder, one))
      }),
    )
    expect(await ada.whenClosed()).toEqual({ code: 4400, reason: 'frame_malformed' })
    // who wrote offline under as many ids as one update may bring is answered
    const bo = await WireClient.open(server, 'bo', roomId)
    const offline = new Map(range(64).map((index) => [4_000_000_000 + index, 1_000_000]))
    bo.sendStep1(Y.encodeStateVector(offline))
    await until('an answer', () => bo.answers.length === 1)
    bo.sendUpdate(paragraph('words').update)
    await until('the words to be saved', () => bo.saved === 1)
    await bo.close()
  })
})

describe('what one person sends over all their sockets is read no faster than the rate', () => {
  const pausesOf = async ({ registry }: RoomServer): Promise<number> =>
    (await registry.getSingleMetric('rooms_read_pauses_total')!.get()).values[0]?.value ?? 0

  it('bytes: the rest waits at its sender, who is refused nothing, and a typist in another room is served', async () => {
    const slow = await startRooms({ limits: { readBytesPerSecond: 500_000 } })
    const counted = vi.spyOn(ReadThrottle.prototype, 'countBytes')
    const [roomId, elsewhere] = [await slow.newDocument(), await slow.newDocument()]
    const flood = await Promise.all(range(8).map(() => WireClient.open(slow, 'ada', roomId)))
    const typist = await WireClient.open(slow, 'bo', elsewhere)
    const began = performance.now()
    const padding = 'x'.repeat(7_000)
    for (const clock of range(50)) {
      for (const [clientId, client] of flood.entries())
        client.sendAwareness([{ clientId, clock, state: { at: `last ${clock}`, padding } }])
    }
    await until('the flood not to be read', async () => (await pausesOf(slow)) > 0)
    const { doc, update } = paragraph('begins')
    typist.sendUpdate(update)
    for (const index of range(5)) {
      typist.sendUpdate(changeOf(doc, () => addWords(doc, `word ${index}`)))
      await typist.when('the word to be saved', () => typist.saved === index + 2)
    }
    // all of it comes in the end, which takes longer than to send it
    await typist.close()
    const watcher = await WireClient.open(slow, 'cem', roomId)
    await watcher.when(
      'the last states',
      () => [...watcher.states().values()].every(({ clock }) => clock === 49) && watcher.states().size === 8,
    )
    const seconds = (performance.now() - began) / 1_000
    const ofFlood = counted.mock.calls.filter(([from]) => (from as Connection).admitted.user.id === 'ada')
    const bytes = ofFlood.reduce((sum, [, length]) => sum + length, 0)
    expect(bytes).toBeGreaterThan(8 * 50 * 7_000)
    expect(bytes).toBeLessThan(500_000 * (2 + seconds) + flood.length * 65_536)
    expect(flood.every(({ closed }) => closed === null)).toBe(true)
    for (const client of [...flood, watcher]) client.socket.terminate()
    counted.mockRestore()
    await slow.stop()
  })

  it('who is not read from hears that the link holds, and is not left alone with pings that wait (issue 10.3)', async () => {
    const slow = await startRooms({ limits: { readFramesPerSecond: 10 } })
    const roomId = await slow.newDocument()
    const ours = await WireClient.open(slow, 'ada', roomId)
    const stock = await WireClient.open(slow, 'ada', roomId, `?schema=${schemaVersion}`)
    const states = stock.awareness.length
    await ours.when('the greeting', () => ours.types.includes(messageType.sync))
    for (const _ of range(200)) ours.sendFrame(messageType.ping)
    await until('ours not to be read', async () => (await pausesOf(slow)) > 0)
    const heard = ours.types.length
    await ours.when('signs of life', () => ours.types.slice(heard).length >= 2)
    expect(new Set(ours.types.slice(heard))).toEqual(new Set([messageType.ping]))
    await stock.when('a sign of life', () => stock.awareness.length > states)
    expect(stock.states().size).toBe(0)
    expect(stock.types).not.toContain(messageType.ping)
    for (const client of [ours, stock]) client.socket.terminate()
    await slow.stop()
  })

  it('frames: those behind a refusal count as well, and another’s are read meanwhile', async () => {
    const strict = await startRooms({ limits: { readFramesPerSecond: 100, framesPerSecond: 50 } })
    const roomId = await strict.newDocument()
    const ada = await WireClient.open(strict, 'ada', roomId)
    const bo = await WireClient.open(strict, 'bo', roomId)
    const other = await WireClient.open(strict, 'ada', await strict.newDocument())
    for (const _ of range(600)) ada.socket.send('no frame of ours')
    expect(await ada.whenClosed()).toMatchObject({ code: 4400 })
    expect(await pausesOf(strict)).toBeGreaterThan(0)
    bo.sendUpdate(paragraph('heard').update)
    await bo.when('the words to be saved', () => bo.saved === 1)
    // the same person's other socket is only late
    other.sendUpdate(paragraph('later').update)
    await other.when('the words to be saved', () => other.saved === 1, 30)
    for (const client of [bo, other]) await client.close()
    await strict.stop()
  })

  it('items: updates of many deletions of what is missing are not even read above the rate', async () => {
    const strict = await startRooms({ limits: { readItemsPerSecond: 2_000 } })
    const took = vi.spyOn(RoomText.prototype, 'take')
    const [roomId, elsewhere] = [await strict.newDocument(), await strict.newDocument()]
    const flood = await Promise.all(range(20).map(() => WireClient.open(strict, 'ada', roomId)))
    const typist = await WireClient.open(strict, 'bo', elsewhere)
    const deletions = encoding.encode((encoder) => {
      for (const one of [0, 1, 42, 40_000]) encoding.writeVarUint(encoder, one)
      for (const clock of range(40_000)) [clock % 64, 1].forEach((one) => encoding.writeVarUint(encoder, one))
    })
    for (const client of flood) client.sendUpdate(deletions)
    await until('the flood not to be read', async () => (await pausesOf(strict)) > 0)
    typist.sendUpdate(paragraph('words').update)
    await typist.when('the words to be saved', () => typist.saved === 1)
    const read = took.mock.calls.filter(([update]) => update.length === deletions.length)
    // 80,000 at once and one over it; what is held back is not read again with each turn either
    expect(read.length).toBeLessThanOrEqual(4)
    for (const client of flood) client.socket.terminate()
    await typist.close()
    took.mockRestore()
    await strict.stop()
  })

  it('twenty tabs that come back at once, one of them with a day’s work, are never held up', async () => {
    const before = await pausesOf(server)
    const roomIds = await Promise.all(range(20).map(() => server.newDocument()))
    const tabs = await Promise.all(roomIds.map((roomId) => WireClient.open(server, 'dan', roomId)))
    for (const [index, tab] of tabs.entries()) {
      tab.sendStep1()
      tab.sendStep2(paragraph('words '.repeat(index === 0 ? 170_000 : 2_000)).update)
      for (const clock of range(30)) tab.sendAwareness([{ clientId: 900 + index, clock, state: { at: 'x' } }])
    }
    for (const tab of tabs) await tab.when('the words to be saved', () => tab.saved === 1)
    expect(await pausesOf(server)).toBe(before)
    for (const tab of tabs) await tab.close()
  })
})

function addWords(doc: Y.Doc, words: string): void {
  const block = new Y.XmlElement('paragraph')
  block.insert(0, [new Y.XmlText(words)])
  doc.getXmlFragment('default').push([block])
}
