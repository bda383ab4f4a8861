import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { z } from 'zod'
import { roomEvent } from '../../../shared/wire/events.ts'
import * as protocol from '../../../shared/wire/protocol.ts'
import { errors, Refusal } from '../../../shared/errors.ts'
import { ourQuery } from '../../helpers/http/our-query.ts'
import { until } from '../../helpers/until.ts'
import { startRooms, type RoomServer } from '../../helpers/rooms/room-server.ts'
import { changeOf, openStock, paragraph, textOf, WireClient } from '../../helpers/rooms/wire-client.ts'

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

const hashOf = (pinned: object): string =>
  createHash('sha256').update(JSON.stringify(pinned)).digest('hex').slice(0, 16)

it('the numbers of the protocol are pinned: a change of them is a change of its version', () => {
  const { protocolVersion, messageType, syncStep, upgradeQuery } = protocol
  const closeCodes = roomCodes.map((code) => [code, errors[code].close])
  const pinned = { protocolVersion, messageType, syncStep, upgradeQuery, closeCodes }
  expect(hashOf(pinned)).toBe('4302c64a0e803a0e')
})

it('what events hold is pinned: a page of a former version reads anew what it is told in a form that it does not know', () => {
  expect(hashOf(z.toJSONSchema(roomEvent))).toBe('6cc647bf3ab449c2')
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
  server.bus.publish('project', { type: 'project.changed' })
  bo.provider.awareness.setLocalStateField('at', 'the end')
  await until('the state', () =>
    [...ada.provider.awareness.getStates().values()].some((state) => state.at === 'the end'),
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
  ] as const)(
    'failure 6, %s: its sender is told, nobody saw it, and the next attempt works',
    async (code, close) => {
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
    },
  )

  it('failure 3: an update that arrived before its sender left is committed, and who joins meanwhile sees it', async () => {
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

  it('failure 9: a text that cannot be read is never shown as an empty one', async () => {
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

describe('what a client asks in the upgrade', () => {
  const asking = (vector: Uint8Array) => `${ourQuery}&vector=${Buffer.from(vector).toString('base64url')}`

  it('is answered at once, by what it lacks and once', async () => {
    const roomId = await server.newDocument()
    const { doc, text, update } = paragraph('wall')
    const ada = await WireClient.open(server, 'ada', roomId)
    ada.sendUpdate(update)
    await ada.when('the text to be durable', () => ada.saved === 1)
    const vector = Y.encodeStateVector(doc)
    ada.sendUpdate(changeOf(doc, () => text.insert(4, ' 1.2 mm')))
    await ada.when('the change to be durable', () => ada.saved === 2)

    const newcomer = await WireClient.open(server, 'bo', roomId, asking(Uint8Array.of(0)))
    await newcomer.when('the answer', () => newcomer.answers.length > 0)
    expect(textOf(...newcomer.answers)).toBe(textOf(Y.encodeStateAsUpdate(doc)))
    const back = await WireClient.open(server, 'bo', roomId, asking(vector))
    await back.when('the answer', () => back.answers.length > 0)
    expect(textOf(update, ...back.answers)).toBe(textOf(Y.encodeStateAsUpdate(doc)))
    expect(back.answers[0]!.length).toBeLessThan(newcomer.answers[0]!.length)

    newcomer.sendFrame(protocol.messageType.ping)
    await newcomer.when('the pong', () => newcomer.types.includes(protocol.messageType.ping))
    expect(newcomer.answers).toHaveLength(1)
  })

  it('rule 1: who does not speak our protocol is told nothing before asking', async () => {
    const roomId = await server.newDocument()
    const stock = await WireClient.open(server, 'ada', roomId, '?vector=AA')
    stock.sendFrame(protocol.messageType.queryAwareness)
    await stock.when('the awareness', () => stock.awareness.length > 0)
    expect(stock.answers).toEqual([])
  })

  it('rule 2: a vector that is none closes the socket', async () => {
    const roomId = await server.newDocument()
    const ada = await WireClient.open(server, 'ada', roomId, asking(Uint8Array.of(5, 1)))
    expect(await ada.whenClosed()).toEqual({ code: 4400, reason: 'frame_malformed' })
  })
})

describe('rule 11: another schema or protocol cannot write', () => {
  it.each(['?protocol=2&schema=999', '?protocol=1&schema=1'])('failure 30: %s', async (query) => {
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

  it('failure 27: a hundred questions for everything are too many', async () => {
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
