import { expect, test } from 'vitest'
import { inTurn } from '../../web/review/proposals/in-turn.ts'

test('what one act throws is told, and those behind it run all the same, in their order', async () => {
  const told: unknown[] = []
  const run = inTurn((error) => told.push(error))
  const done: number[] = []
  await new Promise<void>((resolve) => {
    run(async () => void done.push(1))
    run(() => Promise.reject(new Error('a broken text')))
    run(async () => void done.push(2))
    run(async () => resolve())
  })
  expect(done).toEqual([1, 2])
  expect(told).toEqual([new Error('a broken text')])
})
