import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Limits } from '../../shared/limits.ts'
import type { Database } from '../db/database.ts'
import { finishJob, postponeJob, takeJob, type Job } from './jobs.ts'
import { sendDigest, sendUrgent } from './letters.ts'
import type { Mailer } from './mailer.ts'
import { deliver } from './webhooks.ts'

interface Needs {
  database: Database
  mailer: Mailer
  /** Which addresses webhooks may go to. */
  mayReach(address: string): boolean
  /** What links begin with. */
  url: string
  limits: Limits
  logger: Logger
}

/** How long it waits when there is nothing to send (ms). */
const idleMs = 1_000

/** Sends what is to be sent, one after the other, until it is stopped. A job counts as done when it was taken over there. */
export function startPost(needs: Needs): { stop(): Promise<void> } {
  const { database, logger, limits } = needs
  const stopping = new AbortController()
  const { signal } = stopping

  async function perform({ task, attempts }: Job): Promise<void> {
    if (task.type === 'mail') await sendUrgent(needs, task.noticeId)
    else if (task.type === 'digest') await sendDigest(needs, task.userId)
    else await deliver(needs, task.webhookId, task.told, attempts)
  }

  async function work(): Promise<boolean> {
    const job = await takeJob(database, limits.digestMinutes * 60_000)
    if (!job) return false
    try {
      await perform(job)
      await finishJob(database, job)
    } catch (error) {
      const isKept = await postponeJob(database, job)
      // an error of nodemailer names the server's answer, never the password
      logger.warn({ err: error, job: job.id, type: job.task.type, isKept }, 'not delivered')
    }
    return true
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const worked = await work().catch((error) => void logger.error({ err: error }, 'the post stands still'))
      if (worked || signal.aborted) continue
      // oxlint-disable-next-line no-await-in-loop -- until there is something again
      await pause(idleMs, undefined, { signal }).catch(() => {})
    }
  }

  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
      needs.mailer.close()
    },
  }
}
