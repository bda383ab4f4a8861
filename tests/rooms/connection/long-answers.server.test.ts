import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { EncodedSnapshot } from '../../../server/rooms/text/encoded-snapshot.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { until } from '../../helpers/until.ts'
import { startRooms, type RoomServer } from '../../helpers/rooms/room-server.ts'
import { textOf, WireClient } from '../../helpers/rooms/wire-client.ts'

let server: RoomServer
const start = async (slowPieceMs: number) =>
  void (server = await startRooms({ limits: { answerBytesPerNetwork: 400_000, slowPieceMs } }))
afterEach(() => server.stop())

/** Of 300 KB. */
async function written() {
  const roomId = await server.newDocument()
  const doc = new Y.Doc()
  const block = new Y.XmlElement('paragraph')
  doc.getXmlFragment(textField).push([block])
  block.push([new Y.XmlText('words and '.repeat(30_000))])
  const dan = await WireClient.open(server, 'dan', roomId)
  dan.sendUpdate(Y.encodeStateAsUpdate(doc))
  await dan.when('the words to be durable', () => dan.saved === 1)
  return { roomId, dan, text: textOf(Y.encodeStateAsUpdate(doc)) }
}

/** Somebody whose connection takes nothing until it is let on. */
async function stuck(person: 'bo' | 'cem', roomId: string) {
  const before = server.sockets()
  const client = await WireClient.open(server, person, roomId)
  const [socket] = server.sockets().filter((one) => !before.includes(one))
  socket!.cork()
  return { client, letOn: () => socket!.uncork() }
}

describe('rule 9: long answers are bounded while they are on their way', () => {
  beforeEach(() => start(20_000))

  it('who asks beyond what may be under way waits, and nothing is made for them before', async () => {
    const { roomId, dan, text } = await written()
    const answered = vi.spyOn(EncodedSnapshot.prototype, 'answerFrame')
    const [bo, cem] = [await stuck('bo', roomId), await stuck('cem', roomId)]
    answered.mockClear()
    bo.client.sendStep1()
    await until('the first answer to be made', () => answered.mock.calls.length === 1)
    cem.client.sendStep1()
    await dan.ping()
    expect(answered).toHaveBeenCalledTimes(1)
    bo.letOn()
    await bo.client.when('the answer', () => bo.client.answers.length === 1)
    await until('the second answer to be made', () => answered.mock.calls.length === 2)
    cem.letOn()
    await cem.client.when('the answer', () => cem.client.answers.length === 1)
    for (const { client } of [bo, cem]) expect(textOf(client.answers[0]!)).toBe(text)
    for (const client of [bo.client, cem.client, dan]) await client.close()
  })

  it('what comes meanwhile stands behind the answer, and pings between its pieces', async () => {
    const { roomId, dan, text } = await written()
    const bo = await stuck('bo', roomId)
    bo.client.sendStep1()
    await dan.ping()
    const { doc, add } = growing()
    dan.sendUpdate(add('and more'))
    bo.client.socket.ping()
    await dan.when('it to be durable', () => dan.saved === 2)
    bo.letOn()
    await bo.client.when('both', () => bo.client.answers.length === 1 && bo.client.updates.length === 1)
    expect(textOf(bo.client.answers[0]!)).toContain(text.slice(0, 100))
    expect(textOf(bo.client.updates[0]!)).toBe(textOf(Y.encodeStateAsUpdate(doc)))
    for (const client of [bo.client, dan]) await client.close()
  })
})

/** A text of its own beside the other. */
function growing() {
  const doc = new Y.Doc()
  const add = (words: string) => {
    const block = new Y.XmlElement('paragraph')
    doc.getXmlFragment(textField).push([block])
    block.push([new Y.XmlText(words)])
    return Y.encodeStateAsUpdate(doc)
  }
  return { doc, add }
}

describe('rule 9: who takes nothing is closed', () => {
  beforeEach(() => start(200))

  it('and the next gets theirs', async () => {
    const { roomId, dan, text } = await written()
    const bo = await stuck('bo', roomId)
    bo.client.sendStep1()
    const cem = await WireClient.open(server, 'cem', roomId)
    cem.sendStep1()
    await cem.when('the answer', () => cem.answers.length === 1)
    expect(textOf(cem.answers[0]!)).toBe(text)
    bo.letOn()
    expect([1006, 1013]).toContain((await bo.client.whenClosed()).code)
    for (const client of [cem, dan]) await client.close()
  })
})
