import { expect, test, vi } from 'vitest'
import { startSlices } from '../../../server/rooms/text/time-slices.ts'

test('of however many that work in slices one works at a time, and the thread is others’ for twice as long in between', async () => {
  let now = 1_000
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now)
  const worked: { from: number; until: number }[] = []
  const job = async (count: number) => {
    const slices = startSlices()
    for (let step = 0; step < 5; step++) {
      await slices.pause(true)
      worked.push({ from: now, until: (now += 12 + count) })
    }
    slices.over()
  }
  const jobs = Promise.all([1, 2, 3].map(job))
  let isOver = false
  void jobs.then(() => (isOver = true))
  // the clock that the jobs see goes on while they wait
  while (!isOver) {
    await new Promise((resolve) => setTimeout(resolve, 1))
    now += 1
  }
  clock.mockRestore()
  expect(worked).toHaveLength(15)
  for (const [index, { from }] of worked.entries()) {
    const before = worked[index - 1]
    // the first of each begins before anybody has worked long
    if (before && index >= 3) expect(from - before.until).toBeGreaterThanOrEqual(24)
  }
})

test('A5: one step of an hour has nobody wait for two hours', async () => {
  // past whatever the test before left
  let now = 1_000_000
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now)
  const slices = startSlices()
  now += 3_600_000
  slices.over()
  const waiting = startSlices().pause(true)
  expect(waiting).not.toBeNull()
  now += 200
  await waiting
  expect(startSlices().pause(true)).toBeNull()
  clock.mockRestore()
})
