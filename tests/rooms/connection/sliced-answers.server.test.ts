import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { until } from '../../helpers/until.ts'
import { startRooms, type RoomServer } from '../../helpers/rooms/room-server.ts'
import { changeOf, paragraph, textOf, WireClient } from '../../helpers/rooms/wire-client.ts'

/** Stands between any two steps of what goes through a text's bytes; while it is shut none goes on. */
const gate = vi.hoisted(() => {
  let open = (): void => {}
  let opened = Promise.resolve()
  return {
    /** How many steps came to it. */
    steps: 0,
    shut(): void {
      this.steps = 0
      opened = new Promise((resolve) => (open = resolve))
    },
    open: (): void => open(),
    pass(): Promise<void> {
      this.steps++
      return opened
    },
  }
})

vi.mock('../../../server/rooms/text/time-slices.ts', () => ({
  // whoever says whether the next step is long takes in changes: these go on
  startSlices: () => ({
    pause: (isLong?: boolean) => (isLong === undefined ? gate.pass() : null),
    workFor() {},
    over() {},
  }),
}))

let server: RoomServer
beforeEach(async () => void (server = await startRooms()))
afterEach(async () => {
  gate.open()
  await server.stop()
})

/** A document of many separate words, which dan has open. */
async function written() {
  const roomId = await server.newDocument()
  const { doc, text } = paragraph('first')
  const early = { update: Y.encodeStateAsUpdate(doc), vector: Y.encodeStateVector(doc) }
  for (let index = 0; index < 1_500; index++) text.insert(index % 5, 'ab')
  const dan = await WireClient.open(server, 'dan', roomId)
  dan.sendUpdate(Y.encodeStateAsUpdate(doc))
  await dan.when('the words to be durable', () => dan.saved === 1)
  return { roomId, doc, text, dan, early }
}

const vectorOf = (doc: Y.Doc, clock: number) => Y.encodeStateVector(new Map([[doc.clientID, clock]]))
const partOf = (doc: Y.Doc, clock: number) => Y.encodeStateAsUpdate(doc, vectorOf(doc, clock))

describe('§3 who comes back is answered step by step, and others write meanwhile', () => {
  it('they get what they lacked, and what was written since', async () => {
    const { roomId, doc, text, dan, early } = await written()
    const bo = await WireClient.open(server, 'bo', roomId)
    gate.shut()
    bo.sendStep1(early.vector)
    await until('a step', () => gate.steps > 0)
    dan.sendUpdate(changeOf(doc, () => text.insert(0, 'since ')))
    await dan.when('it to be durable', () => dan.saved === 2)
    await bo.when('it to come', () => bo.updates.length === 1)
    expect(bo.answers).toEqual([])
    gate.open()
    await bo.when('the answer', () => bo.answers.length === 1)
    const [answer] = bo.answers
    expect(Y.parseUpdateMeta(answer!).from).toEqual(Y.decodeStateVector(early.vector))
    const whole = textOf(await server.rooms.read(roomId))
    expect(textOf(early.update, bo.updates[0]!, answer!)).toBe(whole)
    expect(whole).toContain('since ')
    for (const client of [bo, dan]) await client.close()
  })

  it('of several questions that wait meanwhile the last is answered, behind the first', async () => {
    const { roomId, doc, dan } = await written()
    const bo = await WireClient.open(server, 'bo', roomId)
    gate.shut()
    for (const clock of [9, 19, 29]) bo.sendStep1(vectorOf(doc, clock))
    bo.sendStep1()
    await until('a step', () => gate.steps > 0)
    gate.open()
    await bo.when('the last answer', () =>
      bo.answers.some((answer) => Y.parseUpdateMeta(answer).from.get(doc.clientID) === 0),
    )
    const begins = bo.answers.map((answer) => Y.parseUpdateMeta(answer).from.get(doc.clientID))
    expect(begins).toEqual([9, 0])
    for (const client of [bo, dan]) await client.close()
  })

  it('rule 8: whose standing is asked for meanwhile gets it when they still may, and else nothing', async () => {
    const { roomId, doc, dan } = await written()
    for (const stays of [true, false]) {
      const bo = await WireClient.open(server, 'bo', roomId)
      gate.shut()
      bo.sendStep1(vectorOf(doc, 9))
      await until('a step', () => gate.steps > 0)
      let decide!: () => void
      const decided = new Promise<void>((resolve) => (decide = resolve))
      let isAsked = false
      server.control.before = (call) => {
        if (call !== 'review') return undefined
        isAsked = true
        return decided
      }
      if (!stays) server.standing.set('bo', null)
      const recheck = server.bus.recheck({ userId: 'bo' })
      await until('the standing to be asked for', () => isAsked)
      gate.open()
      await dan.ping()
      expect(bo.answers).toEqual([])
      decide()
      await recheck
      if (stays) {
        await bo.when('the answer', () => bo.answers.length === 1)
        await bo.close()
      } else {
        expect(await bo.whenClosed()).toMatchObject({ reason: 'access_ended' })
        expect(bo.answers).toEqual([])
      }
      server.control.before = null
    }
    await dan.close()
  })

  it('whoever leaves meanwhile leaves nothing behind', async () => {
    const { roomId, doc, dan } = await written()
    const bo = await WireClient.open(server, 'bo', roomId)
    gate.shut()
    bo.sendStep1(vectorOf(doc, 9))
    await until('a step', () => gate.steps > 0)
    await bo.close()
    gate.open()
    const again = await WireClient.open(server, 'bo', roomId)
    again.sendStep1(vectorOf(doc, 9))
    await again.when('the answer', () => again.answers.length === 1)
    for (const client of [again, dan]) await client.close()
    expect(server.logLines.filter(({ level }) => Number(level) >= 50)).toEqual([])
  })
})

describe('§3 what who only reads repeats is gone through step by step', () => {
  it('others write meanwhile, and it is told as saved', async () => {
    const { roomId, doc, text, dan } = await written()
    server.standing.set('bo', { canWrite: false })
    const bo = await WireClient.open(server, 'bo', roomId)
    gate.shut()
    bo.sendStep2(partOf(doc, 9))
    await until('a step', () => gate.steps > 0)
    dan.sendUpdate(changeOf(doc, () => text.insert(0, 'since ')))
    await dan.when('it to be durable', () => dan.saved === 2)
    expect(bo.saved).toBe(0)
    gate.open()
    await bo.when('it to be told', () => bo.saved === 1)
    for (const client of [bo, dan]) await client.close()
  })

  it('what is new in it, be it a letter or a deletion, is refused, also of who names no schema', async () => {
    const { roomId, doc, dan } = await written()
    const before = textOf(await server.rooms.read(roomId))
    const news = [
      (copy: Y.XmlText) => copy.insert(copy.length, 'x'),
      (copy: Y.XmlText) => copy.delete(copy.length - 1, 1),
    ]
    for (const [index, act] of news.entries()) {
      const copy = new Y.Doc()
      Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
      act((copy.getXmlFragment('default').get(0) as Y.XmlElement).get(0) as Y.XmlText)
      if (index === 0) server.standing.set('bo', { canWrite: false })
      else server.standing.delete('bo')
      const bo = await WireClient.open(server, 'bo', roomId, index === 0 ? WireClient.query : '')
      bo.sendStep2(Y.encodeStateAsUpdate(copy))
      expect(await bo.whenClosed()).toEqual({ code: 4403, reason: 'read_only' })
    }
    expect(textOf(await server.rooms.read(roomId))).toBe(before)
    await dan.close()
  })

  it('whoever leaves meanwhile is not told, and comes back', async () => {
    const { roomId, doc, dan } = await written()
    server.standing.set('bo', { canWrite: false })
    const bo = await WireClient.open(server, 'bo', roomId)
    gate.shut()
    bo.sendStep2(partOf(doc, 9))
    await until('a step', () => gate.steps > 0)
    await bo.close()
    gate.open()
    const again = await WireClient.open(server, 'bo', roomId)
    again.sendStep2(partOf(doc, 9))
    await again.when('it to be told', () => again.saved === 1)
    for (const client of [again, dan]) await client.close()
    expect(server.logLines.filter(({ level }) => Number(level) >= 50)).toEqual([])
  })
})
