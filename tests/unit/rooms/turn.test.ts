import { afterEach, expect, test } from 'vitest'
import type { Incoming } from '../../../server/rooms/connection.ts'
import type { RoomText } from '../../../server/rooms/room-text.ts'
import { takeTurn } from '../../../server/rooms/turn.ts'

const incoming = (index: number): Incoming => ({
  from: { isRefused: false, admitted: { user: { id: `person ${index}` } } } as Incoming['from'],
  update: Uint8Array.of(index),
  index: 1,
  isAnswer: false,
  at: 0,
})

/** A text that takes each update in its own way; nothing of it needs a repair. */
const textWith = (take: (index: number) => ReturnType<RoomText['take']>, holds = () => false) =>
  ({ take: (update: Uint8Array) => take(update[0]!), holds, touchedParts: 0 }) as unknown as RoomText

let isOver = false
afterEach(() => void (isOver = true))

test('between people’s changes that take long, other rooms and requests have their turn', async () => {
  let others = 0
  const goOn = () => {
    others++
    if (!isOver) setImmediate(goOn)
  }
  setImmediate(goOn)
  const taken: number[] = []
  const text = textWith((index) => {
    const began = performance.now()
    while (performance.now() - began < 12) continue
    taken.push(index)
    return { entry: null }
  })
  const { done } = await takeTurn(text, [1, 2, 3, 4, 5, 6].map(incoming), [], [])
  expect(taken).toEqual([1, 2, 3, 4, 5, 6])
  expect(done).toHaveLength(6)
  expect(others).toBeGreaterThanOrEqual(5)
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
  let held = (await takeTurn(text, [incoming(1)], [], [])).held
  for (let turn = 0; turn < 5; turn++) held = (await takeTurn(text, [incoming(2)], held, [])).held // oxlint-disable-line no-await-in-loop
  expect([held.length, readings]).toEqual([1, 1])
  isHere = true
  const last = await takeTurn(text, [incoming(2)], held, [])
  expect([last.held.length, last.done.length, readings]).toEqual([0, 2, 2])
})
