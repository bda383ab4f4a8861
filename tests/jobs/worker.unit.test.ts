import { pino } from 'pino'
import { expect, test } from 'vitest'
import type { Job, Jobs } from '../../server/jobs/jobs.ts'
import { startWorker, type JobKind } from '../../server/jobs/worker.ts'
import { until } from '../helpers/until.ts'

const hourMs = 3_600_000
const logger = pino({ level: 'silent' })

/** A queue in memory, which knows when it was asked and when what is in it is due. */
function queue() {
  const waiting: { job: Job; dueAt: number }[] = []
  const looks: number[] = []
  const jobs: Jobs = {
    add: async () => {},
    take: async () => {
      looks.push(performance.now())
      const at = waiting.findIndex(({ dueAt }) => dueAt <= performance.now())
      const job = at < 0 ? undefined : waiting.splice(at, 1)[0]!.job
      if (job) job.attempts += 1
      return job
    },
    finish: async () => {},
    postpone: async (job, _leavesLine, retry) => {
      waiting.push({ job, dueAt: performance.now() + retry!.firstMs * 2 ** (job.attempts - 1) })
      return true
    },
  }
  const put = () =>
    waiting.push({
      job: {
        id: '1',
        task: { type: 'a' },
        key: null,
        line: null,
        owners: [],
        attempts: 0,
        createdAt: new Date(),
      },
      dueAt: 0,
    })
  return { jobs, looks, put }
}

function start(jobs: Jobs, perform: JobKind['perform']) {
  const kind: JobKind = {
    type: 'a',
    perform,
    retry: { firstMs: 10, longestMs: hourMs, mostAttempts: Infinity },
  }
  return startWorker(jobs, [{ kinds: [kind], gatherMs: 0, atOnce: 1, perOwner: 1, idleMs: hourMs }], logger)
}

test('a worker that is woken looks at once, however long it would have waited', async () => {
  const { jobs, looks, put } = queue()
  const done: string[] = []
  const worker = start(jobs, async ({ type }) => void done.push(type))
  await until('the first look', () => looks.length === 1)
  for (let times = 1; times <= 3; times++) {
    put()
    worker.wake()
    await until('the job to be done', () => done.length === times)
  }
  await worker.stop()
})

test('a worker that is woken while it looks looks again', async () => {
  const { jobs, put } = queue()
  const done: string[] = []
  const take = jobs.take.bind(jobs)
  let answer: (() => void) | undefined
  jobs.take = async (wanted) => {
    const found = await take(wanted)
    if (!answer) await new Promise<void>((resolve) => (answer = resolve))
    return found
  }
  const worker = start(jobs, async ({ type }) => void done.push(type))
  await until('the first look', () => answer !== undefined)
  put()
  worker.wake()
  answer!()
  await until('the job to be done', () => done.length === 1)
  await worker.stop()
})

test('what failed is tried again when it is due, however long the lane waits for what is new', async () => {
  const { jobs, put } = queue()
  const tried: number[] = []
  put()
  const worker = start(jobs, async (_task, { attempt }) => {
    tried.push(performance.now())
    if (attempt < 4) throw new Error('not yet')
  })
  await until('it to succeed', () => tried.length === 4)
  expect(tried[3]! - tried[0]!).toBeGreaterThanOrEqual(10 + 20 + 40)
  await worker.stop()
})

test('a worker that is stopped begins nothing, woken or not', async () => {
  const { jobs, looks, put } = queue()
  const worker = start(jobs, async () => {})
  await until('the first look', () => looks.length === 1)
  await worker.stop()
  put()
  worker.wake()
  expect(looks).toHaveLength(1)
})
