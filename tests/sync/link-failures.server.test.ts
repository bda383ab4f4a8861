import { WebSocket } from 'ws'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import type { RunningServer } from '../../server/open-server.ts'
import { textField } from '../../shared/document/text-field.ts'
import { documentRoom } from '../../web/sync/room/room-address.ts'
import { openRoom, type Room } from '../../web/sync/room/room.ts'
import { openProxy } from '../helpers/http/link-proxy.ts'
import { createDocument, createPerson, join, openRoom as openStock, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'

let server: RunningServer
beforeAll(async () => void (server = await startServer()))
afterAll(() => server.close())

const plainFetch = globalThis.fetch
afterAll(() => vi.unstubAllGlobals())

function open(person: Person, roomId: string, origin = person.url): Promise<Room> {
  // what a room asks by itself carries the person's cookie in a browser
  vi.stubGlobal('fetch', (address: string, init?: RequestInit) =>
    plainFetch(address, { ...init, headers: { Cookie: person.cookie, ...init?.headers } }),
  )
  return openRoom({
    room: documentRoom(roomId),
    userId: person.user.id,
    origin,
    WebSocket: class extends WebSocket {
      constructor(address: string) {
        super(address, { headers: { Cookie: person.cookie, Origin: origin } })
      }
    } as unknown as typeof globalThis.WebSocket,
  })
}

const root = (doc: Y.Doc) => doc.getXmlFragment(textField)
const saved = async (room: Room): Promise<void> => {
  await until('the room to be saved', () => room.state.get().kind === 'saved', 20).catch((cause: unknown) => {
    throw new Error(`it stays ${JSON.stringify(room.state.get())}`, { cause })
  })
}
const count = (doc: Y.Doc, words: string) => root(doc).toString().split(words).length - 1

function write(doc: Y.Doc, words: string): Y.XmlElement {
  const paragraph = new Y.XmlElement('paragraph')
  paragraph.insert(0, [new Y.XmlText(words)])
  root(doc).push([paragraph])
  return paragraph
}

function remove(doc: Y.Doc, words: string): void {
  const at = root(doc)
    .toArray()
    .findIndex((block) => String(block).includes(words))
  root(doc).delete(at, 1)
}

async function kept(documentId: string): Promise<Y.Doc> {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, await server.rooms.read(documentId))
  return doc
}

test('failure 11: two who open a new document at the same moment have what it was begun with once', async () => {
  const anna = await createPerson(server.url)
  const { documentId } = await createDocument(anna, { kind: 'brief', title: 'Lamp', template: 'brief' })
  const begun = root(await kept(documentId)).length
  expect(begun).toBeGreaterThan(1)
  const rooms = await Promise.all([open(anna, documentId), open(anna, documentId)])
  await Promise.all(rooms.map(saved))
  for (const room of rooms) write(room.doc, 'mine')
  await Promise.all(rooms.map(saved))
  const doc = await kept(documentId)
  expect(root(doc).length).toBe(begun + 2)
  for (const room of rooms) {
    await until('the same text', () => root(room.doc).toString() === root(doc).toString())
    room.close()
  }
})

test('failure 12: a version is brought back while somebody is away with their old copy: nothing doubles', async () => {
  const anna = await createPerson(server.url)
  const { documentId } = await createDocument(anna)
  const proxy = await openProxy(Number(new URL(server.url).port))
  const away = await open(anna, documentId, `http://127.0.0.1:${proxy.port}`)
  await saved(away)
  write(away.doc, 'in both versions')
  await saved(away)
  const { version } = await anna.post<{ version: { id: string } }>(`/api/documents/${documentId}/versions`, {
    name: 'first',
  })
  write(away.doc, 'only in the second')
  await saved(away)
  proxy.freeze()
  await anna.ask('POST', `/api/documents/${documentId}/versions/${version.id}/restore`)
  write(away.doc, 'written away')
  await until('the loss to show', () => away.state.get().kind === 'offline')
  proxy.thaw()
  proxy.cut()
  await saved(away)
  await until('one text', async () => root(away.doc).toString() === root(await kept(documentId)).toString())
  expect(count(away.doc, 'in both versions')).toBe(1)
  expect(count(away.doc, 'only in the second')).toBe(0)
  expect(count(away.doc, 'written away')).toBe(1)
  away.close()
  proxy.close()
})

test('failures 13 and 14: a copy that slept while both sides wrote comes back whole: nothing lost, doubled or undead', async () => {
  const anna = await createPerson(server.url)
  const { documentId } = await createDocument(anna)
  const proxy = await openProxy(Number(new URL(server.url).port))
  const asleep = await open(anna, documentId, `http://127.0.0.1:${proxy.port}`)
  await saved(asleep)
  write(asleep.doc, 'before')
  await saved(asleep)
  proxy.freeze()
  const awake = openStock(anna, documentId)
  await until('the other to be in', () => awake.provider.synced)
  write(awake.doc, 'by the other')
  remove(awake.doc, 'before')
  write(asleep.doc, 'by the sleeper')
  write(asleep.doc, 'made and taken away')
  remove(asleep.doc, 'made and taken away')
  await until('the loss to show', () => asleep.state.get().kind === 'offline')
  proxy.thaw()
  proxy.cut()
  await saved(asleep)
  for (const doc of [asleep.doc, await kept(documentId), awake.doc]) {
    await until('the others’ words', () => count(doc, 'by the other') === 1)
    await until('the sleeper’s words', () => count(doc, 'by the sleeper') === 1)
    expect([count(doc, 'before'), count(doc, 'made and taken away')]).toEqual([0, 0])
  }
  awake.provider.destroy()
  asleep.close()
  proxy.close()
})

/** As a copy of a tab's memory would have it. */
function takeId({ doc, awareness }: Room, clientId: number): void {
  const mine = awareness.getLocalState()
  awareness.setLocalState(null)
  doc.clientID = clientId
  awareness.clientID = clientId
  awareness.setLocalState(mine)
}

test('failure 18: two copies with one client id: the second takes another, and both keep their words', async () => {
  const anna = await createPerson(server.url)
  const li = await createPerson(server.url, '李伟')
  const { projectId, documentId } = await createDocument(anna)
  await join(anna, li, projectId, 'manufacture', 'editor')
  const first = await open(anna, documentId)
  write(first.doc, 'the first')
  await saved(first)
  for (const person of [anna, li]) {
    const second = await open(person, documentId)
    takeId(second, first.doc.clientID)
    await saved(second)
    expect(second.doc.clientID).not.toBe(first.doc.clientID)
    write(second.doc, `the second of ${person.user.id}`)
    write(first.doc, `again, beside ${person.user.id}`)
    await Promise.all([saved(second), saved(first)])
    const doc = await kept(documentId)
    expect(count(doc, `the second of ${person.user.id}`)).toBe(1)
    expect(count(doc, `again, beside ${person.user.id}`)).toBe(1)
    second.close()
  }
  first.close()
})

test('failure 19: whenever it says saved, the server has every word, however often the link breaks', async () => {
  const anna = await createPerson(server.url)
  const { documentId } = await createDocument(anna)
  const proxy = await openProxy(Number(new URL(server.url).port))
  const room = await open(anna, documentId, `http://127.0.0.1:${proxy.port}`)
  await saved(room)
  const text = write(room.doc, '').get(0) as Y.XmlText
  let typed = 0
  let claims = 0
  const lies: number[] = []
  room.state.subscribe(() => {
    const claimed = typed
    if (room.state.get().kind !== 'saved') return
    claims++
    void kept(documentId).then((doc) => count(doc, `${claimed}.`) === 1 || lies.push(claimed))
  })
  const breaking = setInterval(() => proxy.cut(), 650)
  for (const end = performance.now() + 6_000; performance.now() < end;) {
    text.insert(text.length, `${++typed}.`)
    await new Promise((done) => setTimeout(done, typed % 40))
  }
  clearInterval(breaking)
  await saved(room)
  const words = Array.from({ length: typed }, (_, i) => `${i + 1}.`).join('')
  expect(count(await kept(documentId), words)).toBe(1)
  expect(lies, 'words that it called saved and the server did not have').toEqual([])
  expect(claims).toBeGreaterThan(1)
  room.close()
  proxy.close()
})
