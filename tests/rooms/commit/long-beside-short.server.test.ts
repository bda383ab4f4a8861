import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { ChangeQueue } from '../../../server/rooms/commit/change-queue.ts'
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

/** Holds each look at a long update open, step by step, until it is let go. */
function holdLooking() {
  let isHeld = true
  let begun = 0
  const { takeInSteps } = RoomText.prototype
  vi.spyOn(RoomText.prototype, 'takeInSteps').mockImplementation(function* (this: RoomText, update, userId) {
    if (update.length > 4_096) for (begun++; isHeld;) yield
    return yield* takeInSteps.call(this, update, userId)
  })
  return { begun: () => begun, letGo: () => (isHeld = false) }
}

/** One person's long updates, each a text of so many characters, and a letter behind the last. */
function longOnes(count: number, words = 4_000) {
  const { doc, text, update } = paragraph('a', 5)
  const long = Array.from({ length: count }, () =>
    changeOf(doc, () => {
      const block = new Y.XmlElement('paragraph')
      block.insert(0, [new Y.XmlText('word '.repeat(words))])
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
    const looking = holdLooking()
    ada.sendUpdate(long[0]!)
    await until('it to be looked at', () => looking.begun() > 0)
    cem.sendStep1()
    await cem.when('the answer', () => cem.answers.length === 1)
    expect(textOf(await server.rooms.read(roomId))).toBe('<paragraph>a</paragraph>')
    expect(textOf(cem.answers[0]!)).toBe('<paragraph>a</paragraph>')
    looking.letGo()
    await cem.when('the rest', () => cem.updates.length > 0)
    await ada.when('it to be saved', () => ada.saved === 2)
  })

  it.each([900, 4_000])(
    'while one of %s words is looked at, others’ changes are committed: behind typing the look goes on, else it begins anew, three times at most',
    async (words) => {
      const { update, long, letter } = longOnes(1, words)
      const other = paragraph('b', 99)
      const typed = (at: number) => changeOf(other.doc, () => other.text.insert(at, 'x'))
      ada.sendUpdate(update)
      bo.sendUpdate(other.update)
      // what is typed first into a text is looked at as any other change
      bo.sendUpdate(typed(1))
      await ada.when('the first to be saved', () => ada.saved === 1)
      await bo.when('the first to be saved', () => bo.saved === 2)
      const looking = holdLooking()
      for (const one of [long[0]!, letter]) ada.sendUpdate(one)
      await until('it to be looked at', () => looking.begun() === 1)
      for (const at of [2, 3, 4]) {
        bo.sendUpdate(typed(at))
        await bo.when('the letter to be saved', () => bo.saved === at + 1)
      }
      expect(looking.begun()).toBe(1)
      for (const count of [2, 3]) {
        bo.sendUpdate(changeOf(other.doc, () => other.text.delete(0, 1)))
        await bo.when('the deletion to be saved', () => bo.saved === 4 + count)
        await until('it to be looked at anew', () => looking.begun() === count)
      }
      bo.sendUpdate(changeOf(other.doc, () => other.text.delete(0, 1)))
      await bo.ping()
      expect([ada.saved, bo.saved]).toEqual([1, 7])
      looking.letGo()
      await ada.when('all to be saved', () => ada.saved === 3)
      await bo.when('the last to be saved', () => bo.saved === 8)
      expect(looking.begun()).toBe(3)
      expect((await whose()).slice(-3)).toEqual(expect.arrayContaining(['ada', 'ada', 'bo']))
      const text = textOf(await server.rooms.read(roomId))
      expect(text).toContain('<paragraph>az</paragraph>')
      expect(text).toContain('<paragraph>xx</paragraph>')
    },
  )

  it('a short change whose look takes long holds no letters, and is taken; nor does it take along what stands behind it in its turn', async () => {
    const { doc, text, update } = paragraph('a', 5)
    const letter = changeOf(doc, () => text.insert(1, 'z'))
    const other = paragraph('b', 99)
    const typed = (at: number) => changeOf(other.doc, () => other.text.insert(at, 'x'))
    ada.sendUpdate(update)
    for (const one of [other.update, typed(1)]) bo.sendUpdate(one)
    await ada.when('the first to be saved', () => ada.saved === 1)
    await bo.when('the first to be saved', () => bo.saved === 2)
    let [isHeld, begun] = [true, 0]
    const { takeInSteps } = RoomText.prototype
    vi.spyOn(RoomText.prototype, 'takeInSteps').mockImplementation(function* (this: RoomText, sent, userId) {
      if (userId === 'ada') for (begun++; isHeld;) yield
      return yield* takeInSteps.call(this, sent, userId)
    })
    const commits = holdCommits()
    bo.sendUpdate(typed(2))
    await commits.begun(1)
    // these two are of one turn
    ada.sendUpdate(letter)
    bo.sendUpdate(typed(3))
    await Promise.all([ada.ping(), bo.ping()])
    letGo()
    await bo.when('the letter of the same turn to be saved', () => bo.saved === 4)
    for (const at of [4, 5, 6, 7, 8]) {
      bo.sendUpdate(typed(at))
      await bo.when('the letter to be saved', () => bo.saved === at + 1)
    }
    expect([ada.saved, begun]).toEqual([1, 1])
    isHeld = false
    await ada.when('it to be saved', () => ada.saved === 2)
  })

  it('a letter behind a long one, whose sender is paced, begins no turns before its time', async () => {
    const { update, long, letter } = longOnes(2)
    ada.sendUpdate(update)
    await ada.when('the first to be saved', () => ada.saved === 1)
    const looking = holdLooking()
    ada.sendUpdate(long[0]!)
    await until('it to be looked at', () => looking.begun() === 1)
    // the next one waits for as long
    await new Promise((go) => setTimeout(go, 300))
    looking.letGo()
    await ada.when('it to be saved', () => ada.saved === 2)
    const turns = vi.spyOn(ChangeQueue.prototype, 'begin')
    for (const one of [long[1]!, letter]) ada.sendUpdate(one)
    await ada.when('all to be saved', () => ada.saved === 4)
    expect(turns.mock.calls.length).toBeLessThan(10)
    turns.mockRestore()
  })

  it('who types a letter and pastes many pages while somebody restores is asked for nothing again, and refused nothing', async () => {
    const { doc, text, update } = paragraph('a', 5)
    ada.sendUpdate(update)
    await ada.when('the first to be saved', () => ada.saved === 1)
    const commits = holdCommits()
    bo.sendUpdate(paragraph('bo', 9).update)
    await commits.begun(1)
    const block = () => new Y.XmlElement('paragraph')
    const restoring = server.rooms.edit(roomId, 'cem', (own) => own.getXmlFragment('default').push([block()]))
    ada.sendUpdate(changeOf(doc, () => text.insert(1, 'b')))
    const pages = changeOf(doc, () => {
      const pasted = Array.from({ length: 1_600 }, () => {
        const one = block()
        one.insert(0, [new Y.XmlText('word '.repeat(40))])
        return one
      })
      doc.getXmlFragment('default').push(pasted)
    })
    // more than a room keeps of what builds on something missing
    expect(pages.length).toBeGreaterThan(262_144)
    ada.sendUpdate(pages)
    await ada.ping()
    const asked = ada.asked.length
    letGo()
    await restoring
    await until('all of it to be saved', () => ada.saved === 3 || Boolean(ada.closed))
    expect(ada.closed).toBe(null)
    expect(ada.asked.length).toBe(asked)
  })

  it('a look that failed behind typing is made anew before anybody is refused for it', async () => {
    const { update, long } = longOnes(1)
    const other = paragraph('b', 99)
    const typed = (at: number) => changeOf(other.doc, () => other.text.insert(at, 'x'))
    ada.sendUpdate(update)
    for (const one of [other.update, typed(1)]) bo.sendUpdate(one)
    await ada.when('the first to be saved', () => ada.saved === 1)
    await bo.when('the first to be saved', () => bo.saved === 2)
    let isHeld = true
    let begun = 0
    const { takeInSteps } = RoomText.prototype
    vi.spyOn(RoomText.prototype, 'takeInSteps').mockImplementation(function* (this: RoomText, sent, userId) {
      if (sent.length > 4_096 && ++begun === 1) {
        while (isHeld) yield
        throw new Error('the place is not there any more')
      }
      return yield* takeInSteps.call(this, sent, userId)
    })
    ada.sendUpdate(long[0]!)
    await until('it to be looked at', () => begun === 1)
    bo.sendUpdate(typed(2))
    await bo.when('the letter to be saved', () => bo.saved === 3)
    isHeld = false
    await ada.when('it to be saved', () => ada.saved === 2)
    expect(begun).toBe(2)
  })
})
