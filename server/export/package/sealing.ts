import { setTimeout as pause } from 'node:timers/promises'
import { and, asc, eq, inArray, isNull, notExists, sql } from 'drizzle-orm'
import type { Logger } from 'pino'
import type { Publish } from '../../../shared/wire/events.ts'
import type { Queries } from '../../db/database.ts'
import { addJobs, jobTable } from '../../jobs/job-table.ts'
import { jobs } from '../../jobs/tables.ts'
import { startWorker, type JobKind } from '../../jobs/worker.ts'
import { signedPackage } from '../../signoff/proofs.ts'
import { readProvedRecord, readSummary } from '../../signoff/revisions.ts'
import { sealingJob, sealingType, type SealingTask } from '../../signoff/sealing-job.ts'
import { packageChecks, revisions } from '../../signoff/tables.ts'
import { isRefusedContent, makePackage, type PackageNeeds } from './make-package.ts'

interface Needs extends PackageNeeds {
  publish: Publish
  logger: Logger
  /** The pause after the first failure; it doubles with each, up to `longestMs`. */
  firstPauseMs?: number
}

/** Stores the packages of signed revisions, one after another, in the background. */
export interface Sealing {
  /** Seals what waits for it: what was signed just now, and what a crash or an earlier version left. */
  wake(): void
  /** Resolves when the revision's package is stored, or after `timeoutMs`, whichever is first. */
  settled(revisionId: string, timeoutMs: number): Promise<void>
  /** Begins nothing more, and resolves when nothing is under way. */
  stop(): Promise<void>
}

const longestMs = 600_000
/** A package is stored without its prints when the typesetter itself has refused them so often. */
const refusalsAtMost = 2
/** What another process queued is looked for so often (ms); what is signed here wakes the sealing. */
const idleMs = 10_000
/** Whether another process has sealed it is looked at so often (ms). */
const lookAgainMs = 1_000

const isUnsealed = and(isNull(revisions.packageSha256), inArray(revisions.state, ['sealing', 'signed']))

/**
 * A package is made once, from the moment on when both sides have signed, and its bytes are kept: what is handed out
 * later is what was made then, whatever fonts, versions and texts have come since. That it is to be made is a job, queued
 * with the last signature. A revision stays `sealing` until its package is stored, and a failure is told to the operator
 * and tried again after a growing pause.
 */
export function createSealing(needs: Needs): Sealing {
  const { database, key, publish, logger, firstPauseMs = 2_000 } = needs
  const refusals = new Map<string, number>()
  const waiting = new Map<string, Set<() => void>>()
  const stopping = new AbortController()
  let worker: ReturnType<typeof startWorker> | null = null
  let queueing: Promise<void> = Promise.resolve()
  let again: NodeJS.Timeout | undefined

  const kind: JobKind<SealingTask> = {
    type: sealingType,
    // a full disk, a busy machine, a process that was killed pass: these are tried again for ever
    retry: { firstMs: firstPauseMs, longestMs, mostAttempts: Infinity },
    async perform({ revisionId: id, projectId }, { attempt, signal }) {
      try {
        const refused = refusals.get(id) ?? 0
        await seal({ id, projectId }, refused < refusalsAtMost, AbortSignal.any([stopping.signal, signal]))
      } catch (error) {
        if (stopping.signal.aborted) throw error
        if (isRefusedContent(error)) refusals.set(id, (refusals.get(id) ?? 0) + 1)
        logger.error({ event: 'sealing failed', revisionId: id, tries: attempt, err: error })
        throw error
      }
      refusals.delete(id)
      for (const done of waiting.get(id) ?? []) done()
    },
  }

  async function seal(
    { id, projectId }: { id: string; projectId: string },
    prints: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const [open] = await database
      .select({ id: revisions.id })
      .from(revisions)
      .where(and(eq(revisions.id, id), isUnsealed))
    // another process may have sealed it meanwhile
    if (!open) return
    const revision = await readProvedRecord(database, key, projectId, id)
    const staged = await makePackage(needs, revision, prints, { projectId, userId: '', signal })
    await staged.keep()
    // or does so now; its package is as good
    const isSealed = await database.transaction(async (tx) => {
      const sealed = await tx
        .update(revisions)
        .set({ state: 'signed', ...signedPackage(key, revision.summary, staged.sha256) })
        .where(and(eq(revisions.id, id), isNull(revisions.packageSha256)))
        .returning({ id: revisions.id })
      if (sealed.length === 0) return false
      await tx
        .insert(packageChecks)
        .values({ revisionId: id, packageSha256: staged.sha256, bytes: staged.bytes })
        .onConflictDoNothing()
      return true
    })
    if (!isSealed) return
    logger.info({ event: 'revision sealed', revisionId: id, packageSha256: staged.sha256, prints })
    try {
      publish(projectId, {
        type: 'revision.saved',
        revision: await readSummary(database, key, projectId, id),
      })
    } catch (error) {
      // it is sealed all the same
      logger.error({ event: 'sealing not told', revisionId: id, err: error })
    }
  }

  /** Queues what is to be sealed and has no job: an earlier version queued none. */
  async function queueLeft(): Promise<void> {
    const isQueued = database
      .select({ id: jobs.id })
      .from(jobs)
      .where(sql`${jobs.task}->>'type' = ${kind.type} and ${jobs.task}->>'revisionId' = ${revisions.id}`)
    const left = await database
      .select({ id: revisions.id, projectId: revisions.projectId })
      .from(revisions)
      .where(and(isUnsealed, notExists(isQueued)))
      .orderBy(asc(revisions.createdAt))
    if (left.length > 0) await addJobs(database, left.map(sealingJob))
  }

  function wake(): void {
    if (stopping.signal.aborted) return
    const fail = (error: unknown) => {
      // the database is away
      logger.error({ event: 'sealing failed', err: error })
      clearTimeout(again)
      again = setTimeout(wake, firstPauseMs).unref()
    }
    queueing = queueing.then(async () => {
      await queueLeft().catch(fail)
      if (stopping.signal.aborted) return
      worker ??= startWorker(
        jobTable(database),
        [{ kinds: [kind], gatherMs: 0, atOnce: 1, perOwner: 1, idleMs }],
        logger,
      )
      worker.wake()
    })
  }

  return {
    wake,
    async settled(revisionId, timeoutMs) {
      if (stopping.signal.aborted) return
      const waiter = new AbortController()
      const done = () => waiter.abort()
      const others = waiting.get(revisionId) ?? new Set()
      waiting.set(revisionId, others.add(done))
      wake()
      const givenUpAt = performance.now() + timeoutMs
      const leftMs = () => Math.min(lookAgainMs, givenUpAt - performance.now())
      while (leftMs() > 0 && (await packageOf(database, revisionId)) === null) {
        await pause(leftMs(), undefined, { signal: waiter.signal, ref: false }).catch(() => undefined)
        if (waiter.signal.aborted) break
      }
      others.delete(done)
      if (others.size === 0) waiting.delete(revisionId)
    },
    async stop() {
      stopping.abort()
      clearTimeout(again)
      await queueing
      await worker?.stop()
    },
  }
}

/** The file of a revision's package; null while there is none. */
export async function packageOf(database: Queries, revisionId: string): Promise<string | null> {
  const [row] = await database
    .select({ packageSha256: revisions.packageSha256 })
    .from(revisions)
    .where(eq(revisions.id, revisionId))
  return row?.packageSha256 ?? null
}
