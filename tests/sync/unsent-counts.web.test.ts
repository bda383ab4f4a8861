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

test('what is acknowledged is of the oldest: the newest change is called kept only once its copy has it', () => {
  const { storage } = fakeStorage()
  const counts = unsentCounts('d', 'a', storage)
  const other = unsentCounts('d', 'b', storage)
  const shown = () => [counts.kept, counts.unkept, other.others()]
  counts.note(1, true)
  counts.note(2, false)
  expect(shown()).toEqual([1, 1, { changes: 2, kept: 1 }])
  counts.note(1, false)
  expect(shown()).toEqual([0, 1, { changes: 1, kept: 0 }])
  counts.noteAllKept()
  expect(shown()).toEqual([1, 0, { changes: 1, kept: 1 }])
  counts.note(3, false)
  expect(shown()).toEqual([1, 2, { changes: 3, kept: 1 }])
  counts.note(0, false)
  expect(shown()).toEqual([0, 0, { changes: 0, kept: 0 }])
  // what was thrown away is held by nobody, and nobody is asked about it
  counts.note(5, false)
  counts.handOver(0, 0)
  expect(shown()).toEqual([0, 0, { changes: 0, kept: 0 }])
})

test('of what a gone tab’s copy may lack, the next one says no more than was known to be kept', () => {
  const { storage, kept } = fakeStorage()
  kept.set('d:unsent:gone', '5@0@0@@3')
  kept.set('d:unsent:killed', '2@0@0@@0')
  kept.set('d:unsent:former', '4@0@0@')
  const counts = unsentCounts('d', 'a', storage)
  expect(counts.others(true)).toEqual({ changes: 11, kept: 7 })
  // of the second, one change may be there: none would be a copy that may be dropped
  expect(counts.adopt(counts.left()).changes).toBe(3 + 1 + 4)
  expect(counts.kept).toBe(8)
})
