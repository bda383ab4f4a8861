import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import * as protocol from '../../../shared/protocol.ts'
import type { RoomEvent } from '../../../shared/events.ts'
import { errors, Refusal } from '../../../shared/errors.ts'
import { until } from '../../helpers/until.ts'
import { startRooms, type RoomServer } from './room-server.ts'
import { changeOf, openStock, paragraph, textOf, WireClient } from './wire-client.ts'

let server: RoomServer
let release: () => void
beforeAll(async () => (server = await startRooms()))
afterAll(() => server.stop())

/** Every reason that a room's socket may be closed for. */
const roomCodes = [
  'update_too_large',
  'server_stopping',
  'reader_too_slow',
  'frame_malformed',
  'frame_unexpected',
  'awareness_refused',
  'read_only',
  'access_ended',
  'access_changed',
  'client_id_taken',
  'document_full',
  'update_malformed',
  'update_refused',
  'client_outdated',
  'too_many_updates',
  'too_many_requests',
  'storage_failed',
  'storage_full',
] as const

it('the numbers of the protocol are pinned: a change of them is a change of its version', () => {
  const { protocolVersion, messageType, syncStep, upgradeQuery } = protocol
  const closeCodes = roomCodes.map((code) => [code, errors[code].close])
  const pinned = JSON.stringify({ protocolVersion, messageType, syncStep, upgradeQuery, closeCodes })
  expect(createHash('sha256').update(pinned).digest('hex').slice(0, 16)).toBe('0a62852e789c68aa')
})

it('stock y-websocket clients write together, and meet no type they do not know', async () => {
  const roomId = await server.newDocument()
  const ada = openStock(server, 'ada', roomId)
  const bo = openStock(server, 'bo', roomId)
  await Promise.all([ada.synced(), bo.synced()])
  const block = new Y.XmlElement('paragraph')
  const text = new Y.XmlText('two')
  ada.doc.getXmlFragment('default').insert(0, [block])
  block.insert(0, [text])
  const seen = () =>
    (bo.doc.getXmlFragment('default').get(0) as Y.XmlElement | undefined)?.get(0) as Y.XmlText
  await until('the words to arrive', () => seen()?.toString() === 'two')
  seen().insert(3, ' people')
  await until('the answer to arrive', () => text.toString() === 'two people')
  server.rooms.publish('project', { type: 'project.changed' })
  bo.provider.awareness.setLocalStateField('cursor', 5)
  await until('the cursor', () =>
    [...ada.provider.awareness.getStates().values()].some((state) => state.cursor === 5),
  )
  ada.provider.destroy()
  bo.provider.destroy()
})

describe('rule 1: nobody is let in before it is decided', () => {
  it('a stranger gets the status and no room', async () => {
    expect(await upgrade('/api/rooms/whatever', {})).toBe(401)
  })

  it('more sockets than a person may have', async () => {
    const small = await startRooms({ limits: { socketsPerUser: 2 } })
    const roomId = await small.newDocument()
    await WireClient.open(small, 'ada', roomId)
    await WireClient.open(small, 'ada', roomId)
    const third = new WireClient(small, 'ada', roomId)
    expect(await third.whenClosed()).toMatchObject({ code: 1006 })
    await small.stop()
  })
})

describe('rule 3: durable first', () => {
  it('nothing is acknowledged or shown while its commit is in flight', async () => {
    const roomId = await server.newDocument()
    const [ada, bo] = await Promise.all([
      WireClient.open(server, 'ada', roomId),
      WireClient.open(server, 'bo', roomId),
    ])
    let reached = false
    server.control.before = (call) => {
      if (call !== 'append') return
      reached = true
      return new Promise<void>((done) => (release = done))
    }
    ada.sendUpdate(paragraph('slow').update)
    await until('the commit to begin', () => reached)
    bo.sendStep1()
    const cem = await WireClient.open(server, 'cem', roomId)
    cem.sendStep1()
    ada.sendFrame(protocol.messageType.ping)
    await until('the server to have read on', () => ada.types.includes(protocol.messageType.ping))
    expect([ada.saved, bo.updates.length, bo.answers.length, cem.answers.length]).toEqual([0, 0, 0, 0])
    server.control.before = null
    release()
    await until('the acknowledgement', () => ada.saved === 1)
    await until('the answers', () => bo.answers.length === 1 && cem.answers.length === 1)
    expect(textOf(cem.answers[0]!)).toBe('<paragraph>slow</paragraph>')
    for (const client of [ada, bo, cem]) await client.close()
  })

  it.each([
    ['storage_full', 4507],
    ['storage_failed', 4503],
  ] as const)('%s: its sender is told, nobody saw it, and the next attempt works', async (code, close) => {
    const roomId = await server.newDocument()
    const ada = openStock(server, 'ada', roomId)
    await ada.synced()
    const bo = await WireClient.open(server, 'bo', roomId)
    let failures = 0
    server.control.before = (call) => {
      if (call === 'append' && failures++ < 3) throw new Refusal(code)
    }
    const closes: number[] = []
    ada.provider.on('connection-close', (event) => event && closes.push(event.code))
    ada.doc.getXmlFragment('default').insert(0, [new Y.XmlElement('paragraph')])
    await until('three refusals', () => closes.length === 3)
    expect(bo.updates).toHaveLength(0)
    expect(closes).toEqual([close, close, close])
    await until('the text to arrive at last', () => bo.updates.length === 1)
    expect(textOf(await server.rooms.read(roomId))).toBe('<paragraph></paragraph>')
    expect(bo.closed).toBeNull()
    server.control.before = null
    ada.provider.destroy()
    await bo.close()
  })

  it('an update that arrived before its sender left is committed, and who joins meanwhile sees it', async () => {
    const roomId = await server.newDocument()
    const ada = await WireClient.open(server, 'ada', roomId)
    let reached = false
    server.control.before = (call) => {
      if (call !== 'append') return
      reached = true
      return new Promise<void>((done) => (release = done))
    }
    ada.sendUpdate(paragraph('last words').update)
    await until('the commit to begin', () => reached)
    await ada.close()
    const bo = openStock(server, 'bo', roomId)
    server.control.before = null
    release()
    await bo.synced()
    expect(bo.doc.getXmlFragment('default').toString()).toBe('<paragraph>last words</paragraph>')
    bo.provider.destroy()
  })
})

describe('rule 4: one frame per recipient per tick', () => {
  it('what came in one commit goes out in one frame', async () => {
    const roomId = await server.newDocument()
    const ada = await WireClient.open(server, 'ada', roomId)
    const bo = await WireClient.open(server, 'bo', roomId)
    const { doc, text, update } = paragraph('0')
    ada.sendUpdate(update)
    await until('the first frame', () => bo.updates.length === 1)
    server.control.before = () => new Promise<void>((done) => (release = done))
    for (let i = 1; i <= 50; i++) ada.sendUpdate(changeOf(doc, () => text.insert(i, String(i % 10))))
    ada.sendFrame(protocol.messageType.ping)
    await until('all to have arrived', () => ada.types.includes(protocol.messageType.ping))
    server.control.before = null
    release()
    await until('all to be saved', () => ada.saved === 51)
    const frames = bo.updates.length
    await until('the text', () => textOf(...bo.updates) === doc.getXmlFragment('default').toString())
    expect(frames).toBeLessThanOrEqual(3)
    for (const client of [ada, bo]) await client.close()
  })
})

describe('rule 5: a join is answered from bytes kept ready', () => {
  it('wholly when it has nothing, and with nothing new when it has all', async () => {
    const roomId = await server.newDocument()
    const { doc, update } = paragraph('here')
    const ada = await WireClient.open(server, 'ada', roomId)
    ada.sendUpdate(update)
    await until('the update to be saved', () => ada.saved === 1)
    const bo = await WireClient.open(server, 'bo', roomId)
    bo.sendStep1()
    bo.sendStep1(Y.encodeStateVector(doc))
    await until('both answers', () => bo.answers.length === 2)
    expect(textOf(bo.answers[0]!)).toBe('<paragraph>here</paragraph>')
    expect(Y.decodeUpdate(bo.answers[1]!).structs).toHaveLength(0)
    for (const client of [ada, bo]) await client.close()
  })

  it('a text that cannot be read is never shown as an empty one', async () => {
    const roomId = await server.newDocument()
    server.control.before = (call) => {
      if (call === 'load') throw new Refusal('storage_failed')
    }
    const ada = await WireClient.open(server, 'ada', roomId)
    expect(await ada.whenClosed()).toEqual({ code: 4503, reason: 'storage_failed' })
    expect(ada.answers).toHaveLength(0)
    server.control.before = null
  })
})

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
    const started = performance.now()
    await server.rooms.recheck({ userId: 'ada' })
    const after = textOf(await server.rooms.read(roomId))
    expect(await ada.whenClosed()).toEqual(end)
    expect(performance.now() - started).toBeLessThan(1_000)
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
      await server.rooms.recheck({ projectId: 'project' })
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
    server.rooms.publish('project', { type: 'members.changed' })
    await until('the event', () => ada.events.length === 1)
    ada.sendStep2(paragraph('x').update)
    expect(await ada.whenClosed()).toEqual({ code: 4403, reason: 'read_only' })
  })
})

describe('rule 9: a slow reader costs only itself', () => {
  it('is closed when more than the limit is unsent, and the others go on', async () => {
    const roomId = await server.newDocument()
    const slow = await WireClient.open(server, 'bo', roomId)
    const ada = await WireClient.open(server, 'ada', roomId)
    slow.socket.pause()
    const megabyte = 'x'.repeat(1_000_000)
    for (let i = 1; i <= 24; i++) {
      server.rooms.publish('project', { type: 'project.changed', megabyte } as RoomEvent)
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
  it('the name is the server’s, the colour and the rest are the client’s, and closing leaves no trace', async () => {
    const roomId = await server.newDocument()
    const [ada, bo] = await Promise.all([
      WireClient.open(server, 'ada', roomId),
      WireClient.open(server, 'bo', roomId),
    ])
    const state = { user: { id: 'bo', name: 'Boss', side: 'manufacture', color: '#aa0000' }, cursor: 3 }
    ada.sendAwareness([{ clientId: 1, clock: 1, state }])
    await until('the state', () => bo.states().has(1))
    const user = { id: 'ada', name: 'ADA', side: 'design', color: '#aa0000' }
    expect(bo.states().get(1)).toEqual({ clock: 1, state: { cursor: 3, user } })
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

  it('the same person comes back before the old socket closed, and stays', async () => {
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
  ])('%s closes the socket', async (_what, entries) => {
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
    for (let clock = 1; clock <= 400; clock++) {
      ada.sendAwareness([{ clientId: 1, clock, state: { clock } }])
      if (clock % 20 === 0) await new Promise((done) => setImmediate(done))
    }
    await until('the last state', () => bo.states().get(1)?.clock === 400)
    expect(bo.awareness.length).toBeLessThan(70)
    for (const client of [ada, bo]) await client.close()
  })
})

describe('rule 11: another schema or protocol cannot write', () => {
  it.each(['?protocol=1&schema=999', '?protocol=2&schema=1'])('%s', async (query) => {
    const roomId = await server.newDocument()
    const old = await WireClient.open(server, 'ada', roomId, query)
    old.sendUpdate(paragraph('old').update)
    expect(await old.whenClosed()).toEqual({ code: 4426, reason: 'client_outdated' })
    expect(old.types).toEqual([])
    expect(textOf(await server.rooms.read(roomId))).toBe('')
  })
})

describe('frames', () => {
  it.each([
    ['garbage', (client: WireClient) => client.socket.send(Uint8Array.of(0, 2, 255)), 'frame_malformed'],
    ['an unknown type', (client: WireClient) => client.sendFrame(42), 'frame_unexpected'],
    ['a type that only the server sends', (client: WireClient) => client.sendFrame(100), 'frame_unexpected'],
    ['text', (client: WireClient) => client.socket.send('hello'), 'frame_malformed'],
    [
      'something after the end',
      (client: WireClient) => client.socket.send(Uint8Array.of(3, 0)),
      'frame_malformed',
    ],
  ])('%s closes the socket', async (_what, send, reason) => {
    const roomId = await server.newDocument()
    const ada = await WireClient.open(server, 'ada', roomId)
    send(ada)
    expect(await ada.whenClosed()).toEqual({ code: 4400, reason })
  })

  it('a hundred questions for everything are too many', async () => {
    const roomId = await server.newDocument()
    const ada = await WireClient.open(server, 'ada', roomId)
    for (let i = 0; i < 100; i++) ada.sendStep1()
    expect(await ada.whenClosed()).toEqual({ code: 4429, reason: 'too_many_requests' })
    expect(ada.answers.length).toBeLessThanOrEqual(9)
  })

  it('a frame over the limit', async () => {
    const roomId = await server.newDocument()
    const ada = await WireClient.open(server, 'ada', roomId)
    ada.socket.send(Buffer.alloc(2_097_153))
    expect(await ada.whenClosed()).toMatchObject({ code: 1009 })
  })
})

/** The status that an upgrade is answered with. */
function upgrade(path: string, headers: Record<string, string>): Promise<number> {
  return new Promise<number>((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers })
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode!))
    socket.on('open', () => resolve(101))
    socket.on('error', reject)
  })
}
