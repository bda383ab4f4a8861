import { expect, test, vi } from 'vitest'
import { startSlices } from '../../../server/rooms/text/time-slices.ts'
import type { WorkedFor } from '../../../server/rooms/text/slice-line.ts'

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

test.each([2, 9])(
  'the thread is others’ for two thirds of the time, also where each of three goes on by steps of %s ms',
  async (ms) => {
    let now = 500_000
    const began = now
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now)
    let worked = 0
    const job = async () => {
      const slices = startSlices()
      while (worked < 1_000) {
        await slices.pause(true)
        worked += ms
        now += ms
      }
      slices.over()
    }
    let isOver = false
    void Promise.all([job(), job(), job()]).then(() => (isOver = true))
    while (!isOver) {
      await new Promise((resolve) => setTimeout(resolve, 1))
      now += 1
    }
    clock.mockRestore()
    expect(worked / (now - began)).toBeLessThan(0.36)
  },
)

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

/** Goes on with a clock of its own until `isOver`; whoever works does so for 12 ms of it a slice. */
async function onOwnClock(begin: (work: (by: WorkedFor, slices?: number) => Promise<void>) => Promise<void>) {
  let now = 2_000_000
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now)
  const order: string[] = []
  let isOver = false
  const work = async (by: WorkedFor, count = Infinity) => {
    const slices = startSlices()
    slices.workFor(by)
    for (let step = 0; step < count && !isOver; step++) {
      await slices.pause(true)
      order.push(by.userId)
      now += 12
    }
    slices.over()
  }
  void begin(work).then(() => (isOver = true))
  // all that wait come to their end too
  for (let left = 1_000; left > 0; left -= isOver ? 1 : 0) {
    now += 1
    await vi.advanceTimersByTimeAsync(1)
  }
  clock.mockRestore()
  vi.useRealTimers()
  return order
}

const stranger = (index: number): WorkedFor => ({ network: `net ${index % 3}`, userId: `stranger ${index}` })

test('who pastes a page does not stand behind eight strangers of three networks who send books', async () => {
  const order = await onOwnClock(async (work) => {
    for (let index = 0; index < 8; index++) void work(stranger(index))
    await work({ network: 'far', userId: 'before' }, 20)
    await work({ network: 'home', userId: 'honest' }, 4)
  })
  const began = order.lastIndexOf('before') + 1
  const needed = order.lastIndexOf('honest') + 1 - began
  // four slices of 1 + 8 would be 36
  expect(needed).toBeLessThanOrEqual(9)
})

test('of people who use as much of late, each gets on, and of one network a person who used less comes first', async () => {
  const order = await onOwnClock(async (work) => {
    for (let index = 0; index < 8; index++) void work({ network: 'one', userId: `hog ${index}` })
    await work({ network: 'one', userId: 'hog 8' }, 20)
    await work({ network: 'one', userId: 'late' }, 4)
  })
  const late = order.indexOf('late')
  expect(order.lastIndexOf('late') + 1 - late).toBeLessThanOrEqual(9)
  for (let index = 0; index < 8; index++)
    expect(order.filter((name) => name === `hog ${index}`).length).toBeGreaterThan(5)
})
