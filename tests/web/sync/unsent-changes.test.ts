import { WebSocket } from 'ws'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import type { RunningServer } from '../../../server/open-server.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { linesMissing, recoveredWords } from '../../../web/sync/recovered-words.ts'
import { openRoom, type Room, type RoomOptions } from '../../../web/sync/room.ts'
import {
  createDocument,
  createPerson,
  join,
  openRoom as openStock,
  type Person,
} from '../../helpers/people.ts'
import { startServer } from '../../helpers/server.ts'
import { until } from '../../helpers/until.ts'
import { fakeStorage } from './fake-storage.ts'

let server: RunningServer
let [anna, li]: Person[] = []
let projectId: string
beforeAll(async () => {
  server = await startServer()
  anna = await createPerson(server.url)
  li = await createPerson(server.url, '李伟')
  projectId = (await createDocument(anna)).projectId
  await join(anna, li, projectId, 'manufacture', 'editor')
})
afterAll(async () => {
  vi.unstubAllGlobals()
  await server.close()
})
const plainFetch = globalThis.fetch
beforeEach(() => void vi.stubGlobal('localStorage', fakeStorage().storage))

function open(person: Person, roomId: string, options: Partial<RoomOptions> = {}): Promise<Room> {
  vi.stubGlobal('fetch', (address: string, init?: RequestInit) =>
    plainFetch(address, { ...init, headers: { Cookie: person.cookie, ...init?.headers } }),
  )
  return openRoom({
    roomId,
    userId: person.user.id,
    origin: person.url,
    WebSocket: class extends WebSocket {
      constructor(address: string) {
        super(address, { headers: { Cookie: person.cookie, Origin: person.url } })
      }
    } as unknown as typeof globalThis.WebSocket,
    ...options,
  })
}
const write = (doc: Y.Doc, words: string) => {
  const paragraph = new Y.XmlElement('paragraph')
  paragraph.insert(0, [new Y.XmlText(words)])
  doc.getXmlFragment(textField).push([paragraph])
}
const count = (doc: Y.Doc, words: string) => doc.getXmlFragment(textField).toString().split(words).length - 1
const saved = (room: Room) => until('the room to be saved', () => room.state.get().kind === 'saved')
const newDocument = async () => {
  const reply = await anna!.ask('POST', `/api/projects/${projectId}/documents`, {
    kind: 'spec',
    title: 'Lamp',
  })
  return (reply.body as { id: string }).id
}

test('an id that another editor was given: what was written under it here is written anew, once', async () => {
  const documentId = await newDocument()
  const theirs = new Y.Doc()
  theirs.clientID = 4_711
  const other = openStock(anna!, documentId, { doc: theirs })
  await until('the other to have the text', () => other.provider.synced)
  write(other.doc, 'theirs')
  const room = await open(li!, documentId)
  room.doc.clientID = 4_711
  write(room.doc, 'mine, offline')
  write(room.doc, 'and more')
  const seed = await until('another room to be wanted', () => room.replacement.get())
  room.close()
  const next = await open(li!, documentId, { seed })
  await saved(next)
  await until('the other to have both', () => count(other.doc, 'and more') === 1)
  for (const doc of [next.doc, other.doc]) {
    expect(['theirs', 'mine, offline', 'and more'].map((words) => count(doc, words))).toEqual([1, 1, 1])
  }
  next.close()
  other.provider.destroy()
})

test('what the server refuses is kept apart as words, and the document opens fresh', async () => {
  const documentId = await newDocument()
  const room = await open(li!, documentId)
  await saved(room)
  write(room.doc, 'taken')
  await saved(room)
  write(room.doc, `too long ${'字'.repeat(500_000)}`)
  const seed = await until('another room to be wanted', () => room.replacement.get())
  expect(seed).toMatchObject({ update: null, changes: 0 })
  expect(room.state.get()).toMatchObject({ kind: 'refused' })
  room.close()
  const shelf = recoveredWords(li!.user.id, documentId)
  expect(shelf.words.get()).toHaveLength(1)
  expect(shelf.words.get()[0]!.words).toMatch(/^too long 字+$/)
  const next = await open(li!, documentId, { seed })
  await saved(next)
  expect([count(next.doc, 'taken'), count(next.doc, 'too long')]).toEqual([1, 0])
  shelf.dismiss(shelf.words.get()[0]!.id)
  expect(shelf.words.get()).toEqual([])
  next.close()
})

test('who may only read is told that all is saved, though the server asks nothing of them', async () => {
  const reader = await createPerson(server.url, 'Rita')
  await join(anna!, reader, projectId, 'design', 'viewer')
  const documentId = await newDocument()
  const room = await open(reader, documentId)
  await saved(room)
  room.close()
})

test('lines that another text lacks, each as often as it lacks it', () => {
  expect(linesMissing('a\nb\nb\n\nc', 'b\na')).toBe('b\nc')
  expect(linesMissing('a', 'a')).toBe('')
})

test('who may only read since: words that were not sent are kept apart, and the text is the server’s', async () => {
  const wang = await createPerson(server.url, 'Wang')
  await join(anna!, wang, projectId, 'manufacture', 'editor')
  const documentId = await newDocument()
  const room = await open(wang, documentId)
  await saved(room)
  write(room.doc, 'sent in time')
  await saved(room)
  const lowered = anna!.ask('PATCH', `/api/projects/${projectId}/members/${wang.user.id}`, { role: 'viewer' })
  // typed on until the standing has changed, and after it
  await until('the access to have ended', async () => {
    write(room.doc, 'typed too late')
    await new Promise((done) => setTimeout(done, 1))
    return (await lowered).status === 200 && room.replacement.get() !== null
  })
  write(room.doc, 'and later still')
  room.close()
  const next = await open(wang, documentId, { seed: room.replacement.get()! })
  await saved(next)
  expect(count(next.doc, 'sent in time')).toBe(1)
  expect(count(next.doc, 'and later still')).toBe(0)
  const kept = recoveredWords(wang.user.id, documentId).words.get()
  expect(kept.map(({ code }) => code)).toEqual(['read_only'])
  expect(kept[0]!.words).toContain('typed too late')
  next.close()
})
