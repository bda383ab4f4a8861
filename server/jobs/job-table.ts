import { and, eq, gt, isNull, lt, lte, notExists, or, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { Database, Queries } from '../db/database.ts'
import { pauseAfter, usualRetry, type Job, type Jobs, type NewJob } from './jobs.ts'
import { jobs } from './tables.ts'

/** A job that was begun and not heard of again, as its process died, is begun again after this long (ms). */
const leaseMs = 120_000
/** In a line, where a job's tries begin only when it is the first, it is given up when it is older than this (ms). */
const lineMs = 4 * 3_600_000

/** A job that waits already under a key is written anew, and so held until who wrote it has committed. */
const held = { target: jobs.key, set: { key: sql`excluded.key` } }

/** Queues jobs, at once or as part of a statement of the caller's. */
export function addJobs(db: Pick<Queries, 'insert'>, added: NewJob[]) {
  const runAt = new Date()
  return db
    .insert(jobs)
    .values(added.map((job) => ({ ...job, runAt })))
    .onConflictDoUpdate(held)
    .returning({ id: jobs.id })
}

/** Writes something else into the tasks that say `is` at `where`: what was queued is told as it is now. */
export const amendTasks = (
  db: Queries,
  { where, is }: { where: string; is: string },
  { at, value }: { at: string; value: string },
) =>
  db
    .update(jobs)
    .set({ task: sql`jsonb_set(${jobs.task}, ${at}, to_jsonb(${value}::text))` })
    .where(sql`${jobs.task} #>> ${where} = ${is}`)

/**
 * What waits of a kind is due at once: what a process that died had begun, and what failed there. For a start, when no
 * other process can be at it.
 */
export const beginAtOnce = (db: Queries, type: string) => {
  const now = new Date()
  return db
    .update(jobs)
    .set({ runAt: now })
    .where(and(sql`${jobs.task}->>'type' = ${type}`, gt(jobs.runAt, now)))
}

/** The queue in the table `jobs`, which every process of a database shares. */
export function jobTable(database: Database): Jobs {
  const finish = ({ id }: Job) => database.delete(jobs).where(eq(jobs.id, id))

  const given = {
    now: sql.placeholder('now'),
    types: sql.placeholder('types'),
    busy: sql.placeholder('busy'),
  }
  const earlier = alias(jobs, 'earlier')
  const isFirst = notExists(
    database
      .select({ id: earlier.id })
      .from(earlier)
      .where(and(eq(earlier.line, jobs.line), lt(earlier.place, jobs.place))),
  )
  const isWanted = sql`${jobs.task}->>'type' = any(${given.types})`
  const isGathered = or(isNull(jobs.key), lte(jobs.createdAt, sql.placeholder('gatheredBy')))
  const isOthers = sql`not ${jobs.owners} && ${given.busy}`
  const next = database
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(isWanted, lte(jobs.runAt, given.now), isGathered, isOthers, isFirst))
    .orderBy(jobs.runAt, jobs.place)
    .limit(1)
    .for('update', { skipLocked: true })
  /** Each lane asks again and again whether there is something to do: to build the statement takes longer than to run it. */
  const takeNext = database
    .update(jobs)
    .set({ key: null, attempts: sql`${jobs.attempts} + 1`, runAt: sql`${sql.placeholder('leaseEnds')}` })
    .where(sql`${jobs.id} = (${next})`)
    .returning()
    .prepare('take_job')

  return {
    add: addJobs,
    finish,

    async take({ types, gatherMs, busy = [] }) {
      const now = Date.now()
      const [job] = await takeNext.execute({
        now: new Date(now),
        gatheredBy: new Date(now - gatherMs),
        leaseEnds: new Date(now + leaseMs),
        types: [...types],
        busy: [...busy],
      })
      return job
    },

    async postpone(job, leavesLine, retry = usualRetry) {
      const isOld = job.line !== null && job.createdAt.getTime() < Date.now() - lineMs
      if (job.attempts >= retry.mostAttempts || isOld) {
        await finish(job)
        return false
      }
      await database
        .update(jobs)
        .set({
          runAt: new Date(Date.now() + pauseAfter(job.attempts, retry)),
          ...(leavesLine && { line: null }),
        })
        .where(eq(jobs.id, job.id))
      return true
    },
  }
}
