import { afterEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import { defaultLimits } from '../../../shared/limits.ts'
import type { Incoming } from '../../../server/rooms/connection/connection.ts'
import { DocumentState } from '../../../server/rooms/text/document-state.ts'
import type { RoomText } from '../../../server/rooms/text/room-text.ts'
import { ChangeQueue } from '../../../server/rooms/commit/change-queue.ts'
import { takeTurn } from '../../../server/rooms/commit/turn.ts'
import { written } from '../../../server/rooms/text/update-parts.ts'
import { sentBy, socketOf } from '../../helpers/rooms/sent-change.ts'

const incoming = (index: number): Incoming => sentBy(socketOf(`person ${index}`), Uint8Array.of(0, 0, index))

/** A text that takes each update in its own way; nothing of it needs a repair. */
const textWith = (take: (index: number) => ReturnType<RoomText['take']>, holds = () => false) =>
  ({
    // oxlint-disable-next-line require-yield -- a step that is the last one
    *takeInSteps(update: Uint8Array) {
      return take(update[2]!)
    },
    holds,
    isMuchTouched: () => false,
    state: new DocumentState(),
  }) as unknown as RoomText

/** Goes on being called like any other work of the process; how often it was. */
function countOthers(): () => number {
  let calls = 0
  const goOn = () => {
    calls++
    if (!isOver) setImmediate(goOn)
  }
  isOver = false
  setImmediate(goOn)
  return () => calls
}

let isOver = false
afterEach(() => void (isOver = true))

const never = () => false

/** Burns the thread for longer than a slice. */
function work(): void {
  const began = performance.now()
  while (performance.now() - began < 12) continue
}

test('between people’s changes that take long, other rooms and requests have their turn', async () => {
  const others = countOthers()
  const taken: number[] = []
  const text = textWith((index) => {
    work()
    taken.push(index)
    return { entry: null }
  })
  const { done } = await takeTurn(text, [1, 2, 3, 4, 5, 6].map(incoming), [], [], never)
  expect(taken).toEqual([1, 2, 3, 4, 5, 6])
  expect(done).toHaveLength(6)
  expect(others()).toBeGreaterThanOrEqual(5)
})

test('between the parts of a long deletion others have their turn, and all of it is one entry', async () => {
  const others = countOthers()
  const entryOf = (part: number) => ({
    roomId: 'room',
    userId: 'ada',
    update: written([], { clients: new Map([[7, [{ clock: 2 * part, len: 1 }]]]) }),
    clientIds: [],
  })
  function* rest() {
    for (const part of [1, 2, 3, 4, 5]) {
      work()
      yield entryOf(part)
    }
  }
  const sound = { repair: () => ({ entry: null, isWhole: true, isOver: true }) }
  const text = Object.assign(
    textWith(() => ({ entry: null, rest: rest() })),
    sound,
  )
  const { entries, done } = await takeTurn(text, [incoming(1)], [], [], never)
  expect([entries.length, done.length]).toEqual([1, 1])
  const deleted = Y.decodeUpdate(entries[0]!.update).ds.clients.get(7)!
  expect(deleted.map(({ clock }) => clock)).toEqual([2, 4, 6, 8, 10])
  expect(others()).toBeGreaterThanOrEqual(4)
})

test('what is held back is read once, and again only when what it builds on is here', async () => {
  let isHere = false
  let readings = 0
  const text = textWith(
    (index) => {
      if (index !== 1) return { entry: null }
      readings++
      return isHere ? { entry: null } : { missing: { client: 7, clock: 3 } }
    },
    () => isHere,
  )
  let held = (await takeTurn(text, [incoming(1)], [], [], never)).held
  for (let turn = 0; turn < 5; turn++) held = (await takeTurn(text, [incoming(2)], held, [], never)).held
  expect([held.length, readings]).toEqual([1, 1])
  isHere = true
  const last = await takeTurn(text, [incoming(2)], held, [], never)
  expect([last.held.length, last.done.length, readings]).toEqual([0, 2, 2])
})

test('rule 8: a turn comes to its end when somebody of it is suspended; all that is left is of the next one', async () => {
  const [ada, bo] = [incoming(1).from, incoming(2).from]
  const of = (from: Incoming['from'], index: number): Incoming => ({ ...incoming(index), from, index })
  let taken = 0
  const text = textWith(() => {
    work()
    taken++
    return { entry: null }
  })
  const changes = [of(ada, 1), of(bo, 2), of(ada, 3), of(ada, 4), of(bo, 5)]
  const turn = await takeTurn(text, changes, [], [], () => taken === 2)
  expect(turn.done).toEqual(changes.slice(0, 2))
  expect(turn.passedOver).toEqual(changes.slice(2))
})

test('rule 8: a turn ends between the steps of a long change too, of which nothing is in the text yet', async () => {
  const [ada, bo] = [incoming(1).from, incoming(2).from]
  const long = { ...incoming(1), update: new Uint8Array(5_000).fill(1), from: ada }
  const behind = { ...incoming(2), from: bo }
  let isSuspended = false
  let steps = 0
  let isIn = false
  const text = {
    *takeInSteps() {
      for (; steps < 100; steps++) {
        work()
        if (steps === 3) isSuspended = true
        yield
      }
      isIn = true
      return { entry: null }
    },
    holds: never,
    isMuchTouched: never,
    state: new DocumentState(),
  } as unknown as RoomText
  const turn = await takeTurn(text, [long, behind], [], [], () => isSuspended)
  expect([steps, isIn]).toEqual([3, false])
  expect(turn).toMatchObject({ entries: [], done: [], held: [], refused: [], isBroken: false })
  expect(turn.passedOver).toEqual([long, behind])
})

test('rule 8: a turn ends between the parts of a long change too: the text is read again and the turn repeated', async () => {
  const entry = { roomId: 'room', userId: 'ada', update: Uint8Array.of(1), clientIds: [] }
  let parts = 0
  function* rest() {
    for (; parts < 100; parts++) {
      work()
      yield entry
    }
  }
  const text = textWith(() => ({ entry: null, rest: rest() }))
  const refused = [{ change: incoming(3), reason: 'earlier' }]
  const turn = await takeTurn(text, [incoming(1)], [], refused, () => parts === 4)
  expect(parts).toBe(4)
  expect(turn).toMatchObject({ done: [], passedOver: [], isBroken: true, failure: null })
  expect(turn.refused).toEqual(refused)
})

test('rule 8: what a turn holds back or passed over of whoever was suspended or left meanwhile is not taken by the next', () => {
  const [ada, bo, cy] = [1, 2, 3].map((index) => incoming(index).from)
  const of = (from: Incoming['from'] | undefined, index: number) => ({
    ...incoming(index),
    from: from!,
    index,
  })
  const queue = new ChangeQueue(defaultLimits)
  const changes = [of(ada, 1), of(bo, 2), of(cy, 3), of(ada, 4)]
  for (const change of changes) queue.push(change)
  queue.begin()
  queue.take()
  expect([...queue.senders()]).toEqual([ada, bo, cy])
  expect(queue.mustEnd(changes[2]!)).toBe(false)
  queue.suspend(ada!)
  expect(queue.mustEnd(changes[2]!)).toBe(true)
  queue.leave(bo!)
  queue.took({ held: changes.slice(0, 3), passedOver: [changes[3]!] })
  queue.begin()
  expect(queue.take()).toEqual({ changes: [], held: [changes[2]] })
  queue.putBack()
  expect(queue.resume(ada!)).toEqual([changes[0], changes[3]])
  // nobody remembers who left an earlier turn, or while there was none
  queue.leave(bo!)
  queue.push(of(bo, 6))
  queue.begin()
  expect(queue.take().changes).toEqual([of(bo, 6)])
  queue.took({ held: [of(bo, 6)], passedOver: [] })
  expect([...queue.senders()]).toEqual([bo])
})

test('rule 8: a decision waits only for who has something in the turn, and people’s changes are in no turn of a server’s edit', () => {
  const [ada, bo] = [1, 2].map((index) => incoming(index).from)
  const of = (from: Incoming['from'] | undefined, index: number) => ({
    ...incoming(index),
    from: from!,
    index,
  })
  const edit = { userId: 'cy', change: () => {}, stillMay: undefined, resolve: () => {}, reject: () => {} }
  const changes = [of(ada, 1), of(bo, 2), edit, of(ada, 3)] as const
  const queue = new ChangeQueue(defaultLimits)
  for (const change of changes) queue.push(change)
  queue.begin()
  expect(queue.take().changes).toEqual(changes.slice(0, 2))
  expect([queue.isInTurn(ada!), queue.isInTurn(bo!)]).toEqual([true, true])
  queue.took({ held: [], passedOver: [changes[1]] })
  expect([queue.isInTurn(ada!), queue.isInTurn(bo!)]).toEqual([true, false])
  queue.committed()
  expect(queue.isInTurn(ada!)).toBe(false)
  queue.begin()
  expect(queue.take().changes).toEqual([changes[1]])
  queue.took({ held: [], passedOver: [] })
  queue.begin()
  expect(queue.take().changes).toEqual([edit])
  queue.took({ held: [], passedOver: [] })
  queue.begin()
  expect(queue.take().changes).toEqual([changes[3]])
})

test('what is short does not stand in line with what is long, however many steps its check has', async () => {
  let [steps, hasEnded] = [0, false]
  const inSteps = (count: number, step: () => void) =>
    ({
      *takeInSteps() {
        for (let at = 0; at < count; at++) {
          step()
          yield
        }
        return { entry: null }
      },
      holds: () => false,
      isMuchTouched: () => false,
      state: new DocumentState(),
    }) as unknown as RoomText
  const long = inSteps(12, () => {
    work()
    steps++
  })
  const update = new Uint8Array(10_000)
  const lasting = takeTurn(long, [{ ...incoming(1), update }], [], [], never).then(() => (hasEnded = true))
  while (steps < 2) await new Promise(setImmediate)
  const before = steps
  const { done } = await takeTurn(
    inSteps(6, () => {}),
    [incoming(2)],
    [],
    [],
    never,
  )
  expect([done.length, hasEnded]).toEqual([1, false])
  expect(steps - before).toBeLessThanOrEqual(1)
  await lasting
})
