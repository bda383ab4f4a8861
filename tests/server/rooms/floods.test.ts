import * as encoding from 'lib0/encoding'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { defaultLimits } from '../../../shared/limits.ts'
import { until } from '../../helpers/until.ts'
import { range } from './kept-text.ts'
import { startRooms, type RoomServer } from './room-server.ts'
import { paragraph, WireClient } from './wire-client.ts'

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
