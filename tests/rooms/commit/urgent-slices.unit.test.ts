import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SliceLine } from '../../../server/rooms/text/slice-line.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

test('what somebody waits for has its next slice when the thread was others’ for as long as the last one took, all else later', async () => {
  const line = new SliceLine()
  const begun: string[] = []
  let isUrgent = false
  line.leave(performance.now(), 10, 20)
  void line.wait(null, 0).then(() => begun.push('other'))
  void line.wait(null, 0, () => isUrgent).then(() => begun.push('urgent'))
  await vi.advanceTimersByTimeAsync(9)
  isUrgent = true
  expect(begun).toEqual([])
  await vi.advanceTimersByTimeAsync(2)
  expect(begun).toEqual(['urgent'])
  await vi.advanceTimersByTimeAsync(8)
  expect(begun).toEqual(['urgent'])
  await vi.advanceTimersByTimeAsync(10)
  expect(begun).toEqual(['urgent', 'other'])
})

test('what becomes urgent while it waits is found to be soon', async () => {
  const line = new SliceLine()
  let [isUrgent, isBegun] = [false, false]
  line.leave(performance.now(), 100, 200)
  void line.wait(null, 0, () => isUrgent).then(() => (isBegun = true))
  await vi.advanceTimersByTimeAsync(125)
  isUrgent = true
  expect(isBegun).toBe(false)
  await vi.advanceTimersByTimeAsync(11)
  expect(isBegun).toBe(true)
})
