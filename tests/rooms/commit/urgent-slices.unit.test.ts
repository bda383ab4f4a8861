import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SliceLine } from '../../../server/rooms/text/slice-line.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

test('what somebody waits for has its next slice when the thread was others’ for as long as the last one took, all else later', async () => {
  const line = new SliceLine()
  const begun: string[] = []
  let isUrgent = false
  line.work(10, performance.now(), null, false)
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
  line.work(100, performance.now(), null, false)
  void line.wait(null, 0, () => isUrgent).then(() => (isBegun = true))
  await vi.advanceTimersByTimeAsync(125)
  isUrgent = true
  expect(isBegun).toBe(false)
  await vi.advanceTimersByTimeAsync(11)
  expect(isBegun).toBe(true)
})

/** Works for so long (ms of the fake clock, which stands still meanwhile) again and again. */
async function work(
  line: SliceLine,
  ms: number,
  count: () => void,
  isUrgent?: () => boolean,
): Promise<never> {
  for (;;) {
    const isEarly = await line.wait(null, 0, isUrgent)
    count()
    line.work(ms, performance.now(), null, isEarly)
  }
}

test.each([2, 10, 25])(
  'what is not urgent has its slices of %s ms while others are urgent all the time',
  async (ms) => {
    const line = new SliceLine()
    const count = { urgent: 0, other: 0 }
    for (let index = 0; index < 3; index++)
      void work(
        line,
        ms,
        () => count.urgent++,
        () => true,
      )
    void work(line, ms, () => count.other++)
    await vi.advanceTimersByTimeAsync(10_000)
    // beside three that are urgent, and with half of the thread for others
    expect(count.other * ms).toBeGreaterThan(500)
    expect((count.urgent + count.other) * ms).toBeGreaterThan(3_000)
  },
)
