import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Queries } from '../../../server/db/database.ts'
import type { Jobs, NewJob } from '../../../server/jobs/jobs.ts'

/** A queue to be tested, and what only its maker can do. */
export interface OpenedJobs {
  jobs: Jobs
  /** Runs something in a transaction, which is not committed when it throws. */
  transaction<T>(run: (tx: Pick<Queries, 'insert'>) => Promise<T>): Promise<T>
  /** As if so much time had passed for all that is queued (ms). */
  passTime(ms: number): Promise<unknown>
  /** Forgets everything. */
  clear(): Promise<unknown>
  close(): Promise<unknown>
}

const hourMs = 3_600_000
/** What was taken and not heard of again is due after so long at the latest (ms). */
const leaseMs = 120_000

/** What every queue of jobs promises. */
export function jobsContract(name: string, open: () => Promise<OpenedJobs>): void {
  describe(name, () => {
    let opened: OpenedJobs
    let jobs: Jobs
    beforeAll(async () => {
      opened = await open()
      jobs = opened.jobs
    })
    afterEach(() => opened.clear())
    afterAll(() => opened.close())
    const add = (...added: NewJob[]) => opened.transaction((tx) => jobs.add(tx, added))
    const job = (type: string, more: Partial<NewJob> = {}): NewJob => ({ task: { type }, ...more })
    const take = (busy: string[] = [], gatherMs = 0) => jobs.take({ types: ['a', 'b'], gatherMs, busy })
    const taken = async (busy?: string[]) => (await take(busy))?.task.type

    test('jobs are taken in their order, each once, and only of the kinds that are wanted', async () => {
      await add(job('a'), job('other'), job('b'))
      expect([await taken(), await taken(), await taken()]).toEqual(['a', 'b', undefined])
      expect((await jobs.take({ types: ['other'], gatherMs: 0 }))?.task).toEqual({ type: 'other' })
    })

    test('a task comes back as it was queued, with how often it was taken and for whom', async () => {
      const task = { type: 'a', words: '\u5927\u8db3\u53f0\u706f', at: { page: 3 } }
      await add({ task, owners: ['project:1', 'user:2'], line: 'to-1' })
      expect(await take()).toMatchObject({
        task,
        owners: ['project:1', 'user:2'],
        line: 'to-1',
        key: null,
        attempts: 1,
      })
    })

    test('of two who take at once, each gets another', async () => {
      await add(job('a'), job('b'))
      const both = await Promise.all([take(), take()])
      expect(both.map((one) => one?.task.type).toSorted()).toEqual(['a', 'b'])
    })

    test('what is queued is there when that is committed, and never when it is not', async () => {
      await opened.transaction(async (tx) => {
        await jobs.add(tx, [job('a')])
        expect(await take()).toBeUndefined()
      })
      expect(await taken()).toBe('a')
      const undone = opened.transaction(async (tx) => {
        await jobs.add(tx, [job('b')])
        throw new Error('undone')
      })
      await expect(undone).rejects.toThrow('undone')
      expect(await take()).toBeUndefined()
    })

    test('of two jobs with one key the first waits for both, and gathers for a while', async () => {
      await add(job('a', { key: 'digest' }))
      await opened.passTime(hourMs)
      await add(job('b', { key: 'digest' }))
      expect(await take([], 2 * hourMs), 'it gathers').toBeUndefined()
      expect((await take([], hourMs / 2))?.task.type).toBe('a')
      expect(await take()).toBeUndefined()
      await add(job('b', { key: 'digest' }))
      expect(await taken(), 'one that was taken takes in no more').toBe('b')
    })

    test('a job is not taken while somebody adds to it', async () => {
      await add(job('a', { key: 'digest' }))
      await opened.transaction(async (tx) => {
        await jobs.add(tx, [job('a', { key: 'digest' })])
        expect(await take()).toBeUndefined()
      })
      expect(await taken()).toBe('a')
    })

    test('of a line only the first is taken, until it is done', async () => {
      await add(job('a', { line: '1' }), job('b', { line: '1' }), job('a', { line: '2' }))
      const [first, other] = [await take(), await take()]
      expect([first?.line, other?.line]).toEqual(['1', '2'])
      expect(await take()).toBeUndefined()
      await jobs.finish(first!)
      expect(await taken()).toBe('b')
    })

    test('what failed waits, each time for twice as long, and its line waits with it', async () => {
      await add(job('a', { line: '1' }), job('b', { line: '1' }))
      for (const pauseMs of [30_000, 60_000, 120_000, 240_000]) {
        expect(await jobs.postpone((await take())!, false)).toBe(true)
        await opened.passTime(pauseMs - 5_000)
        expect(await take()).toBeUndefined()
        await opened.passTime(5_000)
      }
      expect(await take()).toMatchObject({ task: { type: 'a' }, attempts: 5 })
    })

    test('what is tried in another way waits as that says, and is never given up where that never gives up', async () => {
      await add(job('a'))
      const retry = { firstMs: 1_000, longestMs: 5_000, mostAttempts: Infinity }
      for (const pauseMs of [1_000, 2_000, 4_000, 5_000, ...Array.from({ length: 8 }, () => 5_000)]) {
        expect(await jobs.postpone((await take())!, false, retry)).toBe(true)
        await opened.passTime(pauseMs / 2)
        expect(await take()).toBeUndefined()
        await opened.passTime(pauseMs / 2)
      }
      expect(await taken()).toBe('a')
    })

    test('what leaves its line holds up nobody behind it', async () => {
      await add(job('a', { line: '1' }), job('b', { line: '1' }))
      expect(await jobs.postpone((await take())!, true)).toBe(true)
      expect(await taken()).toBe('b')
    })

    test('a job is given up after ten failures, and one of a line when it is hours old', async () => {
      await add(job('a'))
      for (let attempt = 1; attempt <= 10; attempt++) {
        expect(await jobs.postpone((await take())!, false)).toBe(attempt < 10)
        await opened.passTime(2 * hourMs)
      }
      expect(await take()).toBeUndefined()
      await add(job('a', { line: '1' }), job('b', { line: '1' }))
      await opened.passTime(5 * hourMs)
      expect(await jobs.postpone((await take())!, false)).toBe(false)
      expect(await taken()).toBe('b')
    })

    test('a job that was taken and not heard of again is taken again', async () => {
      await add(job('a'))
      await take()
      expect(await take()).toBeUndefined()
      await opened.passTime(leaseMs)
      expect(await take()).toMatchObject({ task: { type: 'a' }, attempts: 2 })
    })

    test('of those who are busy nothing is taken, and nobody waits for them', async () => {
      await add(job('a', { owners: ['project:1', 'user:1'] }), job('b', { owners: ['project:2', 'user:2'] }))
      expect(await taken(['project:1', 'user:2'])).toBeUndefined()
      expect(await taken(['project:1'])).toBe('b')
      expect(await taken(['project:2'])).toBe('a')
    })
  })
}
