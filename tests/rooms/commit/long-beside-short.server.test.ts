import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { RoomText } from '../../../server/rooms/text/room-text.ts'
import { until } from '../../helpers/until.ts'
import { startRooms, type RoomServer } from '../../helpers/rooms/room-server.ts'
import { changeOf, paragraph, textOf, WireClient } from '../../helpers/rooms/wire-client.ts'

let server: RoomServer
let roomId: string
let ada: WireClient
let bo: WireClient
let cem: WireClient
beforeAll(async () => void (server = await startRooms()))
afterAll(() => server.stop())
beforeEach(async () => {
  roomId = await server.newDocument()
  ada = await WireClient.open(server, 'ada', roomId)
  bo = await WireClient.open(server, 'bo', roomId)
  cem = await WireClient.open(server, 'cem', roomId)
})
afterEach(() => {
  letGo()
  server.control.before = null
  for (const client of [ada, bo, cem]) client.socket.terminate()
})

let letGo = () => {}

/** Holds each commit open until it is let go; which were begun is told by their number. */
function holdCommits() {
  const held: (() => void)[] = []
  let isOver = false
  letGo = () => {
    isOver = true
    for (const go of held) go()
  }
  server.control.before = (call) =>
    call === 'append' && !isOver ? new Promise<void>((go) => void held.push(go)) : undefined
  return {
    begun: (count: number) => until(`commit ${count} to be begun`, () => held.length >= count),
    letGo: (count: number) => held[count - 1]!(),
  }
}

/** One person's long updates, each a text of so many characters, and a letter behind the last. */
function longOnes(count: number) {
  const { doc, text, update } = paragraph('a', 5)
  const long = Array.from({ length: count }, () =>
    changeOf(doc, () => {
      const block = new Y.XmlElement('paragraph')
      block.insert(0, [new Y.XmlText('word '.repeat(4_000))])
      doc.getXmlFragment('default').push([block])
    }),
  )
  return { update, long, letter: changeOf(doc, () => text.insert(1, 'z')) }
}

const whose = async () =>
  (await server.logged()).filter(({ documentId }) => documentId === roomId).map(({ userId }) => userId)

describe('nobody stands behind one who sends long updates one after the other (issue 10.3)', () => {
  it('between two of them others’ letters are committed, who opens is answered, and a version is read; their own stay in order', async () => {
    const { update, long, letter } = longOnes(3)
    ada.sendUpdate(update)
    await ada.when('the first to be saved', () => ada.saved === 1)
    const commits = holdCommits()
    for (const one of [...long, letter]) ada.sendUpdate(one)
    await ada.ping()
    await commits.begun(1)
    bo.sendUpdate(paragraph('meanwhile', 99).update)
    await bo.ping()
    cem.sendStep1()
    await cem.ping()
    const read = server.rooms.read(roomId)
    expect(cem.answers).toEqual([])
    commits.letGo(1)
    await commits.begun(2)
    await cem.when('the answer', () => cem.answers.length === 1)
    expect(textOf(await read)).not.toContain('meanwhile')
    commits.letGo(2)
    await bo.when('the letter to be saved', () => bo.saved === 1)
    expect(ada.saved).toBe(2)
    letGo()
    await ada.when('all to be saved', () => ada.saved === 5)
    expect(await whose()).toEqual(['ada', 'ada', 'bo', 'ada', 'ada', 'ada'])
    expect(textOf(await server.rooms.read(roomId))).toMatch(/^<paragraph>az<\/paragraph>/)
  })

  it('while one is looked at, who opens is answered: nothing of it is in the text yet', async () => {
    const { update, long } = longOnes(1)
    ada.sendUpdate(update)
    await ada.when('the first to be saved', () => ada.saved === 1)
    let isHeld = true
    let isBegun = false
    const { takeInSteps } = RoomText.prototype
    vi.spyOn(RoomText.prototype, 'takeInSteps').mockImplementation(function* (this: RoomText, ...args) {
      for (isBegun = true; isHeld;) yield
      return yield* takeInSteps.apply(this, args)
    })
    ada.sendUpdate(long[0]!)
    await until('it to be looked at', () => isBegun)
    cem.sendStep1()
    await cem.when('the answer', () => cem.answers.length === 1)
    expect(textOf(await server.rooms.read(roomId))).toBe('<paragraph>a</paragraph>')
    expect(textOf(cem.answers[0]!)).toBe('<paragraph>a</paragraph>')
    isHeld = false
    await cem.when('the rest', () => cem.updates.length > 0)
    await ada.when('it to be saved', () => ada.saved === 2)
  })
})
