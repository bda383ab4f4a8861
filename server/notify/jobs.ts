import { and, eq, inArray, isNull, lt, lte, not, notExists, or, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { Queries } from '../db/database.ts'
import { jobs, webhooks } from './tables.ts'

/** A job that was begun and not heard of again, as its process died, is begun again after this long (ms). */
const leaseMs = 120_000
const firstDelayMs = 30_000
const longestDelayMs = 3_600_000
/** After so many failures, over about four hours, a job is given up. */
const mostAttempts = 10
/** In a line, where a job's tries begin only when it is the first, it is given up when it is older than this (ms). */
const lineMs = 4 * 3_600_000

export type Job = typeof jobs.$inferSelect

/** What is sent by mail, and what goes to webhooks: neither waits for the other. */
export const lanes = ['mail', 'webhook'] as const
export type Lane = (typeof lanes)[number]

/** Whom a message to a webhook is for: the project whose news it is, and the person who set the webhook up. */
export interface Sharer {
  projectId: string
  userId: string
}

/** Whom a job is for; null for a mail, and for a webhook that is gone. */
export async function sharerOf(db: Queries, { task }: Job): Promise<Sharer | null> {
  if (task.type !== 'webhook') return null
  const [hook] = await db
    .select({ projectId: webhooks.projectId, userId: webhooks.createdBy })
    .from(webhooks)
    .where(eq(webhooks.id, task.webhookId))
  return hook ?? null
}

const isOf = (lane: Lane) => sql`(${jobs.task}->>'type' = 'webhook') = ${lane === 'webhook'}`

/**
 * Takes the next job of a lane that is due; of several processes, each gets another. A job with a key gathers for
 * `gatherMs` first, and gives its key up when it is taken, so that what comes from then on begins a new one. Of a line
 * only the first is taken, and until it is done, or given up, the others wait. None is taken of `passedOver`.
 */
export async function takeJob(
  db: Queries,
  lane: Lane,
  gatherMs: number,
  passedOver: { projectIds: string[]; userIds: string[] } = { projectIds: [], userIds: [] },
): Promise<Job | undefined> {
  const now = Date.now()
  const earlier = alias(jobs, 'earlier')
  const isFirst = notExists(
    db
      .select({ id: earlier.id })
      .from(earlier)
      .where(and(eq(earlier.line, jobs.line), lt(earlier.place, jobs.place))),
  )
  const gathered = or(isNull(jobs.key), lte(jobs.createdAt, new Date(now - gatherMs)))
  const { projectIds, userIds } = passedOver
  const theirs = or(inArray(webhooks.projectId, projectIds), inArray(webhooks.createdBy, userIds))
  const isTheirs = inArray(
    sql`${jobs.task}->>'webhookId'`,
    db.select({ id: webhooks.id }).from(webhooks).where(theirs),
  )
  const isOthers = projectIds.length + userIds.length > 0 ? not(isTheirs) : undefined
  const next = db
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(isOf(lane), lte(jobs.runAt, new Date(now)), gathered, isOthers, isFirst))
    .orderBy(jobs.runAt, jobs.place)
    .limit(1)
    .for('update', { skipLocked: true })
  const [job] = await db
    .update(jobs)
    .set({ key: null, attempts: sql`${jobs.attempts} + 1`, runAt: new Date(now + leaseMs) })
    .where(sql`${jobs.id} = (${next})`)
    .returning()
  return job
}

export const finishJob = (db: Queries, { id }: Job) => db.delete(jobs).where(eq(jobs.id, id))

/**
 * Puts a job that failed off, each time for twice as long. What stands behind it in its line waits with it, unless it
 * `leavesLine`. False when it is given up.
 */
export async function postponeJob(db: Queries, job: Job, leavesLine: boolean): Promise<boolean> {
  const isOld = job.line !== null && job.createdAt.getTime() < Date.now() - lineMs
  if (job.attempts >= mostAttempts || isOld) {
    await finishJob(db, job)
    return false
  }
  const delay = Math.min(longestDelayMs, firstDelayMs * 2 ** (job.attempts - 1))
  await db
    .update(jobs)
    .set({ runAt: new Date(Date.now() + delay), ...(leavesLine && { line: null }) })
    .where(eq(jobs.id, job.id))
  return true
}
