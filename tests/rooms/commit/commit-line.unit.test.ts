import { afterEach, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { ChangeQueue } from '../../../server/rooms/commit/change-queue.ts'
import { Cost } from '../../../server/rooms/gate/update-cost.ts'
import { Refusal } from '../../../shared/errors.ts'
import { serverClient } from '../../../shared/document/server-client.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { seededRandom, type SeededRandom } from '../../helpers/seeded-random.ts'
import { DrivenRoom, immediate, typist, type Sender } from '../../helpers/rooms/driven-room.ts'
import { range } from '../../helpers/rooms/kept-text.ts'
import { changeOf } from '../../helpers/rooms/wire-client.ts'

const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 32))
const rounds = Number(process.env.FUZZ_ROUNDS ?? 16)
const acts = 300
/** A letter of somebody who has nothing else on its way is taken by this turn that is begun from then on, at the latest. */
const mostTurns = 4
/** Who is suspended waits for so many pauses of what is long at most, and not for its end. */
const mostPauses = 12

const beside = vi.hoisted(() => ({ room: null as DrivenRoom | null }))

// whether a check pauses, and for how long, is the seed's to say and not the clock's; that of a letter never does
vi.mock('../../../server/rooms/text/time-slices.ts', () => ({
  startSlices() {
    let isLetter = false
    const pause = () => {
      const { room } = beside
      if (!room || isLetter || !room.random.chance(0.2)) return null
      room.pauses++
      let left = room.random.below(4)
      return new Promise<void>((done) => {
        const goOn = (): unknown => (left-- > 0 ? setImmediate(goOn) : done())
        setImmediate(goOn)
      })
    }
    return { pause, workFor: ({ userId }: { userId: string }) => (isLetter = userId === typist), over() {} }
  },
}))

// an update of twenty items has as many steps as one of thousands
vi.mock('../../../server/rooms/gate/steps.ts', async (original) => {
  const steps = await original<typeof import('../../../server/rooms/gate/steps.ts')>()
  return { ...steps, onceIn: (count: number) => steps.onceIn(Math.ceil(count / 50)) }
})

afterEach(() => {
  beside.room = null
  vi.useRealTimers()
})

const rootOf = (doc: Y.Doc): Y.XmlFragment => doc.getXmlFragment(textField)

function block(words: string, name = 'paragraph'): Y.XmlElement {
  const made = new Y.XmlElement(name)
  made.insert(0, [new Y.XmlText(words)])
  return made
}

/** Without formats: of those each copy tidies away by itself what says nothing any more. */
const wordsOf = (doc: Y.Doc): string =>
  rootOf(doc)
    .toString()
    .replaceAll(/<\/?bold>/g, '')

const textsIn = (doc: Y.Doc): Y.XmlText[] =>
  rootOf(doc)
    .toArray()
    .flatMap((one) => (one instanceof Y.XmlElement ? one.toArray() : []))
    .filter((one) => one instanceof Y.XmlText)

/** Yjs leaves this out of its types. */
interface Linked {
  _start: Y.Item | null
}

function lastOf(text: Y.XmlText): Y.Item | null {
  let item = (text as unknown as Linked)._start
  while (item?.right) item = item.right
  return item
}

/** What somebody may write; each adds something, so that the log's clocks tell whether it has it. */
const changes: Record<string, (random: SeededRandom, doc: Y.Doc) => void> = {
  letter(random, doc) {
    const all = textsIn(doc)
    const own = all.filter((one) => lastOf(one)?.id.client === doc.clientID)
    const text = own.length > 0 ? random.pick(own) : all.length > 0 ? random.pick(all) : null
    if (text) text.insert(text.length, 'x')
    else rootOf(doc).insert(0, [block('first')])
  },
  inside(random, doc) {
    const text = textsIn(doc).length > 0 ? random.pick(textsIn(doc)) : null
    if (!text) return
    text.insert(random.below(text.length + 1), 'yy')
    if (text.length > 4) text.delete(random.below(text.length - 2), 2)
  },
  paragraph(random, doc) {
    rootOf(doc).insert(random.below(rootOf(doc).length + 1), [block('some words')])
  },
  /** Few bytes, and a check of many steps. */
  sweep(random, doc) {
    const root = rootOf(doc)
    const length = Math.min(root.length, 10 + random.below(30))
    root.insert(root.length, [block('swept')])
    if (length > 0) root.delete(0, length)
  },
  book(random, doc) {
    rootOf(doc).insert(
      random.below(rootOf(doc).length + 1),
      range(20 + random.below(30)).map(() => block('word '.repeat(30))),
    )
  },
  formats(random, doc) {
    for (const text of textsIn(doc).slice(0, 60)) {
      text.insert(random.below(text.length + 1), 'z')
      if (text.length > 3) text.format(0, 2, { bold: {} })
    }
  },
}
const common = ['letter', 'letter', 'letter', 'letter', 'inside', 'paragraph', 'sweep', 'book', 'formats']

function badUpdate(random: SeededRandom, { doc }: Sender): Uint8Array {
  if (random.chance(0.3)) return Uint8Array.of(1, 2, 3)
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  copy.clientID = 900_000 + random.below(90_000)
  return changeOf(copy, () => {
    rootOf(copy).insert(
      0,
      range(random.below(100)).map(() => block('words')),
    )
    rootOf(copy).insert(0, [block('no element', 'script')])
  })
}

/** Brings something back in parts, as a restore does; what became of it is compared with the log. */
function restore(driven: DrivenRoom, number: number): Promise<void> {
  const { random, room, broken } = driven
  const clientId = serverClient(number)
  const [mayNot, keepsNot] = [random.chance(0.2), random.chance(0.1)]
  let end = 0
  const asked = async (fails: boolean) => {
    for (let left = random.below(4); left > 0; left--) await immediate()
    if (fails) throw new Refusal('not_allowed')
  }
  const change = (doc: Y.Doc) => {
    const root = rootOf(doc)
    if (root.length > 0) root.delete(0, 1 + random.below(root.length))
    const copy = new Y.Doc()
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
    copy.clientID = clientId
    const updates = range(1 + random.below(5)).map((at) =>
      changeOf(copy, () => rootOf(copy).push([block(`restored ${at}`)])),
    )
    end = Y.getState(copy.store, clientId)
    return { clientId, updates }
  }
  const edit = room.edit({
    userId: 'eve',
    change,
    stillMay: () => asked(mayNot),
    beforeCommit: () => asked(keepsNot),
  })
  return edit.then(
    () => {
      if ((driven.durable.get(clientId) ?? 0) < end)
        broken.push('a restore is told as done and is not in the log')
      if (mayNot || keepsNot) broken.push('a restore was made that may not be')
    },
    (failure: unknown) => {
      const isRefused = failure instanceof Refusal && failure.code === 'not_allowed'
      if (isRefused && driven.durable.has(clientId)) broken.push('a restore was refused and is in the log')
      if (!isRefused && driven.failures === 0) broken.push(`a restore failed: ${String(failure)}`)
    },
  )
}

/** Lets some time pass. */
async function pass(random: SeededRandom, ms: number): Promise<void> {
  for (let left = random.below(8); left > 0; left--) await immediate()
  vi.advanceTimersByTime(random.below(ms))
}

const people = ['ada', 'bo', 'cem', 'dan']

/** Counts turns, and has some of what is short put in in parts; what ends that. */
function standBeside(driven: DrivenRoom): () => void {
  const { begin } = ChangeQueue.prototype
  const turns = vi.spyOn(ChangeQueue.prototype, 'begin').mockImplementation(function (
    this: ChangeQueue,
    ...args
  ) {
    driven.turns++
    begin.apply(this, args)
  })
  const { get } = Object.getOwnPropertyDescriptor(Cost.prototype, 'isLong')!
  const parts = vi.spyOn(Cost.prototype, 'isLong', 'get').mockImplementation(function (this: Cost) {
    return driven.random.chance(0.2) || (get!.call(this) as boolean)
  })
  return () => [turns, parts].forEach((spy) => spy.mockRestore())
}
it(`what one room's line of changes promises holds whatever comes in between (FUZZ_SEED=${seed})`, async () => {
  const seen = { saved: 0, closed: new Map<string, number>(), letters: 0 }
  for (const round of range(rounds)) await oneRound(seed + round, seen)
  // it is about something
  expect(seen.saved).toBeGreaterThan(rounds * 50)
  expect(seen.letters).toBeGreaterThan(rounds * 5)
  for (const reason of ['access_ended', 'storage_failed', 'update_refused'])
    expect(seen.closed.get(reason)).toBeGreaterThan(0)
})

type Seen = { saved: number; closed: Map<string, number>; letters: number }

async function oneRound(own: number, seen: Seen): Promise<void> {
  const random = seededRandom(own)
  vi.useFakeTimers({
    toFake: ['performance', 'Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
  })
  const driven = new DrivenRoom(random, { movedItems: 1e12, updatesPerSecond: 1e6, framesPerSecond: 1e6 })
  beside.room = driven
  const leave = standBeside(driven)
  setInterval(() => driven.room.beat(performance.now()), 1_000)
  const underWay: Promise<void>[] = []
  for (let act = 0; act < acts; act++) {
    await step(driven, act, underWay)
    await pass(random, 30)
  }
  // the server stops, or what is left comes to its end by itself, what is held back in 30 s
  const stops = random.chance(0.3)
  const undecided = new Set(driven.senders.filter(({ connection, room }) => room.isSuspended(connection)))
  if (stops) {
    driven.room.stopHearing()
    underWay.push(driven.room.finish())
  }
  let isOver = false
  void Promise.all(underWay).then(() => (isOver = true))
  for (let left = 1_000; left > 0 && !(isOver && (stops || driven.isQuiet)); left--) await pass(random, 400)
  expect(isOver, `FUZZ_SEED=${own}: a recheck, a restore, a reading or the stopping never ended`).toBe(true)
  await check(driven, stops ? undecided : null, `FUZZ_SEED=${own}`, seen)
  leave()
  vi.useRealTimers()
}

async function step(driven: DrivenRoom, act: number, underWay: Promise<void>[]): Promise<void> {
  const { random, senders } = driven
  const open = senders.filter(({ isOpen }) => isOpen)
  const writing = open.filter(({ mayWrite }) => mayWrite)
  const what = random.below(200)
  if (open.length < 2 || (open.length < 7 && what < 6))
    driven.enter(open.some(({ userId }) => userId === typist) ? random.pick(people) : typist)
  else if (what < 16) {
    const left = [...driven.room.leftSenders()].map((connection) => ({ connection, room: driven.room }))
    underWay.push(driven.recheck(random.pick([...open, ...left]), random.chance(0.7)))
  } else if (what < 18) random.pick(open).leave()
  else if (what < 19) driven.nextCommit = random.pick(['failed', 'failed', 'lost', 'lost, done'] as const)
  else if (what < 22) underWay.push(restore(driven, act))
  else if (what < 26) {
    underWay.push(driven.room.read().then((bytes) => driven.checkDurable('what is read', bytes)))
  } else if (writing.length === 0) return
  else if (what < 27) {
    const sender = random.pick(writing)
    sender.sendBytes(badUpdate(random, sender))
  } else if (what < 36) random.pick(writing).sendKeptBack()
  else
    for (let burst = random.chance(0.05) ? 12 : 1; burst > 0; burst--) {
      const sender = random.pick(writing)
      // one of them only types, and waits until each letter is saved
      const isTypist = sender.userId === typist
      if (isTypist && !sender.isSettled) continue
      const kind = isTypist ? 'letter' : random.pick(common)
      sender.write((doc) => changes[kind]!(random, doc), !isTypist && random.chance(0.02))
    }
}

/** Why a socket of somebody who may write was closed, as far as that is to be. */
const isExpected = (driven: DrivenRoom, sender: Sender, reason: string): boolean => {
  if (reason === 'access_ended') return sender.hasLost
  if (reason === 'storage_failed') return driven.failures > 0
  return sender.isDoomed || (reason === 'update_refused' && sender.hasHeldBack)
}

async function check(
  driven: DrivenRoom,
  undecided: Set<Sender> | null,
  told: string,
  seen: Seen,
): Promise<void> {
  const { broken, senders } = driven
  const logged = await driven.logged()
  for (const sender of senders) {
    const { name, isDoomed, closedBy, isOpen, isSettled, saved, sent, isOwing } = sender
    // a server that stops does not wait for what is held back, hears nothing of whom is being decided, and greets nobody
    const isExcused = undecided !== null && (sender.hasHeldBack || undecided.has(sender) || !sender.isSynced)
    if (closedBy !== null) {
      seen.closed.set(closedBy, (seen.closed.get(closedBy) ?? 0) + 1)
      if (!isExpected(driven, sender, closedBy)) broken.push(`${name} was closed: ${closedBy}`)
    }
    if (!isSettled && !isExcused) broken.push(`${name} waits for ever: ${saved} of ${sent.length} are saved`)
    if (isDoomed && isOpen && !isExcused) broken.push(`${name} sent what no editor writes, and is here`)
    if (isOpen && !isOwing && !undecided && wordsOf(sender.doc) !== wordsOf(logged))
      broken.push(`${name} sees another text`)
    seen.saved += saved
  }
  if (logged.store.pendingStructs || logged.store.pendingDs) broken.push('the log has a gap')
  if (driven.longestWait > mostTurns) broken.push(`a letter waited for ${driven.longestWait} turns`)
  if (driven.longestDecision > mostPauses)
    broken.push(`a decision waited for ${driven.longestDecision} pauses`)
  seen.letters += driven.letters
  expect(broken, told).toEqual([])
}
