import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { messageType } from '../../../shared/wire/protocol.ts'
import { until } from '../../helpers/until.ts'
import { startRooms, type LogControl, type RoomServer } from '../../helpers/rooms/room-server.ts'
import { changeOf, paragraph, textOf, WireClient } from '../../helpers/rooms/wire-client.ts'

let server: RoomServer
let roomId: string
let ada: WireClient
let bo: WireClient
beforeAll(async () => void (server = await startRooms()))
afterAll(() => server.stop())
beforeEach(async () => {
  roomId = await server.newDocument()
  ada = await WireClient.open(server, 'ada', roomId)
  bo = await WireClient.open(server, 'bo', roomId)
})
const endings: (() => void)[] = []
afterEach(() => {
  for (const letAllGo of endings.splice(0)) letAllGo()
  server.control.before = null
  server.standing.clear()
  for (const client of [ada, bo]) client.socket.terminate()
})

type Call = Parameters<NonNullable<LogControl['before']>>[0]

/** Holds every call of one kind open until it is let go by hand, the oldest first. */
function holdOpen(kind: Call) {
  const waiting: (() => void)[] = []
  let isOver = false
  const letAllGo = () => {
    isOver = true
    for (const go of waiting) go()
  }
  endings.push(letAllGo)
  const others = server.control.before
  server.control.before = (call) => {
    if (call !== kind) return others?.(call)
    return isOver ? undefined : new Promise<void>((go) => void waiting.push(go))
  }
  return {
    count: () => waiting.length,
    reached: (count = 1) => until(`${kind} to be reached`, () => waiting.length >= count),
    letGo(index: number) {
      waiting[index]!()
    },
    letAllGo,
  }
}

/** A paragraph of `bo`, and a second one that `ada` wrote behind it. */
function onePersonAfterAnother() {
  const { doc, update: first } = paragraph('first')
  doc.clientID = 4_711
  const block = new Y.XmlElement('paragraph')
  const second = changeOf(doc, () => {
    block.insert(0, [new Y.XmlText('second')])
    doc.getXmlFragment('default').push([block])
  })
  return { first, second }
}

const sockets = async () =>
  (await server.registry.metrics()).split('\n').find((line) => line.startsWith('rooms_sockets '))!

const received = (client: WireClient) => client.socket.bufferedAmount === 0
const text = async () => textOf(await server.rooms.read(roomId))

/** A round trip: what the client sent before has reached the server. */
async function heard(client: WireClient): Promise<void> {
  const before = client.types.filter((type) => type === 102).length
  client.sendFrame(102)
  await client.when('the answer to a ping', () => client.types.filter((type) => type === 102).length > before)
  expect(received(client)).toBe(true)
}

describe('rule 8: nothing is taken from somebody whose standing is being decided', () => {
  it('what waits for the text to be loaded is not taken', async () => {
    const loads = holdOpen('load')
    const late = await server.newDocument()
    const gone = await WireClient.open(server, 'ada', late)
    gone.sendUpdate(paragraph('too late').update)
    await heard(gone)
    await loads.reached()
    server.standing.set('ada', null)
    const decided = server.bus.recheck({ userId: 'ada' })
    loads.letAllGo()
    await decided
    expect(await gone.whenClosed()).toEqual({ code: 4411, reason: 'access_ended' })
    expect(textOf(await server.rooms.read(late))).toBe('')
  })

  it.each([
    ['stays, and hears it then', true],
    ['goes, and never hears it', false],
  ])('what others write and do meanwhile is not heard by whoever %s', async (_what, stays) => {
    const reviews = holdOpen('review')
    for (const one of [ada, bo]) one.sendStep2(Uint8Array.of(0, 0))
    await until('both to be heard', () => ada.saved === 1 && bo.saved === 1)
    if (!stays) server.standing.set('bo', null)
    const decided = server.bus.recheck({ userId: 'bo' })
    await reviews.reached()
    ada.sendUpdate(paragraph('behind their back', 77).update)
    await ada.when('it to be durable', () => ada.saved === 2)
    server.bus.publish('project', { type: 'project.changed' })
    await ada.when('the event', () => ada.events.length === 1)
    await heard(bo)
    expect([bo.updates.length, bo.events.length]).toEqual([0, 0])
    reviews.letAllGo()
    await decided
    if (stays) {
      await bo.when('all of it', () => bo.updates.length === 1 && bo.events.length === 1)
      expect(textOf(bo.updates[0]!)).toContain('behind their back')
      return
    }
    expect(await bo.whenClosed()).toEqual({ code: 4411, reason: 'access_ended' })
    expect([bo.updates.length, bo.events.length]).toEqual([0, 0])
  })

  it('what was held back is not taken by a turn that was in flight at the suspension', async () => {
    const { first, second } = onePersonAfterAnother()
    ada.sendStep2(Uint8Array.of(0, 0))
    await ada.when('the first frame to be counted', () => ada.saved === 1)
    ada.sendUpdate(second)
    await ada.when('the server to ask for what is missing', () => ada.asked.length > 1)
    const commits = holdOpen('append')
    const reviews = holdOpen('review')
    bo.sendUpdate(paragraph('meanwhile', 99).update)
    await commits.reached()
    server.standing.set('ada', null)
    const decided = server.bus.recheck({ userId: 'ada' })
    commits.letAllGo()
    await reviews.reached()
    bo.sendUpdate(first)
    await bo.when('what was missing to be durable', () => bo.saved === 2)
    expect(await text()).not.toContain('second')
    reviews.letAllGo()
    await decided
    expect(await ada.whenClosed()).toEqual({ code: 4411, reason: 'access_ended' })
    expect(await text()).not.toContain('second')
  })

  it('what is in a commit when the suspension begins is kept, and what comes meanwhile waits for the decision', async () => {
    const commits = holdOpen('append')
    const reviews = holdOpen('review')
    const { doc, update } = paragraph('kept', 5)
    ada.sendUpdate(update)
    await commits.reached()
    const decided = server.bus.recheck({ userId: 'ada' })
    ada.sendUpdate(changeOf(doc, () => doc.getXmlFragment('default').push([new Y.XmlElement('paragraph')])))
    await heard(ada)
    commits.letAllGo()
    await reviews.reached()
    await ada.when('the first to be durable', () => ada.saved === 1)
    expect(await text()).toBe('<paragraph>kept</paragraph>')
    reviews.letAllGo()
    await decided
    await ada.when('the second to be durable', () => ada.saved === 2)
    expect(await text()).toBe('<paragraph>kept</paragraph><paragraph></paragraph>')
  })

  it('two suspensions at once: the first decision does not speak for the second', async () => {
    const reviews = holdOpen('review')
    const first = server.bus.recheck({ userId: 'ada' })
    await reviews.reached(1)
    server.standing.set('ada', null)
    const second = server.bus.recheck({ projectId: 'project', userId: 'ada' })
    await reviews.reached(2)
    ada.sendUpdate(paragraph('between').update)
    await heard(ada)
    reviews.letGo(0)
    await first
    bo.sendUpdate(paragraph('another', 99).update)
    await bo.when('a turn', () => bo.saved === 1)
    expect(await text()).not.toContain('between')
    reviews.letAllGo()
    await second
    expect(await ada.whenClosed()).toEqual({ code: 4411, reason: 'access_ended' })
    expect(await text()).not.toContain('between')
  })

  it.each([
    ['may still write', true],
    ['may not any more', false],
  ])('somebody sends, leaves at once, and %s: it is decided before a turn takes it', async (_what, stays) => {
    const commits = holdOpen('append')
    bo.sendUpdate(paragraph('meanwhile', 99).update)
    await commits.reached()
    ada.sendUpdate(paragraph('last words').update)
    await heard(ada)
    await ada.close()
    await until('the server to see it', async () => / 1$/m.test(await sockets()))
    if (!stays) server.standing.set('ada', null)
    const decided = server.bus.recheck({ userId: 'ada' })
    commits.letAllGo()
    await decided
    await bo.close()
    await until('the last words to be decided', async () => (await text()).includes('last words') === stays)
    expect(
      (await server.logged()).filter(({ documentId, userId }) => documentId === roomId && userId === 'ada'),
    ).toHaveLength(stays ? 1 : 0)
  })

  it('leaving with something held back: it is not taken when what it builds on comes', async () => {
    const { first, second } = onePersonAfterAnother()
    ada.sendUpdate(second)
    await ada.when('the server to ask for what is missing', () => ada.asked.length > 1)
    const commits = holdOpen('append')
    bo.sendUpdate(paragraph('meanwhile', 99).update)
    await commits.reached()
    await ada.close()
    commits.letAllGo()
    bo.sendUpdate(first)
    await bo.when('both to be durable', () => bo.saved === 2)
    expect(await text()).not.toContain('second')
  })

  it('what somebody who left has in a commit is waited for', async () => {
    const commits = holdOpen('append')
    ada.sendUpdate(paragraph('last words').update)
    await commits.reached()
    const before = await sockets()
    await ada.close()
    await until('the server to see that ada left', async () => (await sockets()) !== before)
    server.standing.set('ada', null)
    let isDecided = false
    const decided = server.bus.recheck({ userId: 'ada' }).then(() => (isDecided = true))
    await heard(bo)
    expect(isDecided).toBe(false)
    commits.letAllGo()
    await decided
    expect(await text()).toContain('last words')
  })

  it('a busy room holds up no decision about who has nothing in its commit', async () => {
    const commits = holdOpen('append')
    bo.sendUpdate(paragraph('meanwhile', 99).update)
    await commits.reached()
    ada.sendUpdate(paragraph('not any more').update)
    await heard(ada)
    server.standing.set('ada', null)
    await server.bus.recheck({ userId: 'ada' })
    expect(await ada.whenClosed()).toEqual({ code: 4411, reason: 'access_ended' })
    commits.letAllGo()
    await bo.when('the commit', () => bo.saved === 1)
    expect(await text()).not.toContain('not any more')
  })

  it('what somebody has in the commit of one room holds up nothing of them in another', async () => {
    const otherId = await server.newDocument()
    const elsewhere = await WireClient.open(server, 'ada', otherId)
    elsewhere.sendUpdate(paragraph('first', 7).update)
    await elsewhere.when('the first to be durable', () => elsewhere.saved === 1)
    const commits = holdOpen('append')
    ada.sendUpdate(paragraph('in a commit').update)
    await commits.reached()
    server.standing.set('ada', { canWrite: false })
    const decided = server.bus.recheck({ userId: 'ada' })
    expect(await elsewhere.whenClosed()).toEqual({ code: 4510, reason: 'access_changed' })
    commits.letAllGo()
    await decided
    expect(await ada.whenClosed()).toEqual({ code: 4510, reason: 'access_changed' })
    expect(await text()).toContain('in a commit')
  })

  it('a server’s edit that takes long holds up no decision: people’s changes are in no commit of it, and it is decided on at its end', async () => {
    let refuse!: (reason: unknown) => void
    let asked = 0
    const push = (doc: Y.Doc) => doc.getXmlFragment('default').insert(0, [new Y.XmlElement('paragraph')])
    const made = server.rooms.edit(roomId, 'bo', push, () => {
      asked++
      return new Promise((_, reject) => (refuse = reject))
    })
    const ended = expect(made).rejects.toThrow('not any more')
    await until('the edit to be begun', () => asked === 1)
    ada.sendUpdate(paragraph('meanwhile').update)
    await heard(ada)
    await server.bus.recheck({ userId: 'ada' })
    await server.bus.recheck({ userId: 'bo' })
    refuse(new Error('not any more'))
    await ended
    await ada.when('what came meanwhile to be durable', () => ada.saved === 1)
    expect(await text()).toBe('<paragraph>meanwhile</paragraph>')
  })

  it('of an empty room it is known whose project’s it is', async () => {
    const emptyId = await server.newDocument()
    const commits = holdOpen('append')
    const made = server.rooms.edit(emptyId, 'ada', (doc) => {
      doc.getXmlFragment('default').insert(0, [new Y.XmlElement('paragraph')])
    })
    await commits.reached()
    await server.bus.recheck({ projectId: 'another', userId: 'ada' })
    let isDecided = false
    const decided = server.bus.recheck({ projectId: 'project' }).then(() => (isDecided = true))
    await heard(bo)
    expect(isDecided).toBe(false)
    commits.letAllGo()
    await Promise.all([made, decided])
  })

  it('A5: a server’s edit of somebody is waited for by what concerns them, and by nothing else', async () => {
    const commits = holdOpen('append')
    const made = server.rooms.edit(roomId, 'ada', (doc) => {
      doc.getXmlFragment('default').insert(0, [new Y.XmlElement('paragraph')])
    })
    await commits.reached()
    await server.bus.recheck({ userId: 'eve' })
    await server.bus.recheck({ projectId: 'another', userId: 'ada' })
    let isDecided = false
    const decided = server.bus.recheck({ projectId: 'project' }).then(() => (isDecided = true))
    await heard(bo)
    expect(isDecided).toBe(false)
    commits.letAllGo()
    await Promise.all([made, decided])
  })

  it('step 1 asked during the decision is answered after it, or never', async () => {
    const reviews = holdOpen('review')
    server.standing.set('ada', null)
    const decided = server.bus.recheck({ userId: 'ada' })
    await reviews.reached()
    ada.sendStep1()
    await heard(ada)
    expect(ada.answers).toEqual([])
    reviews.letAllGo()
    await decided
    await ada.whenClosed()
    expect(ada.answers).toEqual([])
  })

  it('who is here is told after the decision, or never, and so is what they show', async () => {
    const show = (client: WireClient, clientId: number, at: string) =>
      client.sendAwareness([{ clientId, clock: 1, state: { at } }])
    const reviews = holdOpen('review')
    server.standing.set('ada', null)
    const decided = [server.bus.recheck({ userId: 'ada' }), server.bus.recheck({ userId: 'bo' })]
    await reviews.reached()
    const eve = await WireClient.open(server, 'eve', roomId)
    show(eve, 4711, 'after')
    show(ada, 815, 'removed')
    show(bo, 816, 'stays')
    for (const client of [ada, bo]) client.sendFrame(messageType.queryAwareness)
    for (const client of [ada, bo, eve]) await heard(client)
    for (const client of [ada, bo]) expect([...client.states().keys()]).not.toContain(4711)
    for (const clientId of [815, 816]) expect([...eve.states().keys()]).not.toContain(clientId)
    reviews.letAllGo()
    await Promise.all(decided)
    await ada.whenClosed()
    await bo.when('bo to be told who is here', () => bo.states().has(4711))
    await eve.when('eve to be told who is here', () => eve.states().has(816))
    for (const client of [bo, eve]) expect([...client.states().keys()]).not.toContain(815)
    expect([...ada.states().keys()]).not.toContain(4711)
    eve.socket.terminate()
  })
})

describe('rule 3: `saved` counts nothing that waits', () => {
  it('an earlier frame that is paused is not counted by a later one that becomes durable', async () => {
    const { first, second } = onePersonAfterAnother()
    ada.sendUpdate(second)
    await ada.when('the server to ask for what is missing', () => ada.asked.length > 1)
    const commits = holdOpen('append')
    const reviews = holdOpen('review')
    ada.sendUpdate(paragraph('independent', 77).update)
    await commits.reached()
    const decided = server.bus.recheck({ userId: 'ada' })
    commits.letAllGo()
    await reviews.reached()
    await heard(ada)
    expect(ada.saved).toBe(0)
    reviews.letAllGo()
    await decided
    await heard(ada)
    expect(ada.saved).toBe(0)
    bo.sendUpdate(first)
    await ada.when('both to be durable', () => ada.saved === 2)
    expect(await text()).toContain('second')
  })
})
