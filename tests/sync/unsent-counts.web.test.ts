import { afterEach, expect, test, vi } from 'vitest'
import { unsentCounts } from '../../web/sync/unsent/unsent-counts.ts'
import { fakeStorage } from '../helpers/web/fake-storage.ts'

afterEach(() => vi.useRealTimers())

test('a tab that crashed is told from one that is open: it gives no sign of life', () => {
  vi.useFakeTimers()
  const { storage } = fakeStorage()
  unsentCounts('d', 'a', storage).note(2, true)
  const other = unsentCounts('d', 'b', storage)
  expect([other.adopt(other.left()).changes, other.others().changes]).toEqual([0, 2])
  vi.advanceTimersByTime(200_000)
  expect([other.adopt(other.left()).changes, other.others().changes]).toEqual([2, 0])
})

test('the one count for all tabs, of before, is taken over', () => {
  const { storage, kept } = fakeStorage()
  kept.set('d', '4')
  const counts = unsentCounts('d', 'a', storage)
  expect(counts.adopt(counts.left()).changes).toBe(4)
  expect(kept.has('d')).toBe(false)
})

test('what a former version noted names where the words of an id begin that was nobody’s yet', () => {
  const { storage, kept } = fakeStorage()
  kept.set('d:unsent:former', '3@0@77')
  kept.set('d:unsent:taken', '2@0@0')
  const counts = unsentCounts('d', 'a', storage)
  expect(counts.adopt(counts.left())).toEqual({
    changes: 5,
    clients: [77],
    from: new Map([[77, 0]]),
  })
})
