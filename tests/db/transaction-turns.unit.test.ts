import { expect, test } from 'vitest'
import { createTransactionTurns } from '../../server/db/transaction-turns.ts'
import { until } from '../helpers/until.ts'

test('of one person so many run at a time, the others in their order, and nobody else waits for them', async () => {
  const run = createTransactionTurns(2)
  const begun: number[] = []
  const ends: (() => void)[] = []
  const held = (at: number) =>
    run('ada', () => {
      begun.push(at)
      return new Promise<void>((end) => ends.push(end))
    })
  const all = [1, 2, 3, 4].map(held)
  expect(await run('bo', async () => 'bo')).toBe('bo')
  expect(begun).toEqual([1, 2])
  ends[1]!()
  await all[1]
  await until('the next', () => begun.length === 3)
  expect(begun).toEqual([1, 2, 3])
  ends[0]!()
  await until('the last', () => begun.length === 4)
  ends.forEach((end) => end())
  await Promise.all(all)
})

test('the place of one that fails is given to the next', async () => {
  const run = createTransactionTurns(1)
  const failing = run('ada', () => Promise.reject(new Error('refused')))
  const next = run('ada', async () => 'done')
  await expect(failing).rejects.toThrow('refused')
  expect(await next).toBe('done')
})
