import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Limits } from '../../shared/limits.ts'
import type { Database } from '../db/database.ts'
import { sendConfirmation } from './confirmation.ts'
import { finishJob, lanes, postponeJob, sharerOf, takeJob, type Job, type Lane } from './jobs.ts'
import { sendDigest, sendUrgent } from './emails.ts'
import type { Mailer } from './mailer.ts'
import type { BrokenAmong } from './notices.ts'
import type { PageOf } from '../resources/kinds.ts'
import { createShares } from './shares.ts'
import type { Task } from './tables.ts'
import { deliver, NotTaken } from './webhooks.ts'

interface Needs {
  database: Database
  mailer: Mailer
  /** False when mails lie in the outbox: then it is not asked whose an address is. */
  sendsMail: boolean
  brokenAmong: BrokenAmong
  pageOf: PageOf
  /** Which addresses webhooks may go to. */
  mayReach(address: string): boolean
  /** What links begin with. */
  url: string
  limits: Limits
  logger: Logger
}

/** How long it waits when there is nothing to send (ms). */
const idleMs = 1_000
/** So long may what is under way go on when the post is stopped (ms); who has not answered by then is waited for no longer. */
const stopMs = 2_000

/** Sends what is to be sent until it is stopped. A job counts as done when it was taken over there. */
export function startDelivery(needs: Needs): { stop(): Promise<void> } {
  const { database, logger, limits } = needs
  const stopping = new AbortController()
  const cutting = new AbortController()
  const { signal } = stopping
  // one mail server is asked one thing after the other, a slow webhook holds up no other
  const atOnce: Record<Lane, number> = { mail: 1, webhook: limits.deliveriesAtOnce }

  async function perform({ task, attempts }: Job): Promise<void> {
    if (task.type === 'webhook') {
      return deliver({ ...needs, signal: cutting.signal }, task.webhookId, task.told, attempts)
    }
    await unlessCut(sendMail(task), cutting.signal)
  }

  async function sendMail(task: Exclude<Task, { type: 'webhook' }>): Promise<void> {
    if (task.type === 'mail') await sendUrgent(needs, task.noticeId)
    else if (task.type === 'confirmation') await sendConfirmation(needs, task.confirmationId)
    else await sendDigest(needs, task.userId)
  }

  async function work(job: Job): Promise<void> {
    try {
      await perform(job)
      await finishJob(database, job)
    } catch (error) {
      const leavesLine = error instanceof NotTaken && !error.takesNone
      const isKept = await postponeJob(database, job, leavesLine)
      // an error of nodemailer names the server's answer, never the password
      logger.warn({ err: error, job: job.id, type: job.task.type, isKept }, 'not delivered')
    }
  }

  const fail = (error: unknown) => void logger.error({ err: error }, 'the post stands still')

  /** Until something of it ends, for `idleMs` at most. Nothing of the pause is left: many may end in one. */
  async function idle(underWay: Iterable<Promise<void>>): Promise<void> {
    if (signal.aborted) return
    const over = new AbortController()
    const end = () => over.abort()
    signal.addEventListener('abort', end, { once: true })
    await Promise.race([pause(idleMs, undefined, { signal: over.signal }).catch(() => {}), ...underWay])
    signal.removeEventListener('abort', end)
    end()
  }

  async function run(lane: Lane): Promise<void> {
    const underWay = new Set<Promise<void>>()
    const shares = createShares(limits)
    const gatherMs = limits.digestMinutes * 60_000
    while (!signal.aborted) {
      const job = await takeJob(database, lane, gatherMs, shares.full()).catch(fail)
      if (job) {
        const end = shares.begin(await sharerOf(database, job).catch(() => null))
        const done = work(job)
          .catch(fail)
          .finally(() => (underWay.delete(done), end()))
        underWay.add(done)
      }
      if (underWay.size === atOnce[lane]) await Promise.race(underWay)
      // what ends may let the next of its line begin
      else if (!job) await idle(underWay)
    }
    await Promise.all(underWay)
  }

  const running = lanes.map(run)
  return {
    async stop() {
      stopping.abort()
      const cut = setTimeout(() => cutting.abort(), stopMs)
      await Promise.all(running)
      clearTimeout(cut)
      needs.mailer.close()
    },
  }
}

/** Rejects when it is cut off. The mail server may take it all the same, and what comes of it then nobody hears. */
function unlessCut(sending: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cut = () => reject(signal.reason as Error)
    if (signal.aborted) cut()
    signal.addEventListener('abort', cut, { once: true })
    void sending.then(resolve, reject).finally(() => signal.removeEventListener('abort', cut))
  })
}
