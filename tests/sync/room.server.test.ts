import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { WebSocket } from 'ws'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { errors, type ErrorCode } from '../../shared/errors.ts'
import type { RoomEvent } from '../../shared/wire/events.ts'
import type { RunningServer } from '../../server/open-server.ts'
import { documentRoom } from '../../web/sync/room/room-address.ts'
import { openRoom } from '../../web/sync/room/room.ts'
import type { SaveState } from '../../web/sync/room/save-state.ts'
import { messageType, syncStep, upgradeQuery } from '../../shared/wire/protocol.ts'
import { textField } from '../../shared/document/text-field.ts'
import {
  createDocument,
  createPerson,
  join,
  openRoom as openStock,
  ownPage,
  password,
  type Person,
} from '../helpers/people.ts'
import { openProxy } from '../helpers/http/link-proxy.ts'
import { startServer } from '../helpers/server.ts'
import { until, withinSeconds } from '../helpers/until.ts'
import * as Y from 'yjs'

let server: RunningServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())
afterEach(() => void vi.unstubAllGlobals())

const socketOf = (person: Person) =>
  class extends WebSocket {
    constructor(address: string) {
      super(address, { headers: { Cookie: person.cookie, Origin: person.url } })
    }
  } as unknown as typeof globalThis.WebSocket

const plainFetch = globalThis.fetch

function open(person: Person, roomId: string) {
  // what a room asks by itself carries the person's cookie in a browser
  vi.stubGlobal('fetch', (address: string, init?: RequestInit) =>
    plainFetch(address, { ...init, headers: { Cookie: person.cookie, ...init?.headers } }),
  )
  return openBy(person, roomId, socketOf(person))
}

const openBy = (person: Person, roomId: string, Socket: unknown) =>
  openRoom({
    room: documentRoom(roomId),
    userId: person.user.id,
    origin: person.url,
    WebSocket: Socket as typeof globalThis.WebSocket,
  })

/** Another session of the same person; returns its cookie. */
async function signIn({ url, user }: Person): Promise<string> {
  const reply = await plainFetch(`${url}/api/sessions`, {
    method: 'POST',
    headers: { ...ownPage(url), 'Content-Type': 'application/json' },
    body: JSON.stringify({ email: user.email, password }),
  })
  expect(reply.status).toBe(201)
  return reply.headers.getSetCookie()[0]!.split(';', 1)[0]!
}

const write = (doc: Y.Doc, words: string) => {
  const paragraph = new Y.XmlElement('paragraph')
  paragraph.insert(0, [new Y.XmlText(words)])
  doc.getXmlFragment(textField).push([paragraph])
}

test('rule 3: a change is saving until the server has it durably, then saved, and the other has it', async () => {
  const anna = await createPerson(server.url)
  const { documentId } = await createDocument(anna)
  const room = await open(anna, documentId)
  const stock = openStock(anna, documentId)
  await until('the room to be saved', () => room.state.get().kind === 'saved')
  write(room.doc, 'durable')
  expect(room.state.get()).toEqual({ kind: 'saving' })
  expect([room.unsent(), room.unsavedWords()]).toEqual([1, 'durable'])
  await until('the change to be saved', () => room.state.get().kind === 'saved')
  expect([room.unsent(), room.unsavedWords()]).toEqual([0, ''])
  await until('the other to have it', () =>
    stock.doc.getXmlFragment(textField).toString().includes('durable'),
  )
  stock.provider.destroy()
  room.close()
})

test('what the server tells in a form that this page does not know is read anew: nothing shown grows old', async () => {
  const anna = await createPerson(server.url)
  const { projectId, documentId } = await createDocument(anna)
  const room = await open(anna, documentId)
  const told: string[] = []
  room.onEvent(({ type }) => told.push(type))
  await until('the room to be saved', () => room.state.get().kind === 'saved')
  server.bus.publish(projectId, { type: 'thread.saved', thread: { id: 1 } } as unknown as RoomEvent)
  server.bus.publish(projectId, { type: 'members.changed' })
  await until('both to be told', () => told.includes('members.changed'))
  expect(told).toEqual(['review.changed', 'project.changed', 'members.changed'])
  room.close()
})

test('the text is asked for by the address, once for each connection, with what is here already', async () => {
  const anna = await createPerson(server.url)
  const { documentId } = await createDocument(anna)
  const sockets: WebSocket[] = []
  const asked: boolean[] = []
  class Watched extends (socketOf(anna) as unknown as typeof WebSocket) {
    constructor(address: string) {
      super(address)
      sockets.push(this)
    }
    override send(data: Uint8Array) {
      asked.push(data[0] === messageType.sync && data[1] === syncStep.step1)
      super.send(data)
    }
  }
  const vectorOf = ({ url }: WebSocket) =>
    Buffer.from(new URL(url).searchParams.get(upgradeQuery.vector)!, 'base64url')
  const room = await openBy(anna, documentId, Watched)
  await until('the room to be saved', () => room.state.get().kind === 'saved')
  write(room.doc, 'here')
  await until('the change to be saved', () => room.state.get().kind === 'saved')
  const vector = Buffer.from(Y.encodeStateVector(room.doc))
  sockets[0]!.close()
  await until('another connection', () => sockets.length === 2)
  await until('the room to be saved again', () => room.state.get().kind === 'saved')
  expect(sockets.map(vectorOf)).toEqual([Buffer.of(0), vector])
  expect(asked).not.toContain(true)
  room.close()
})

test('a socket that is closing already as it opens is sent nothing, and the next one saves', async () => {
  const anna = await createPerson(server.url)
  const { documentId } = await createDocument(anna)
  const sockets: WebSocket[] = []
  const late: number[] = []
  class Watched extends (socketOf(anna) as unknown as typeof WebSocket) {
    constructor(address: string) {
      super(address)
      // before the provider hears of it, which says hello then
      if (sockets.push(this) === 1) this.addEventListener('open', () => this.close())
    }
    override send(data: Uint8Array) {
      if (this.readyState !== this.OPEN) late.push(this.readyState)
      super.send(data)
    }
  }
  const room = await openBy(anna, documentId, Watched)
  write(room.doc, 'early')
  await until('the change to be saved', () => room.state.get().kind === 'saved')
  expect([sockets.length, late]).toEqual([2, []])
  room.close()
})

test('rule 8: whoever is removed from the project is told so, and is not connected again', async () => {
  const anna = await createPerson(server.url)
  const li = await createPerson(server.url, '李伟')
  const { projectId, documentId } = await createDocument(anna)
  await join(anna, li, projectId, 'manufacture', 'editor')
  const room = await open(li, documentId)
  await until('the room to be saved', () => room.state.get().kind === 'saved')
  await anna.ask('DELETE', `/api/projects/${projectId}/members/${li.user.id}`)
  const state = await until('the refusal', () => {
    const now = room.state.get()
    return now.kind === 'refused' && now
  })
  expect(state).toMatchObject({ code: 'access_ended', changes: 0 })
  room.close()
})

describe('when only the session ended', () => {
  test('rule 8: who has another one in this browser, after a new password or a claimed account, goes on', async () => {
    const li = await createPerson(server.url, '李伟')
    const { documentId } = await createDocument(li)
    const here = { ...li }
    const room = await open(here, documentId)
    await until('the room to be saved', () => room.state.get().kind === 'saved')
    const kinds: string[] = []
    room.state.subscribe(() => kinds.push(room.state.get().kind))
    here.cookie = await signIn(li)
    await li.ask('DELETE', '/api/sessions/current')
    // it may be back within a few milliseconds
    await until('the link to be lost', () => kinds.includes('offline'))
    write(room.doc, 'written after it')
    await until('the room to be saved again', () => room.state.get().kind === 'saved')
    room.close()
  })

  test('says so, and comes back by itself when the page is looked at after the person signed in', async () => {
    const li = await createPerson(server.url, '李伟')
    const { documentId } = await createDocument(li)
    const here = { ...li }
    const page = Object.assign(new EventTarget(), { document: new EventTarget() })
    vi.stubGlobal('window', page)
    const room = await open(here, documentId)
    await until('the room to be saved', () => room.state.get().kind === 'saved')
    await li.ask('DELETE', '/api/sessions/current')
    await until('the refusal', () => room.state.get().kind === 'refused')
    expect(room.state.get()).toMatchObject({ code: 'session_required' })
    here.cookie = await signIn(li)
    page.dispatchEvent(new Event('focus'))
    await until('the room to be saved again', () => room.state.get().kind === 'saved')
    room.close()
  })

  test('does not go on as somebody else', async () => {
    const [li, anna] = [await createPerson(server.url, '李伟'), await createPerson(server.url, 'Anna')]
    const { projectId, documentId } = await createDocument(li)
    await join(li, anna, projectId, 'manufacture', 'editor')
    const here = { ...li }
    const room = await open(here, documentId)
    await until('the room to be saved', () => room.state.get().kind === 'saved')
    here.cookie = anna.cookie
    await li.ask('DELETE', '/api/sessions/current')
    await until('the refusal', () => room.state.get().kind === 'refused')
    expect(room.state.get()).toMatchObject({ code: 'account_changed' })
    room.close()
  })

  test('words that wait here are not sent as somebody else, who signed in while the link was away', async () => {
    const [li, anna] = [await createPerson(server.url, '李伟'), await createPerson(server.url, 'Anna')]
    const { projectId, documentId } = await createDocument(li)
    await join(li, anna, projectId, 'manufacture', 'editor')
    const here = { ...li, cookie: anna.cookie }
    const room = await open(here, documentId)
    write(room.doc, 'by Li alone')
    await until('the refusal', () => room.state.get().kind === 'refused')
    expect(room.state.get()).toMatchObject({ code: 'account_changed', changes: 1 })
    const there = new Y.Doc()
    Y.applyUpdate(there, await server.rooms.read(documentId))
    expect(there.getXmlFragment(textField).toString()).not.toContain('by Li alone')
    here.cookie = li.cookie
    room.retry()
    await until('the room to be saved', () => room.state.get().kind === 'saved')
    room.close()
  })
})

describe('what the server cannot do for a while', () => {
  /** A server whose upgrades and questions are refused with one code until it is `back`. */
  async function refusing(code: ErrorCode) {
    const state = { isBack: false, refused: 0, asked: 0 }
    const away = createServer((_request, response) => response.end())
    away.on('upgrade', (_request, socket: Socket) => {
      state.refused++
      socket.end(`HTTP/1.1 ${errors[code].status} Refused\r\nContent-Length: 0\r\n\r\n`)
    })
    await new Promise<void>((done) => away.listen(0, '127.0.0.1', done))
    onTestFinished(() => void away.close())
    const { port } = away.address() as AddressInfo
    const SocketThere = (person: Person) =>
      class extends (socketOf(person) as unknown as typeof WebSocket) {
        constructor(address: string) {
          super(
            state.isBack
              ? address
              : address.replace(person.url.replace('http', 'ws'), `ws://127.0.0.1:${port}`),
          )
        }
      }
    const answer = () => {
      state.asked++
      return Response.json({ error: { code, params: {} } }, { status: errors[code].status })
    }
    return { state, SocketThere, answer }
  }
  const asIs = (person: Person) => (address: string, init?: RequestInit) =>
    plainFetch(address, { ...init, headers: { Cookie: person.cookie, ...init?.headers } })

  test.each(['storage_unreadable', 'too_many_sockets', 'too_many_conversions'] as const)(
    'a database that is away, or a limit that is reached, ends by itself: after %s the room comes back',
    async (code) => {
      const anna = await createPerson(server.url)
      const { documentId } = await createDocument(anna)
      const { state, SocketThere, answer } = await refusing(code)
      const there = asIs(anna)
      vi.stubGlobal('fetch', (address: string, init?: RequestInit) =>
        state.isBack ? there(address, init) : Promise.resolve(answer()),
      )
      const room = await openBy(anna, documentId, SocketThere(anna))
      write(room.doc, 'while it was away')
      // asked twice for why: the first answer is heard by then
      await until('it to be refused and asked for why', () => state.refused > 1 && state.asked > 2)
      expect(room.state.get()).toMatchObject({ kind: 'offline', changes: 1 })
      state.isBack = true
      await until('the room to be saved', () => room.state.get().kind === 'saved')
      room.close()
    },
  )

  test('a socket that ended while the server cannot say why is no end of access', async () => {
    const anna = await createPerson(server.url)
    const { documentId } = await createDocument(anna)
    const here = { ...anna }
    const room = await open(here, documentId)
    await until('the room to be saved', () => room.state.get().kind === 'saved')
    here.cookie = await signIn(anna)
    let asked = 0
    const there = asIs(here)
    vi.stubGlobal('fetch', (address: string, init?: RequestInit) =>
      asked++ === 0
        ? Promise.resolve(Response.json({ error: { code: 'storage_unreadable' } }, { status: 503 }))
        : there(address, init),
    )
    await anna.ask('DELETE', '/api/sessions/current')
    await until('it to be asked for why', () => asked > 0)
    await until('the room to be saved again', () => room.state.get().kind === 'saved')
    room.close()
  })
})

test('changes that come faster than the server takes them are sent again by themselves, as is said', async () => {
  const anna = await createPerson(server.url)
  const { documentId } = await createDocument(anna)
  const room = await open(anna, documentId)
  await until('the room to be saved', () => room.state.get().kind === 'saved')
  const told: SaveState[] = []
  room.state.subscribe(() => told.push(room.state.get()))
  for (let at = 0; at < 1_000; at++) write(room.doc, `line ${at}`)
  await until('the room to be saved', () => room.state.get().kind === 'saved', 30)
  expect(told).toContainEqual(expect.objectContaining({ kind: 'offline', code: 'too_many_updates' }))
  expect(told.filter(({ kind }) => kind === 'refused')).toEqual([])
  const there = new Y.Doc()
  Y.applyUpdate(there, await server.rooms.read(documentId))
  expect(there.getXmlFragment(textField).toString()).toContain('line 999')
  room.close()
})

test('a link that goes silent shows within 4 s, changes are counted, and are saved when it is back', async () => {
  const anna = await createPerson(server.url)
  const { documentId } = await createDocument(anna)
  const proxy = await openProxy(Number(new URL(server.url).port))
  const room = await open({ ...anna, url: `http://127.0.0.1:${proxy.port}` }, documentId)
  await until('the room to be saved', () => room.state.get().kind === 'saved')
  proxy.freeze()
  write(room.doc, 'unsent')
  await withinSeconds(4, 'the loss to show', () => room.state.get().kind === 'offline')
  expect(room.state.get()).toEqual({ kind: 'offline', changes: 1, kept: 0, code: undefined })
  proxy.thaw()
  await until('the change to be saved', () => room.state.get().kind === 'saved')
  room.close()
  proxy.close()
})
