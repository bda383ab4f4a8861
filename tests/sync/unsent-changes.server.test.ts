import { WebSocket } from 'ws'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import type { RunningServer } from '../../server/open-server.ts'
import { textField } from '../../shared/document/text-field.ts'
import type { LocalCopy } from '../../web/sync/unsent/local-copy.ts'
import { observable } from '../../web/sync/observable.ts'
import { recoveredWords, type Shelf } from '../../web/sync/recovered/recovered-words.ts'
import { documentRoom } from '../../web/sync/room/room-address.ts'
import { openRoom, type Room, type RoomOptions } from '../../web/sync/room/room.ts'
import { handOver } from '../../web/sync/unsent/unsent-changes.ts'
import { wordsBeyond } from '../../web/sync/unsent/unsent-words.ts'
import { createDocument, createPerson, join, openRoom as openStock, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { fakeStorage } from '../helpers/web/fake-storage.ts'

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
let storage: ReturnType<typeof fakeStorage>
beforeEach(() => {
  storage = fakeStorage()
  vi.stubGlobal('localStorage', storage.storage)
  vi.stubGlobal('fetch', plainFetch)
})

function open(person: Person, roomId: string, options: Partial<RoomOptions> = {}): Promise<Room> {
  vi.stubGlobal('fetch', (address: string, init?: RequestInit) =>
    plainFetch(address, { ...init, headers: { Cookie: person.cookie, ...init?.headers } }),
  )
  return openRoom({
    room: documentRoom(roomId),
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
const givenUp = async (room: Room) => {
  await until('another room to be wanted', () => room.isGivenUp.get())
  const seed = (await room.handOver())!
  room.close()
  return seed
}
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
  const seed = await givenUp(room)
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
  const seed = await givenUp(room)
  expect(seed).toMatchObject({ update: null, changes: 0 })
  expect(room.state.get()).toMatchObject({ kind: 'refused' })
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

test('what was too much is told with the limit, also after a reload', async () => {
  const documentId = await newDocument()
  const room = await open(li!, documentId)
  await saved(room)
  const [table, row] = [new Y.XmlElement('table'), new Y.XmlElement('tableRow')]
  const cells = Array.from({ length: 401 }, () => new Y.XmlElement('tableCell'))
  for (const cell of cells) cell.insert(0, [new Y.XmlElement('paragraph')])
  row.insert(0, cells)
  table.insert(0, [row])
  room.doc.getXmlFragment(textField).push([table])
  const limits = { code: 'table_too_large', params: { columns: 400, cells: 20_000 } }
  await givenUp(room)
  expect(room.state.get()).toMatchObject(limits)
  expect(recoveredWords(li!.user.id, documentId).words.get()).toMatchObject([limits])
  const kept = [...storage.kept.values()].map((text) => JSON.parse(text) as unknown)
  expect(kept).toMatchObject([limits])
})

test('who may only read is told that all is saved, though the server asks nothing of them', async () => {
  const reader = await createPerson(server.url, 'Rita')
  await join(anna!, reader, projectId, 'design', 'viewer')
  const documentId = await newDocument()
  const room = await open(reader, documentId)
  await saved(room)
  room.close()
})

const copyOf = (doc: Y.Doc) => {
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  return copy
}

test('words that were not taken: of a block what the server lacks, and not what it took', () => {
  const doc = new Y.Doc()
  write(doc, 'wall 3 mm, taken')
  const taken = copyOf(doc)
  const text = (doc.getXmlFragment(textField).get(0) as Y.XmlElement).get(0) as Y.XmlText
  text.insert(text.length, ' refused')
  text.insert(0, 'Refused: ')
  write(doc, 'a block of its own')
  const formula = new Y.XmlElement('inlineMath')
  formula.setAttribute('latex', 'x^2')
  ;(doc.getXmlFragment(textField).get(1) as Y.XmlElement).push([formula])
  expect(wordsBeyond(doc, taken)).toBe('Refused:  …  refused\na block of its ownx^2')
  expect(wordsBeyond(doc, copyOf(doc))).toBe('')
})

test('what came to the server after the words were put on the shelf leaves the shelf, the rest stays', async () => {
  const documentId = await newDocument()
  const other = openStock(anna!, documentId)
  await until('the text', () => other.provider.synced)
  write(other.doc, 'taken in the end')
  const former = copyOf(other.doc)
  await until('the words to be there', async () => {
    const there = new Y.Doc()
    Y.applyUpdate(there, await server.rooms.read(documentId))
    return count(there, 'taken in the end') === 1
  })
  write(former, 'never taken')
  const shelf = recoveredWords(li!.user.id, documentId)
  const { id } = await shelf.keep('taken in the end\nnever taken', 'text_run_too_long')
  const seed = { update: null, changes: 0, authored: [], attempts: 1, isKept: true }
  const room = await open(li!, documentId, { seed: { ...seed, apart: { doc: former, id } } })
  await until('the shelf', () => shelf.words.get()[0]!.words === 'never taken')
  room.close()
  other.provider.destroy()
})

/** A device’s copy that says what is done with it; `works`: it can keep what takes its place. */
function copyThat(works: boolean) {
  const done: string[] = []
  const copy = {
    keeps: observable(true),
    replaceWith: async (update: Uint8Array | null) => {
      done.push(update ? 'words written anew kept, old ones given up' : 'given up')
      return works
    },
  } as unknown as LocalCopy
  return { copy, done }
}
const shelfThat = (isKept: boolean, done: string[]) =>
  ({
    keep: async (words: string, code: 'read_only') => {
      done.push(`on the shelf: ${words}`)
      return { id: '1', at: '', code, words, isKept }
    },
  }) as unknown as Shelf

test('the copy on the device is given up only once what takes its place is kept', async () => {
  const doc = new Y.Doc()
  write(doc, 'mine')
  const given = { doc, changes: 1, authored: [{ client: doc.clientID, to: 6 }], attempts: 0 }
  const apart = { kind: 'apart', code: 'text_run_too_long', server: new Y.Doc() } as const
  const works = copyThat(true)
  const { copy, done } = works
  expect(await handOver({ ...given, plan: apart, copy, shelf: shelfThat(true, done) })).toMatchObject({
    apart: { id: '1' },
  })
  expect(done).toEqual(['on the shelf: mine', 'given up'])

  done.length = 0
  expect(await handOver({ ...given, plan: apart, copy, shelf: shelfThat(false, done) })).toBeNull()
  expect(done).toEqual(['on the shelf: mine'])

  done.length = 0
  expect(
    await handOver({ ...given, plan: { kind: 'anew' }, copy, shelf: shelfThat(true, done) }),
  ).toMatchObject({ changes: 1, isKept: true })
  expect(done).toEqual(['words written anew kept, old ones given up'])

  const fails = copyThat(false)
  const shelf = shelfThat(true, fails.done)
  expect(await handOver({ ...given, plan: { kind: 'anew' }, copy: fails.copy, shelf })).toBeNull()
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
  // typed on until the access has changed, and after it
  const typing = setInterval(() => write(room.doc, 'typed too late'), 1)
  expect((await lowered).status).toBe(200)
  await until('the access to have ended', () => room.isGivenUp.get()).finally(() => clearInterval(typing))
  write(room.doc, 'and later still')
  const next = await open(wang, documentId, { seed: await givenUp(room) })
  await saved(next)
  expect(count(next.doc, 'sent in time')).toBe(1)
  expect(count(next.doc, 'and later still')).toBe(0)
  const kept = recoveredWords(wang.user.id, documentId).words.get()
  expect(kept.map(({ code }) => code)).toEqual(['read_only'])
  expect(kept[0]!.words).toContain('typed too late')
  expect(kept[0]!.words).toContain('and later still')
  next.close()
})
