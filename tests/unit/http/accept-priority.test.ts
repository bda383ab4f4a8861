import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createAcceptPriority } from '../../../server/http/accept-priority.ts'

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
    // oxlint-disable-next-line no-await-in-loop -- a turn of the event loop
    await nextTurn()
  }
  await nextTurn()
  expect(begun).toEqual(Array.from({ length: 300 }, (_, at) => at))
  ask(300)
  expect(begun.at(-1)).toBe(300)
})

test('connections that come without end hold up requests for half a second, and then for a while not', async () => {
  const { clock, begun, note, ask } = open()
  ask(0)
  expect(begun).toEqual([0])
  note()
  ask(1)
  clock.ms = 499
  await nextTurn()
  note()
  expect(begun).toEqual([0])
  clock.ms = 500
  await nextTurn()
  expect(begun).toEqual([0, 1])
  note()
  ask(2)
  expect(begun).toEqual([0, 1, 2])
  clock.ms = 525
  note()
  ask(3)
  expect(begun).toEqual([0, 1, 2])
  await nextTurn()
  await nextTurn()
  expect(begun).toEqual([0, 1, 2, 3])
})
