import { and, eq, isNull, lte, or, sql } from 'drizzle-orm'
import type { Queries } from '../db/database.ts'
import { jobs } from './tables.ts'

/** A job that was begun and not heard of again, as its process died, is begun again after this long (ms). */
const leaseMs = 120_000
const firstDelayMs = 30_000
const longestDelayMs = 3_600_000
/** After so many failures, over about four hours, a job is given up. */
const mostAttempts = 10

export type Job = typeof jobs.$inferSelect

/**
 * Takes the next job that is due; of several processes, each gets another. A job with a key gathers for `gatherMs`
 * first, and gives its key up when it is taken, so that what comes from then on begins a new one.
 */
export async function takeJob(db: Queries, gatherMs: number): Promise<Job | undefined> {
  const now = Date.now()
  const gathered = or(isNull(jobs.key), lte(jobs.createdAt, new Date(now - gatherMs)))
  const next = db
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(lte(jobs.runAt, new Date(now)), gathered))
    .orderBy(jobs.runAt)
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

/** Puts a job that failed off, each time for twice as long. False when it is given up. */
export async function postponeJob(db: Queries, job: Job): Promise<boolean> {
  if (job.attempts >= mostAttempts) {
    await finishJob(db, job)
    return false
  }
  const delay = Math.min(longestDelayMs, firstDelayMs * 2 ** (job.attempts - 1))
  await db
    .update(jobs)
    .set({ runAt: new Date(Date.now() + delay) })
    .where(eq(jobs.id, job.id))
  return true
}
