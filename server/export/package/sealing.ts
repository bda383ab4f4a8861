import { setTimeout as pause } from 'node:timers/promises'
import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import type { Logger } from 'pino'
import type { Publish } from '../../../shared/wire/events.ts'
import type { Queries } from '../../db/database.ts'
import { signedPackage } from '../../signoff/proofs.ts'
import { readProvedRecord, readSummary } from '../../signoff/revisions.ts'
import { revisions } from '../../signoff/tables.ts'
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

/**
 * A package is made once, from the moment on when both sides have signed, and its bytes are kept: what is handed out
 * later is what was made then, whatever fonts, versions and texts have come since. A revision stays `sealing` until its
 * package is stored, and a failure is told to the operator and tried again after a growing pause.
 */
export function createSealing(needs: Needs): Sealing {
  const { database, key, publish, logger, firstPauseMs = 2_000 } = needs
  const failures = new Map<string, { tries: number; refusals: number; again: number }>()
  const waiting = new Map<string, Set<() => void>>()
  const stopping = new AbortController()
  let isAsked = false
  let work: Promise<void> | null = null
  let timer: NodeJS.Timeout | undefined

  async function sealNext(): Promise<boolean> {
    const open = await database
      .select({ id: revisions.id, projectId: revisions.projectId, letter: revisions.letter })
      .from(revisions)
      .where(and(isNull(revisions.packageSha256), inArray(revisions.state, ['sealing', 'signed'])))
      .orderBy(asc(revisions.createdAt))
    // what was sealed, also by another process, fails no more
    for (const id of failures.keys()) if (!open.some((one) => one.id === id)) failures.delete(id)
    const now = performance.now()
    const next = open.find(({ id }) => (failures.get(id)?.again ?? 0) <= now)
    if (!next) return false
    const { tries, refusals } = failures.get(next.id) ?? { tries: 0, refusals: 0 }
    try {
      await seal(next, refusals < refusalsAtMost)
    } catch (error) {
      if (stopping.signal.aborted) return false
      failures.set(next.id, {
        tries: tries + 1,
        // a full disk, a busy machine, a process that was killed pass: these are tried again for ever
        refusals: refusals + (isRefusedContent(error) ? 1 : 0),
        again: performance.now() + Math.min(longestMs, firstPauseMs * 2 ** tries),
      })
      logger.error({ event: 'sealing failed', revisionId: next.id, tries: tries + 1, err: error })
    }
    return true
  }

  async function seal({ id, projectId }: { id: string; projectId: string }, prints: boolean): Promise<void> {
    const revision = await readProvedRecord(database, key, projectId, id)
    const staged = await makePackage(needs, revision, prints, {
      projectId,
      userId: '',
      signal: stopping.signal,
    })
    await staged.keep()
    // Another process may have sealed it meanwhile; its package is as good.
    const [sealed] = await database
      .update(revisions)
      .set({ state: 'signed', ...signedPackage(key, revision.summary, staged.sha256) })
      .where(and(eq(revisions.id, id), isNull(revisions.packageSha256)))
      .returning({ id: revisions.id })
    if (!sealed) return
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

  async function run(): Promise<void> {
    clearTimeout(timer)
    let due = Infinity
    try {
      do {
        isAsked = false
        while (!stopping.signal.aborted && (await sealNext())) continue
      } while (isAsked && !stopping.signal.aborted)
    } catch (error) {
      // the database is away
      logger.error({ event: 'sealing failed', err: error })
      due = performance.now() + firstPauseMs
    }
    work = null
    for (const [id, dones] of waiting) if (!failures.has(id)) for (const done of dones) done()
    due = Math.min(due, ...[...failures.values()].map(({ again }) => again))
    if (Number.isFinite(due) && !stopping.signal.aborted) {
      timer = setTimeout(wake, Math.max(0, due - performance.now())).unref()
    }
  }

  function wake(): void {
    isAsked = true
    if (!stopping.signal.aborted) work ??= run()
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
      await pause(timeoutMs, undefined, { signal: waiter.signal, ref: false }).catch(() => undefined)
      others.delete(done)
      if (others.size === 0) waiting.delete(revisionId)
    },
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      await work
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
