import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { EncodedSnapshot } from '../../../server/rooms/text/encoded-snapshot.ts'
import { Room } from '../../../server/rooms/room.ts'
import { RoomText } from '../../../server/rooms/text/room-text.ts'
import { seededRandom } from '../../helpers/seeded-random.ts'
import { messageType } from '../../../shared/wire/protocol.ts'
import { until } from '../../helpers/until.ts'
import { startRooms, type Person, type RoomServer } from '../../helpers/rooms/room-server.ts'
import { changeOf, openStock, paragraph, textOf, WireClient } from '../../helpers/rooms/wire-client.ts'

/** About the length of every text here, in bytes. */
const textBytes = 20_000

let server: RoomServer
/** What the rooms do with whole texts; watched anew for each test, as what one watches ends with it. */
const watchCalls = () => ({
  answered: vi.spyOn(EncodedSnapshot.prototype, 'answerFrame'),
  lookedInto: vi.spyOn(EncodedSnapshot.prototype, 'holds'),
  built: vi.spyOn(RoomText.prototype, 'beginWriting'),
})
let calls: ReturnType<typeof watchCalls>
beforeEach(async () => {
  calls = watchCalls()
  // what is used up does not come back while the test runs
  const limits = {
    decodedBytes: 10 * textBytes,
    decodedBytesPerSecond: 1,
    spareDecodedBytes: 1,
    spareDecodedBytesPerSecond: 1,
    answersPerMinute: 60,
  }
  server = await startRooms({ limits })
})
afterEach(() => server.stop())

/** A document of many separate words, which nobody has open. */
async function written() {
  const roomId = await server.newDocument()
  const { doc, text } = paragraph('first')
  const random = seededRandom(7)
  while (Y.encodeStateAsUpdate(doc).length < textBytes)
    for (let index = 0; index < 200; index++) text.insert(random.below(text.length), 'ab')
  const dan = await WireClient.open(server, 'dan', roomId)
  dan.sendUpdate(Y.encodeStateAsUpdate(doc))
  await dan.when('the words to be durable', () => dan.saved === 1)
  await dan.close()
  for (const spy of Object.values(calls)) spy.mockClear()
  return { roomId, doc, text, client: doc.clientID }
}

/** Somebody who keeps a room open. */
const watch = (roomId: string) => WireClient.open(server, 'dan', roomId)

const reads = (person: Person) => server.standing.set(person, { canWrite: false })
const vectorOf = (client: number, clock: number) => Y.encodeStateVector(new Map([[client, clock]]) as never)
/** A part of a text, each in other bytes than the next. */
const partOf = (doc: Y.Doc, index: number) => Y.encodeStateAsUpdate(doc, vectorOf(doc.clientID, index + 1))

describe('rule 2: a repeated state of those who only read is looked into once in a connection', () => {
  it('the state passes once, with its deletions, and as the server has it any time', async () => {
    const { roomId, doc, text } = await written()
    const dan = await WireClient.open(server, 'dan', roomId)
    dan.sendUpdate(changeOf(doc, () => text.delete(3, 4)))
    await dan.when('the deletion to be durable', () => dan.saved === 1)
    reads('bo')
    const bo = await WireClient.open(server, 'bo', roomId)
    const whole = await server.rooms.read(roomId)
    const nothingNew = Y.diffUpdate(whole, Y.encodeStateVectorFromUpdate(whole))
    for (let index = 0; index < 20; index++) bo.sendStep2(index % 2 ? whole : nothingNew)
    await bo.when('these to be known', () => bo.saved === 20)
    expect(calls.lookedInto).not.toHaveBeenCalled()
    bo.sendStep2(partOf(doc, 9))
    await bo.when('a part to be known', () => bo.saved === 21)
    bo.sendStep2(partOf(doc, 10))
    expect(await bo.whenClosed()).toEqual({ code: 4403, reason: 'read_only' })
    expect(calls.lookedInto).toHaveBeenCalledTimes(1)
    await dan.close()
  })

  it('a viewer’s stock client that has the text is let in again and again', async () => {
    const { roomId, doc } = await written()
    reads('bo')
    for (let index = 0; index < 5; index++) {
      const copy = new Y.Doc()
      Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
      const stock = openStock(server, 'bo', roomId, copy)
      await stock.synced()
      stock.provider.destroy()
    }
  })

  it('who comes back to repeat it again is not heard for long, and another is', async () => {
    const { roomId, doc } = await written()
    const dan = await watch(roomId)
    reads('bo')
    const ends: string[] = []
    for (let round = 0; round < 8; round++) {
      const bo = await WireClient.open(server, 'bo', roomId)
      for (let index = 0; index < 10; index++) bo.sendStep2(partOf(doc, round * 10 + index))
      ends.push((await bo.whenClosed()).reason)
    }
    expect(calls.lookedInto.mock.calls.length).toBeLessThanOrEqual(3)
    expect(ends.at(-1)).toBe('too_many_updates')
    reads('cem')
    const cem = await WireClient.open(server, 'cem', roomId)
    cem.sendStep2(partOf(doc, 1))
    await cem.when('it to be known', () => cem.saved === 1)
    for (const client of [cem, dan]) await client.close()
  })

  it('bytes and items that are more than the text has are not decoded', async () => {
    const { roomId, client } = await written()
    reads('bo')
    const many = [1, 100_000, client, 0, ...Array.from({ length: 100_000 }, () => [0, 0]).flat()]
    const inBytes = Uint8Array.from([1, 0xa0, 0x8d, 0x06, ...varUint(client), 0, ...many.slice(4), 0])
    const bo = await WireClient.open(server, 'bo', roomId)
    bo.sendStep2(inBytes)
    expect(await bo.whenClosed()).toEqual({ code: 4403, reason: 'read_only' })
    expect(calls.lookedInto).not.toHaveBeenCalled()
  })
})

function varUint(value: number): number[] {
  const bytes: number[] = []
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 0x80)
  return [...bytes, value]
}

describe('reliability 27: what one person asks for is bounded over all their sockets', () => {
  it('40 sockets with 8 odd questions each, and again: all get the text, few answers are made', async () => {
    const { roomId, doc, client } = await written()
    reads('bo')
    const text = doc.getXmlFragment('default').toString()
    let asked = 0
    const ask = async (sockets: number) => {
      const open = await Promise.all(
        Array.from({ length: sockets }, () => WireClient.open(server, 'bo', roomId)),
      )
      for (const one of open) one.sendStep1(vectorOf(client, ++asked))
      return open
    }
    const first = await ask(30)
    await Promise.all(first.map((one) => one.when('an answer', () => one.answers.length > 0)))
    // who is over the budget gets all of it
    expect(textOf(first.at(-1)!.answers[0]!)).toBe(text)
    for (const one of first) for (let index = 0; index < 6; index++) one.sendStep1(vectorOf(client, ++asked))
    await Promise.all(first.map((one) => one.ping()))
    await Promise.all(first.map((one) => one.close()))
    const again = await ask(30)
    const odd = calls.answered.mock.calls.filter(([vector]) => vector.length > 1)
    expect(odd.length).toBeLessThanOrEqual(12)
    expect(calls.answered.mock.calls.length).toBeLessThanOrEqual(60 + 10)
    // another person waits for none of it
    const cem = await WireClient.open(server, 'cem', roomId)
    cem.sendStep1(vectorOf(client, 1))
    await cem.when('an answer', () => cem.answers.length > 0)
    for (const one of [cem, ...again]) one.socket.terminate()
  })

  it('who waits is asked for their news before they are answered, whoever makes the text ready', async () => {
    const rooms = [await written(), await written()]
    server.crash()
    // all that there is for now, and more
    const open = () => WireClient.open(server, 'bo', rooms[0]!.roomId)
    const others = [await open(), await open()]
    for (const [place, one] of others.entries()) {
      await one.when('the greeting', () => one.asked.length > 0)
      for (let index = 1; index <= 7; index++) {
        one.sendStep1(vectorOf(rooms[0]!.client, 10 * place + index))
        // of several questions that wait only the last is answered
        await one.when('all to be used up', () => one.answers.length === index)
      }
    }
    const { roomId } = rooms[1]!
    const bo = await WireClient.open(server, 'bo', roomId)
    const order: string[] = []
    bo.socket.on('message', (data: Buffer) => {
      if (data[0] === messageType.sync) order.push(`step ${data[1]! + 1}`)
    })
    await bo.ping()
    const dan = await watch(roomId)
    await dan.when('the text to be ready', () => dan.asked.length > 0)
    bo.sendStep1()
    await bo.when('an answer', () => bo.answers.length > 0)
    expect(order).toEqual(['step 1', 'step 2'])
    for (const client of [...others, bo, dan]) await client.close()
  })

  it('a question in the address of the upgrade is one of them', async () => {
    const { roomId, client } = await written()
    const dan = await watch(roomId)
    const ask = (clock: number) => {
      const vector = Buffer.from(vectorOf(client, clock)).toString('base64url')
      return WireClient.open(server, 'bo', roomId, `${WireClient.query}&vector=${vector}`)
    }
    for (let index = 1; index <= 20; index++) {
      const bo = await ask(index)
      await bo.when('an answer', () => bo.answers.length > 0)
      await bo.close()
    }
    const odd = calls.answered.mock.calls.filter(([vector]) => vector.length > 1)
    expect(odd.length).toBeLessThanOrEqual(12)
    await dan.close()
  })

  it('a state vector that is none ends the socket, also of who is over the budget', async () => {
    const { roomId, client } = await written()
    const dan = await watch(roomId)
    for (let index = 1; index <= 20; index++) {
      const bo = await WireClient.open(server, 'bo', roomId)
      if (index < 20) bo.sendStep1(vectorOf(client, index))
      else bo.sendStep1(Uint8Array.of(9, 1))
      await bo.when('an answer', () => bo.answers.length > 0 || bo.closed !== null)
      if (index === 20) expect(await bo.whenClosed()).toEqual({ code: 4400, reason: 'frame_malformed' })
      bo.socket.terminate()
    }
    await dan.close()
  })
})

describe('the first letter in a quiet room', () => {
  const letter = (client: number) => paragraph('x', client).update
  const builds = () => calls.built.mock.calls.length

  it('one person builds a few long texts at once; the rest waits, is lost by nobody, and nobody else waits', async () => {
    const rooms = []
    for (let index = 0; index < 8; index++) rooms.push(await written())
    // what was opened for the words above is not open any more
    server.crash()
    for (const spy of Object.values(calls)) spy.mockClear()
    const adas: WireClient[] = []
    const beats = vi.spyOn(Room.prototype, 'beat')
    for (const [index, { roomId }] of rooms.entries()) {
      const ada = await WireClient.open(server, 'ada', roomId)
      ada.sendUpdate(letter(100 + index))
      await ada.ping()
      adas.push(ada)
    }
    await until('the first to be saved', () => adas[0]!.saved === 1)
    beats.mockClear()
    // each of these rooms has had its turn, where it had one
    await Promise.all(adas.map((ada) => ada.ping()))
    await until('a beat of each room', () => beats.mock.calls.length >= rooms.length)
    expect(builds()).toBeLessThanOrEqual(3)
    expect(adas.at(-1)!.saved).toBe(0)
    expect(adas.every(({ closed }) => closed === null)).toBe(true)
    // whoever has not used up theirs writes at once, and takes along what waits
    const cem = await WireClient.open(server, 'cem', rooms.at(-1)!.roomId)
    cem.sendUpdate(letter(200))
    await cem.when('the letter to be saved', () => cem.saved === 1)
    await until('the letter that waited', () => adas.at(-1)!.saved === 1)
    // what waits is committed when the server stops
    await server.rooms.close()
    expect(adas.map(({ saved }) => saved)).toEqual(adas.map(() => 1))
  })
  it('a long text in which somebody wrote stays built over their pauses', async () => {
    const { roomId } = await written()
    server.crash()
    calls.built.mockClear()
    const ada = await WireClient.open(server, 'ada', roomId)
    ada.sendUpdate(letter(100))
    await ada.when('the letter to be saved', () => ada.saved === 1)
    expect(builds()).toBe(1)
    const real = performance.now.bind(performance)
    vi.spyOn(performance, 'now').mockImplementation(() => real() + 30_000)
    const beats = vi.spyOn(Room.prototype, 'beat')
    await until('a beat', () => beats.mock.calls.length > 0)
    ada.sendUpdate(letter(101))
    await ada.when('the letter to be saved', () => ada.saved === 2)
    expect(builds()).toBe(1)
    await ada.close()
  })
})
