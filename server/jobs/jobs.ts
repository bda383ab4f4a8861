import type { Queries } from '../db/database.ts'

/** What is to be done: its kind is its `type`, and the rest is for that kind alone. Kept as JSON. */
export interface Task {
  type: string
}

/** A job as it is queued. */
export interface NewJob {
  task: Task
  /** Of two jobs with one key the first waits for both, until it is taken. */
  key?: string | null
  /** Those of one line are done one after the other, in the order in which they were queued. */
  line?: string | null
  /** Whom it is done for, such as a project and a person: of who has much under way others are taken first. */
  owners?: string[]
}

/** A job that was taken. */
export interface Job extends Required<NewJob> {
  id: string
  /** How often it was taken, this time included. */
  attempts: number
  createdAt: Date
}

/** How long a job that failed waits, and how often it is tried. */
export interface Retry {
  /** The pause after the first failure (ms); it doubles with each, up to `longestMs`. */
  firstMs: number
  longestMs: number
  /** After so many failures it is given up. */
  mostAttempts: number
}

/** Given up after about four hours. */
export const usualRetry: Retry = { firstMs: 30_000, longestMs: 3_600_000, mostAttempts: 10 }

/** How long a job waits that was tried so often (ms). */
export const pauseAfter = (attempts: number, { firstMs, longestMs }: Retry): number =>
  Math.min(longestMs, firstMs * 2 ** (attempts - 1))

/** Which jobs are wanted. */
export interface Wanted {
  types: readonly string[]
  /** So long a job with a key gathers before it is taken (ms). */
  gatherMs: number
  /** None is taken of these owners. */
  busy?: readonly string[]
}

/**
 * A queue of work that outlives a request and a crash. It knows nothing of what is in a task. What every such queue
 * promises is tested by one suite (`tests/helpers/jobs/jobs-contract.ts`).
 */
export interface Jobs {
  /**
   * Queues jobs in the transaction of what they follow from: they are there if and only if that is committed. A job
   * with their key that waits already is held until then, or it could be done, and be gone, without them.
   */
  add(tx: Pick<Queries, 'insert'>, jobs: NewJob[]): Promise<unknown>
  /**
   * Takes the next job that is due; of several processes, each gets another. A job with a key gives it up when it is
   * taken, so that what comes from then on begins a new one. Of a line only the first is taken, and until it is done,
   * or given up, the others wait. One that was taken and not heard of again is due again after a while.
   */
  take(wanted: Wanted): Promise<Job | undefined>
  finish(job: Job): Promise<unknown>
  /**
   * Puts a job that failed off, each time for twice as long. What stands behind it in its line waits with it, unless it
   * `leavesLine`. False when it is given up. Without `retry` it is tried as usual.
   */
  postpone(job: Job, leavesLine: boolean, retry?: Retry): Promise<boolean>
}
