import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createAcceptPriority } from '../../server/http/limits/accept-priority.ts'

function open() {
  const clock = { ms: 0 }
  const accepting = createAcceptPriority(() => clock.ms)
  const begun: number[] = []
  return { clock, begun, note: accepting.note, ask: (at: number) => accepting.after(() => begun.push(at)) }
}

test('of three hundred connections that wait one comes in a turn, and no request is begun before the last of them', async () => {
  const { clock, begun, note, ask } = open()
  for (let at = 0; at < 300; at++) {
    note()
    ask(at)
    expect(begun).toEqual([])
    clock.ms += 1
    await nextTurn()
  }
  await nextTurn()
  expect(begun).toEqual(Array.from({ length: 300 }, (_, at) => at))
  ask(300)
  expect(begun.at(-1)).toBe(300)
})

test('what was begun before takes none of the time that requests may wait, but they wait for a second at most', async () => {
  const { clock, begun, note, ask } = open()
  ask(0)
  expect(begun).toEqual([0])
  note()
  ask(1)
  for (let turn = 1; turn < 20; turn++) {
    clock.ms += 50
    await nextTurn()
    note()
    expect(begun).toEqual([0])
  }
  clock.ms = 1_000
  await nextTurn()
  expect(begun).toEqual([0, 1])
  note()
  ask(2)
  clock.ms = 1_249
  note()
  ask(3)
  expect(begun).toEqual([0, 1, 2, 3])
  clock.ms = 1_250
  note()
  ask(4)
  expect(begun).toEqual([0, 1, 2, 3])
  await nextTurn()
  await nextTurn()
  expect(begun).toEqual([0, 1, 2, 3, 4])
})

test('V16: whoever opens connections without end holds up requests for little more than a tenth of the time', async () => {
  const { clock, note, ask, begun } = open()
  let held = 0
  for (let turn = 0; turn < 20_000; turn++) {
    note()
    const before = begun.length
    ask(turn)
    if (begun.length === before) held++
    clock.ms += 1
    await nextTurn()
  }
  // in 20 s: the half second that there is, and a tenth
  expect(held).toBeLessThan(500 + 2_000 + 500)
  expect(held).toBeGreaterThan(500)
})
