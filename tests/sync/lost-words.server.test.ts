import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { textField } from '../../shared/document/text-field.ts'
import type { RunningServer } from '../../server/open-server.ts'
import { LostWords } from '../../web/sync/recovered/lost-words.ts'
import { documentRoom } from '../../web/sync/room/room-address.ts'
import { openRoom } from '../../web/sync/room/room.ts'
import { recoveredWords } from '../../web/sync/recovered/recovered-words.ts'
import { createDocument, createPerson, openRoom as openStock, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { syncStep } from '../../shared/wire/protocol.ts'

afterEach(() => void vi.unstubAllGlobals())

const fragmentOf = (doc: Y.Doc) => doc.getXmlFragment(textField)
const textIn = (doc: Y.Doc, at: number) => (fragmentOf(doc).get(at) as Y.XmlElement).get(0) as Y.XmlText
function paragraph(doc: Y.Doc, words: string) {
  const made = new Y.XmlElement('paragraph')
  made.insert(0, [new Y.XmlText(words)])
  fragmentOf(doc).push([made])
}

/** A text of two paragraphs, here and with somebody else; `hear` brings what the other did, as the server does. */
function apart() {
  const here = new Y.Doc()
  const other = new Y.Doc()
  paragraph(other, 'Gate of the mould')
  paragraph(other, 'Wall 3 mm')
  const lost: string[] = []
  const watch = new LostWords(here, (words) => lost.push(words))
  const frame = (step: number, bytes: Uint8Array) => {
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, step)
    encoding.writeVarUint8Array(encoder, bytes)
    return decoding.createDecoder(encoding.toUint8Array(encoder))
  }
  const hear = ({ asks = true } = {}) => {
    if (asks) watch.reading(frame(syncStep.step1, Y.encodeStateVector(other)), () => {})
    const update = Y.encodeStateAsUpdate(other, Y.encodeStateVector(here))
    watch.reading(frame(syncStep.step2, update), () => Y.applyUpdate(here, update, 'server'))
  }
  hear()
  /** What somebody else did who had heard of nothing since: the server passes it on as they said it. */
  const meanwhile = (act: (third: Y.Doc) => void) => {
    const third = new Y.Doc()
    Y.applyUpdate(third, begun)
    act(third)
    const update = Y.encodeStateAsUpdate(third, Y.encodeStateVectorFromUpdate(begun))
    watch.reading(frame(syncStep.update, update), () => Y.applyUpdate(here, update, 'server'))
  }
  const begun = Y.encodeStateAsUpdate(other)
  return { here, other, lost, hear, meanwhile }
}

test('U6: words written in a passage that was removed meanwhile are found, a block a line', () => {
  const { here, other, lost, hear } = apart()
  textIn(here, 1).insert(9, ', in ABS')
  textIn(here, 1).insert(5, 'of ')
  textIn(here, 0).insert(0, 'Kept: ')
  paragraph(here, 'A paragraph of its own stays')
  fragmentOf(other).delete(1)
  hear()
  expect(lost).toEqual(['of  … , in ABS'])
  expect(fragmentOf(here).toString()).toContain('Kept: Gate')
  expect(fragmentOf(here).toString()).toContain('of its own stays')
})

test('U6: a reopened tab finds words that an earlier one left in its copy', () => {
  const { here, other, lost, hear } = apart()
  const earlier = new Y.Doc()
  Y.applyUpdate(earlier, Y.encodeStateAsUpdate(here))
  textIn(earlier, 1).insert(0, 'Boss: ')
  Y.applyUpdate(here, Y.encodeStateAsUpdate(earlier), 'copy')
  fragmentOf(other).delete(1)
  hear()
  expect(lost).toEqual(['Boss: '])
})

test('U6: of words of an earlier tab none is forgotten when the server has a part of them by the next connection', () => {
  const { here, other, lost, hear, meanwhile } = apart()
  const earlier = new Y.Doc()
  Y.applyUpdate(earlier, Y.encodeStateAsUpdate(here))
  textIn(earlier, 1).insert(0, 'Boss: ')
  const sent = Y.encodeStateAsUpdate(earlier)
  textIn(earlier, 1).insert(6, 'ABS ')
  Y.applyUpdate(here, Y.encodeStateAsUpdate(earlier), 'copy')
  hear()
  Y.applyUpdate(other, sent)
  hear()
  meanwhile((third) => fragmentOf(third).delete(1))
  expect(lost).toEqual(['Boss: ABS '])
})

test('U6: what was written here under a former client id is still this person’s, and under a stranger’s nothing is', () => {
  const { here, lost, meanwhile } = apart()
  textIn(here, 1).insert(0, 'Mine ')
  here.clientID = new Y.Doc().clientID
  const stranger = new Y.Doc()
  Y.applyUpdate(stranger, Y.encodeStateAsUpdate(here))
  textIn(stranger, 1).insert(0, 'Theirs ')
  Y.applyUpdate(here, Y.encodeStateAsUpdate(stranger), 'server')
  here.clientID = stranger.clientID
  meanwhile((third) => fragmentOf(third).delete(1))
  expect(lost).toEqual(['Mine '])
})

test('U6: what somebody deletes who had seen it, and what this person deletes, is no loss', () => {
  const { here, other, lost, hear } = apart()
  textIn(here, 1).insert(0, 'Seen ')
  Y.applyUpdate(other, Y.encodeStateAsUpdate(here))
  fragmentOf(other).delete(1)
  hear()
  textIn(here, 0).insert(0, 'Mine ')
  fragmentOf(here).delete(0)
  hear()
  expect(lost).toEqual([])
})

test('U6: other people’s words that go with a passage are theirs to hear of', () => {
  const { here, other, lost, hear } = apart()
  const third = new Y.Doc()
  Y.applyUpdate(third, Y.encodeStateAsUpdate(other))
  textIn(third, 1).insert(0, 'Third ')
  const others = Y.encodeStateAsUpdate(third)
  fragmentOf(other).delete(1)
  Y.applyUpdate(here, others, 'server')
  // while the link is there: it is asked once, at its beginning
  hear({ asks: false })
  expect(lost).toEqual([])
})

test('W8: the text is read for words that go unnamed only, not for each deletion of what this person wrote', () => {
  const { here, other, lost, hear } = apart()
  textIn(here, 1).insert(9, ' of ABS, 2 %')
  Y.applyUpdate(other, Y.encodeStateAsUpdate(here))
  hear()
  const read = vi.spyOn(here, 'getXmlFragment')
  // in pieces that lie next to each other, and apart
  textIn(other, 1).delete(9, 3)
  textIn(other, 1).delete(9, 4)
  textIn(other, 1).delete(11, 2)
  hear({ asks: false })
  expect(read).not.toHaveBeenCalled()
  textIn(here, 1).insert(0, 'Unseen ')
  read.mockClear()
  fragmentOf(other).delete(1)
  hear({ asks: false })
  expect(read).toHaveBeenCalledOnce()
  expect(lost).toEqual(['Unseen '])
})

let server: RunningServer
beforeAll(async () => (server = await startServer()))
afterAll(() => server.close())

const socketOf = (person: Person) =>
  class extends WebSocket {
    constructor(address: string) {
      super(address, { headers: { Cookie: person.cookie, Origin: person.url } })
    }
  } as unknown as typeof globalThis.WebSocket

test('U6: back online, the room keeps such words apart for this person, and says "saved" of the rest', async () => {
  const anna = await createPerson(server.url)
  const { documentId } = await createDocument(anna, { kind: 'spec', title: 'Lamp', template: 'blank' })
  const { fetch } = globalThis
  vi.stubGlobal('fetch', (address: string, init?: RequestInit) =>
    fetch(address, { ...init, headers: { Cookie: anna.cookie, ...init?.headers } }),
  )
  const listeners = new Set<() => void>()
  const given = { room: documentRoom(documentId), userId: anna.user.id, origin: anna.url }
  let isAway = false
  const Socket = class extends (socketOf(anna) as unknown as new (address: string) => WebSocket) {
    constructor(address: string) {
      super(isAway ? address.replace(/:\d+/, ':9') : address)
      listeners.add(() => this.terminate())
    }
  } as unknown as typeof globalThis.WebSocket
  const room = await openRoom({ ...given, WebSocket: Socket })
  await until('the room to be saved', () => room.state.get().kind === 'saved')
  paragraph(room.doc, 'Gate of the mould')
  paragraph(room.doc, 'Wall 3 mm')
  await until('both to be saved', () => room.state.get().kind === 'saved')
  const before = fragmentOf(room.doc).length
  isAway = true
  for (const end of listeners) end()
  await until('the link to be lost', () => room.state.get().kind === 'offline')
  textIn(room.doc, before - 1).insert(9, ', ten words of the factory about the gate')
  const other = openStock(anna, documentId)
  await until('the other to have the text', () => fragmentOf(other.doc).length === before)
  fragmentOf(other.doc).delete(before - 1)
  await until('the other’s deletion to be kept', async () => {
    const kept = new Y.Doc()
    Y.applyUpdate(kept, await server.rooms.read(documentId))
    return fragmentOf(kept).length < before
  })
  isAway = false
  room.retry()
  await until('the room to be saved again', () => room.state.get().kind === 'saved')
  expect(recoveredWords(anna.user.id, documentId).words.get()).toMatchObject([
    { code: 'passage_removed', words: ', ten words of the factory about the gate' },
  ])
  room.close()
  other.provider.destroy()
})
