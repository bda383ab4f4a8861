import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { Room } from '../../../server/rooms/room.ts'
import type { RoomEvent } from '../../../shared/wire/events.ts'
import { defaultLimits } from '../../../shared/limits.ts'
import { until } from '../../helpers/until.ts'
import { startRooms, type RoomServer } from '../../helpers/rooms/room-server.ts'
import { changeOf, paragraph, textOf, WireClient } from '../../helpers/rooms/wire-client.ts'

let server: RoomServer
beforeAll(async () => (server = await startRooms()))
afterAll(() => server.stop())

describe('rule 8: a change of access reaches open sockets, and nothing is accepted after it', () => {
  it.each([
    ['their membership ends', null, { code: 4411, reason: 'access_ended' }],
    ['they may only read', { canWrite: false }, { code: 4510, reason: 'access_changed' }],
  ])('%s', async (_what, standing, end) => {
    const roomId = await server.newDocument()
    const ada = await WireClient.open(server, 'ada', roomId)
    const { doc, text, update } = paragraph('x')
    ada.sendUpdate(update)
    const typing = setInterval(() => ada.sendUpdate(changeOf(doc, () => text.insert(0, 'x'))), 5)
    await until('some to be saved', () => ada.saved > 5)
    server.standing.set('ada', standing)
    // at once, and not with the next beat
    const beats = vi.spyOn(Room.prototype, 'beat').mockImplementation(() => {})
    await server.bus.recheck({ userId: 'ada' })
    const after = textOf(await server.rooms.read(roomId))
    expect(await ada.whenClosed()).toEqual(end)
    beats.mockRestore()
    clearInterval(typing)
    expect(textOf(await server.rooms.read(roomId))).toBe(after)
    server.standing.delete('ada')
  })

  it('who still may write goes on without a gap', async () => {
    const roomId = await server.newDocument()
    const ada = await WireClient.open(server, 'ada', roomId)
    const { doc, text, update } = paragraph('x')
    ada.sendUpdate(update)
    for (let i = 0; i < 20; i++) {
      ada.sendUpdate(changeOf(doc, () => text.insert(0, 'x')))
      await server.bus.recheck({ projectId: 'project' })
    }
    await until('all to be saved', () => ada.saved === 21)
    await ada.close()
  })

  it('a reader sees everything and changes nothing, whoever joined last', async () => {
    const roomId = await server.newDocument()
    const ada = await WireClient.open(server, 'ada', roomId)
    server.standing.set('bo', { canWrite: false })
    const { doc, text, update } = paragraph('x')
    ada.sendUpdate(update)
    await until('the update to be saved', () => ada.saved === 1)
    for (const forbidden of ['sendUpdate', 'sendStep2'] as const) {
      const bo = await WireClient.open(server, 'bo', roomId)
      bo.sendStep1()
      await until('the text', () => bo.answers.length === 1)
      bo.sendStep2(update)
      await until('what it repeats to be counted', () => bo.saved === 1)
      bo[forbidden](paragraph('mine').update)
      expect(await bo.whenClosed()).toEqual({ code: 4403, reason: 'read_only' })
    }
    ada.sendUpdate(changeOf(doc, () => text.insert(1, 'y')))
    await until('the writer to go on', () => ada.saved === 2)
    expect(textOf(await server.rooms.read(roomId))).toBe('<paragraph>xy</paragraph>')
    server.standing.delete('bo')
    await ada.close()
  })

  it("a project's room takes no text", async () => {
    const ada = await WireClient.open(server, 'ada', 'project')
    ada.sendStep1()
    await until('an empty answer', () => ada.answers.length === 1)
    server.bus.publish('project', { type: 'members.changed' })
    await until('the event', () => ada.events.length === 1)
    ada.sendStep2(paragraph('x').update)
    expect(await ada.whenClosed()).toEqual({ code: 4403, reason: 'read_only' })
  })
})

describe('rule 9, failure 28: a slow reader costs only itself', () => {
  it('is closed when more than the limit is unsent, and the others go on', async () => {
    const roomId = await server.newDocument()
    const slow = await WireClient.open(server, 'bo', roomId)
    const ada = await WireClient.open(server, 'ada', roomId)
    slow.socket.pause()
    const megabyte = 'x'.repeat(1_000_000)
    for (let i = 1; i <= 24; i++) {
      server.bus.publish('project', { type: 'project.changed', megabyte } as RoomEvent)
      await until('the event to reach who reads', () => ada.events.length === i)
    }
    slow.socket.resume()
    expect([1006, 1013]).toContain((await slow.whenClosed()).code)
    expect(slow.events.length).toBeLessThan(24)
    expect(ada.closed).toBeNull()
    await ada.close()
  })
})

describe('rule 10: awareness is fenced', () => {
  it('the name is the server’s, the colour and the cursor are the client’s, and closing leaves no trace', async () => {
    const roomId = await server.newDocument()
    const [ada, bo] = await Promise.all([
      WireClient.open(server, 'ada', roomId),
      WireClient.open(server, 'bo', roomId),
    ])
    const cursor = { anchor: { tname: 'default', assoc: 0 }, head: { tname: 'default', assoc: -1 } }
    const state = { user: { id: 'bo', name: 'Boss', side: 'manufacture', color: '#aa0000' }, cursor, x: 1 }
    ada.sendAwareness([{ clientId: 1, clock: 1, state }])
    await until('the state', () => bo.states().has(1))
    const user = { id: 'ada', name: 'ADA', side: 'design', color: '#aa0000' }
    expect(bo.states().get(1)).toEqual({ clock: 1, state: { cursor, user } })
    await ada.close()
    await until('the state to be taken back', () => bo.states().get(1)?.state === null)
    await bo.close()
  })

  it("another person's id is not spoken for", async () => {
    const roomId = await server.newDocument()
    const [ada, bo, cem] = await Promise.all([
      WireClient.open(server, 'ada', roomId),
      WireClient.open(server, 'bo', roomId),
      WireClient.open(server, 'cem', roomId),
    ])
    ada.sendAwareness([{ clientId: 1, clock: 1, state: { at: 'ada' } }])
    await until('the state', () => cem.states().has(1))
    bo.sendAwareness([
      { clientId: 2, clock: 1, state: { at: 'bo' } },
      { clientId: 1, clock: 9, state: { at: 'forged' } },
      { clientId: 3, clock: 1, state: { at: 'second id' } },
    ])
    await until('the own state', () => cem.states().has(2))
    expect(cem.states().get(1)?.state).toMatchObject({ at: 'ada' })
    expect(cem.states().has(3)).toBe(false)
    for (const client of [ada, bo, cem]) await client.close()
  })

  it('failure 15: the same person comes back before the old socket closed, and stays', async () => {
    const roomId = await server.newDocument()
    const bo = await WireClient.open(server, 'bo', roomId)
    const old = await WireClient.open(server, 'ada', roomId)
    old.sendAwareness([{ clientId: 1, clock: 1, state: { at: 'old' } }])
    await until('the old state', () => bo.states().has(1))
    const fresh = await WireClient.open(server, 'ada', roomId)
    fresh.sendAwareness([{ clientId: 1, clock: 2, state: { at: 'fresh' } }])
    await until('the fresh state', () => bo.states().get(1)?.clock === 2)
    await old.close()
    fresh.sendAwareness([{ clientId: 1, clock: 3, state: { at: 'fresher' } }])
    await until('the next state', () => bo.states().get(1)?.clock === 3)
    expect(bo.states().get(1)?.state).toMatchObject({ at: 'fresher' })
    for (const client of [bo, fresh]) await client.close()
  })

  it.each([
    ['a state over 8 KB', [{ clientId: 1, clock: 1, state: { blob: 'x'.repeat(9_000) } }]],
    ['100,000 entries', Array.from({ length: 100_000 }, (_, i) => ({ clientId: i, clock: 1, state: null }))],
    ['a clock at the end of all numbers', [{ clientId: 1, clock: 2 ** 53 - 1, state: {} }]],
    ['a state that is no object', [{ clientId: 1, clock: 1, state: 5 }]],
  ])('failure 26: %s closes the socket', async (_what, entries) => {
    const roomId = await server.newDocument()
    const ada = await WireClient.open(server, 'ada', roomId)
    ada.sendAwareness(entries)
    expect(await ada.whenClosed()).toEqual({ code: 4400, reason: 'awareness_refused' })
  })

  it('states come at 30 a second at most, and the last one comes', async () => {
    const roomId = await server.newDocument()
    const [ada, bo] = await Promise.all([
      WireClient.open(server, 'ada', roomId),
      WireClient.open(server, 'bo', roomId),
    ])
    const began = performance.now()
    for (let clock = 1; clock <= 400; clock++) {
      ada.sendAwareness([{ clientId: 1, clock, state: { at: `${clock}` } }])
      if (clock % 20 === 0) await new Promise((done) => setImmediate(done))
    }
    await until('the last state', () => bo.states().get(1)?.clock === 400)
    // twice the rate at once, and since then what the time allows, however long it took
    const allowed = defaultLimits.awarenessPerSecond * (2 + (performance.now() - began) / 1_000)
    expect(bo.awareness.length).toBeLessThanOrEqual(allowed)
    for (const client of [ada, bo]) await client.close()
  })
})
