import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import { createShares, type ShareLimits } from './fair-shares.ts'
import { pauseAfter, usualRetry, type Job, type Jobs, type Retry, type Task } from './jobs.ts'

/** One kind of job, and how it is done. Each feature registers its own where the process is composed. */
export interface JobKind<T extends Task = Task> {
  type: T['type']
  /** Done when it resolves; tried again later when it rejects. `signal`: there is no more time for it. */
  perform(task: T, given: { attempt: number; signal: AbortSignal }): Promise<void>
  /** Whether what stands behind a job in its line goes first after this failure; else it waits with it. */
  leavesLine?(failure: unknown): boolean
  /** How it is tried again; as usual where it is left out. */
  retry?: Retry
}

/** Kinds whose jobs wait for each other: what is in another lane does not. */
export interface Lane extends ShareLimits {
  kinds: readonly JobKind[]
  /** So long a job with a key gathers before it is taken (ms). */
  gatherMs: number
  /** How long it waits when there is nothing to do (ms), unless it is woken. */
  idleMs?: number
}

/** Where a lane says nothing else: what another process queued, or what is due by its time, is found by then. */
const usualIdleMs = 5_000
/** What wakes it so soon again (ms) wakes it once. */
const wakingMs = 250
/** So long may what is under way go on when it is stopped (ms); who has not answered by then is waited for no longer. */
const stopMs = 2_000

export interface Worker {
  /** Has it look for jobs in a moment. */
  wake(): void
  /** Begins nothing more, and resolves when nothing is under way. */
  stop(): Promise<void>
}

/** Does what is queued, lane by lane, until it is stopped. */
export function startWorker(jobs: Jobs, lanes: readonly Lane[], logger: Logger): Worker {
  const stopping = new AbortController()
  const cutting = new AbortController()
  const { signal } = stopping

  let waking = new AbortController()
  let isWaking: NodeJS.Timeout | undefined

  /** Resolves with how long until the job is due again (ms), or null. */
  async function work({ kinds }: Lane, job: Job): Promise<number | null> {
    // only what is of one of them was taken
    const kind = kinds.find(({ type }) => type === job.task.type)!
    try {
      await kind.perform(job.task, { attempt: job.attempts, signal: cutting.signal })
      await jobs.finish(job)
      return null
    } catch (error) {
      const { retry = usualRetry } = kind
      const isKept = await jobs.postpone(job, kind.leavesLine?.(error) ?? false, retry)
      logger.warn({ err: error, job: job.id, type: job.task.type, isKept }, 'a job failed')
      return isKept ? pauseAfter(job.attempts, retry) : null
    }
  }

  const fail = (error: unknown) => void logger.error({ err: error }, 'the queue of jobs stands still')

  /** Until something of it ends or it is woken, for so long at most. Nothing of the pause is left: many may end in one. */
  async function idle(underWay: Iterable<Promise<void>>, idleMs: number, woken: AbortSignal): Promise<void> {
    if (signal.aborted || woken.aborted) return
    const over = new AbortController()
    const end = () => over.abort()
    for (const one of [signal, woken]) one.addEventListener('abort', end, { once: true })
    await Promise.race([pause(idleMs, undefined, { signal: over.signal }).catch(() => {}), ...underWay])
    for (const one of [signal, woken]) one.removeEventListener('abort', end)
    end()
  }

  async function run(lane: Lane): Promise<void> {
    const underWay = new Set<Promise<void>>()
    const shares = createShares(lane)
    const types = lane.kinds.map(({ type }) => type)
    const { idleMs = usualIdleMs } = lane
    /** When what failed here is due again. */
    let due: number[] = []
    while (!signal.aborted) {
      // what wakes it from here on came after it looked
      const woken = waking.signal
      due = due.filter((at) => at > performance.now())
      const job = await jobs.take({ types, gatherMs: lane.gatherMs, busy: shares.full() }).catch(fail)
      if (job) {
        const end = shares.begin(job.owners)
        const done = work(lane, job)
          .then((pauseMs) => {
            // two clocks, and a timer that may be a millisecond early
            if (pauseMs !== null && pauseMs < idleMs) due.push(performance.now() + pauseMs + 10)
          }, fail)
          .finally(() => (underWay.delete(done), end()))
        underWay.add(done)
      }
      if (underWay.size === lane.atOnce) await Promise.race(underWay)
      // what ends may let the next of its line begin
      else if (!job) {
        await idle(underWay, Math.min(idleMs, Math.max(0, Math.min(...due) - performance.now())), woken)
      }
    }
    await Promise.all(underWay)
  }

  const running = lanes.map(run)
  return {
    wake() {
      isWaking ??= setTimeout(() => {
        isWaking = undefined
        waking.abort()
        waking = new AbortController()
      }, wakingMs)
    },
    async stop() {
      stopping.abort()
      clearTimeout(isWaking)
      const cut = setTimeout(() => cutting.abort(), stopMs)
      await Promise.all(running)
      clearTimeout(cut)
    },
  }
}
