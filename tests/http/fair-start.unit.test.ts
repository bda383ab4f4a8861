import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, expect, test, vi } from 'vitest'
import { createTurns } from '../../server/http/limits/fair-start.ts'

/** Turns of the event loop go on as ever. */
const fakeTimeouts = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
afterEach(() => void vi.useRealTimers())

const open = () => {
  const turns = createTurns({ requestsAtOnce: 5, requestsAtOncePerNetwork: 3, requestTurnMs: 250 })
  const begun: string[] = []
  const ends: Record<string, () => void> = {}
  const ask = (network: string, at: number) =>
    turns.take(network, (end) => {
      begun.push(`${network}${at}`)
      ends[`${network}${at}`] = end
    })
  return { begun, ends, ask }
}

test('of six hundred requests of one network another’s stands behind a few only', () => {
  const { begun, ask } = open()
  for (let at = 0; at < 600; at++) ask('a', at)
  expect(begun).toEqual(['a0', 'a1', 'a2'])
  ask('b', 0)
  expect(begun.at(-1)).toBe('b0')
})

test('beyond one of each a few of all are begun, and networks take turns', async () => {
  const { begun, ends, ask } = open()
  for (let at = 0; at < 4; at++) for (const network of ['a', 'b', 'c']) ask(network, at)
  // five places, and whoever has none running needs no place
  expect(begun).toEqual(['a0', 'b0', 'c0', 'a1', 'b1'])
  ask('d', 0)
  expect(begun.at(-1)).toBe('d0')
  ends.d0!()
  ends.a0!()
  await nextTurn()
  expect(begun.at(-1)).toBe('c1')
  ends.b1!()
  await nextTurn()
  expect(begun.at(-1)).toBe('a2')
  // once is enough
  ends.b1!()
  await nextTurn()
  expect(begun.length).toBe(8)
})

test('what waits for something else is counted no longer', async () => {
  fakeTimeouts()
  const { begun, ends, ask } = open()
  for (let at = 0; at < 7; at++) ask('a', at)
  vi.advanceTimersByTime(250)
  await nextTurn()
  expect(begun).toEqual(['a0', 'a1', 'a2', 'a3', 'a4', 'a5'])
  ends.a0!()
  await nextTurn()
  expect(begun.length).toBe(6)
  ends.a3!()
  await nextTurn()
  expect(begun.length).toBe(7)
})

test('ten thousand whose sockets are gone are passed over, and who comes behind them is begun', async () => {
  const turns = createTurns({ requestsAtOnce: 5, requestsAtOncePerNetwork: 3, requestTurnMs: 250 })
  const first: (() => void)[] = []
  for (let at = 0; at < 3; at++) turns.take('a', (end) => first.push(end))
  let passed = 0
  for (let at = 0; at < 10_000; at++) turns.take('a', (end) => (passed++, end()))
  let isBegun = false
  turns.take('a', () => (isBegun = true))
  first[0]!()
  await nextTurn()
  expect(passed).toBe(10_000)
  expect(isBegun).toBe(true)
})

test('hundreds that are refused at once are begun a few in each turn of the event loop', async () => {
  const turns = createTurns({ requestsAtOnce: 5, requestsAtOncePerNetwork: 3, requestTurnMs: 250 })
  let begun = 0
  const refuse = async (end: () => void) => {
    begun++
    await Promise.resolve()
    end()
  }
  for (let at = 0; at < 300; at++) turns.take('a', (end) => void refuse(end))
  let inTurn = 0
  for (let before = begun; begun < 300; before = begun) {
    await nextTurn()
    inTurn = Math.max(inTurn, begun - before)
  }
  expect(inTurn).toBe(3)
})

test('V17: what is held back keeps its place, and its time begins when it does', async () => {
  fakeTimeouts()
  const held: (() => void)[] = []
  const limits = { requestsAtOnce: 5, requestsAtOncePerNetwork: 2, requestTurnMs: 250 }
  const turns = createTurns(limits, (begin) => held.push(begin))
  let begun = 0
  for (let at = 0; at < 7; at++) turns.take('a', () => void begun++)
  vi.advanceTimersByTime(500)
  expect([held.length, begun]).toEqual([2, 0])
  for (const begin of held.splice(0)) begin()
  expect(begun).toBe(2)
  vi.advanceTimersByTime(249)
  await nextTurn()
  expect(held.length).toBe(0)
  vi.advanceTimersByTime(1)
  await nextTurn()
  expect(held.length).toBe(2)
})
