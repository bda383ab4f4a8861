import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { defaultLimits } from '../../shared/limits.ts'
import { announceChangedIds } from '../../server/review/changed-ids.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

test('a long point that changes without end is told at once, then the more seldom the longer it is, and its last change too', async () => {
  const told: string[][] = []
  const tell = announceChangedIds(async (_, ids) => void told.push(ids), defaultLimits)
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

test('what could not be told is told later, with what changed meanwhile: who stays hears of it by no other way', async () => {
  const told: string[][] = []
  let fails = false
  const tell = announceChangedIds(async (_, ids) => {
    if (fails) throw new Error('the database is away')
    told.push(ids)
  }, defaultLimits)
  const change = (id: string) => tell('project', { ids: [[id]], bytes: 2_097_152 })
  await change('one')
  await change('two')
  fails = true
  // told by the time, which fails, and again
  await vi.advanceTimersByTimeAsync(30_000)
  await change('three')
  fails = false
  await vi.advanceTimersByTimeAsync(30_000)
  expect(told.map((ids) => ids.toSorted())).toEqual([['one'], ['three', 'two']])
  // the first telling of all, which its caller hears of, is told later too
  await vi.advanceTimersByTimeAsync(60_000)
  fails = true
  await expect(change('four')).rejects.toThrow('the database is away')
  fails = false
  await vi.advanceTimersByTimeAsync(30_000)
  expect(told.at(-1)).toEqual(['four'])
})
