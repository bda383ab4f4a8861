import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { announceChangedIds } from '../../server/review/changed-ids.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

test('a long point that changes without end is told at once, then the more seldom the longer it is, and its last change too', async () => {
  const told: string[][] = []
  const tell = announceChangedIds(async (_, ids) => void told.push(ids))
  const change = (...ids: string[]) => tell('project', { ids: [ids], bytes: 2_097_152 })
  await change('one')
  expect(told).toEqual([['one']])
  // ten a second
  for (let at = 0; at < 100; at++) {
    await change('one')
    await vi.advanceTimersByTimeAsync(100)
  }
  // 2 MB are read in 8 s
  expect(told).toHaveLength(2)
  await change('two')
  await vi.advanceTimersByTimeAsync(60_000)
  expect(told.at(-1)).toContain('two')
  expect(told).toHaveLength(3)
  // long quiet, told at once again
  await change('one')
  expect(told).toHaveLength(4)
})
