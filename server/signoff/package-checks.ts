import { setTimeout as pause } from 'node:timers/promises'
import { eq, inArray } from 'drizzle-orm'
import type { Logger } from 'pino'
import type { Limits } from '../../shared/limits.ts'
import type { Publish } from '../../shared/wire/events.ts'
import type { Database } from '../db/database.ts'
import { pieceBytes, piecesIn, sha256Of } from '../files/kept-file.ts'
import type { FileStore } from '../files/store.ts'
import { isDueSince, keepCheck, storedPackages, type CheckedPackage } from './kept-checks.ts'
import { readSummary } from './revisions.ts'
import { revisions } from './tables.ts'
import type { TrustedKeys } from './verifying.ts'

interface Needs {
  database: Database
  store: Pick<FileStore, 'look' | 'open'>
  key: TrustedKeys
  publish: Publish
  logger: Logger
  limits: Limits
  /** Until the first is read, and between rounds (ms). */
  firstPauseMs?: number
  roundMs?: number
  /** Each is read again so long after it was (ms). */
  againMs?: number
}

/**
 * Whether the files of stored packages are still what was stored. What is found is kept, told to open pages, and shown
 * by everything that shows a revision; it goes when the file is back. A store that cannot be reached says nothing.
 */
export interface PackageChecks {
  /**
   * Looks for the packages of these projects without reading them, unless this was done just now; what was written
   * since it was read is read. Resolves when all is known, or after a moment; never rejects.
   */
  look(projectIds: Iterable<string>): Promise<void>
  /** Reads a revision's package now, as something was wrong with it. Resolves when what was found is kept; never rejects. */
  read(revisionId: string): Promise<void>
  /** Reads each package once now, and again from time to time, in the background. */
  start(): void
  /** Begins nothing more, and resolves when nothing is under way. */
  stop(): Promise<void>
}

/** A slice, and no budget: nobody waits longer than this for what a look finds (ms). */
const waitMs = 500
/** Projects of which it is remembered that they were looked at. */
const mostLooks = 1_000
/** What is under way is waited for so long when it is stopped (ms): a store may never answer. */
const stopMs = 1_000

interface Look {
  done: Promise<void>
  /** Null while it goes on. */
  freshUntil: number | null
  /** Somebody waited for it in vain. */
  isLate: boolean
}

/** @see PackageChecks */
export function createPackageChecks(needs: Needs): PackageChecks {
  const { database, store, key, publish, logger } = needs
  const { packageLooksAtOnce, packageLookMs, packageReadBytesPerSecond, packageCheckBytesPerSecond } =
    needs.limits
  const { firstPauseMs = 2_000, roundMs = 600_000, againMs = 86_400_000 } = needs
  const stopping = new AbortController()
  const { signal } = stopping
  const looks = new Map<string, Look>()
  /** Those that are read now, or wait for it, one after another. */
  const reads = new Map<string, Promise<void>>()
  let lastRead: Promise<void> = Promise.resolve()
  let rounds: Promise<void> = Promise.resolve()

  async function keep(one: CheckedPackage, found: Parameters<typeof keepCheck>[2]): Promise<void> {
    const { revisionId, projectId, packageSha256 } = one
    const before = await keepCheck(database, one, found)
    if (before === found.finding) return
    if (found.finding) {
      logger.error({ event: `package file ${found.finding}`, revisionId, packageSha256 })
    } else {
      logger.info({ event: 'package file back', revisionId, packageSha256 })
    }
    const revision = await readSummary(database, key, projectId, revisionId)
    publish(projectId, { type: 'revision.saved', revision })
  }

  /** Reads a file as a whole. @throws what the store throws when it cannot be reached */
  async function check(one: CheckedPackage, rate: number): Promise<void> {
    const checkedAt = new Date()
    const seen = await store.look(one.packageSha256)
    const file = seen && (await store.open(one.packageSha256))
    if (!file) return keep(one, { finding: 'missing', mark: null, checkedAt })
    let isSame
    try {
      isSame = (await sha256Of(paced(piecesIn(file), rate, signal))) === one.packageSha256
    } catch (failure) {
      isSame = isCut(failure)
    } finally {
      await file.close()
    }
    const { bytes, mark } = seen
    await keep(
      one,
      isSame ? { finding: null, mark, bytes, checkedAt } : { finding: 'changed', mark, checkedAt },
    )
  }

  function fail(failure: unknown, more = {}): void {
    if (!signal.aborted) logger.warn({ event: 'package not checked', err: failure, ...more })
  }

  function readNow(one: CheckedPackage): Promise<void> {
    const { revisionId } = one
    const known = reads.get(revisionId)
    if (known) return known
    const read = lastRead
      .then(() => (signal.aborted ? undefined : check(one, packageReadBytesPerSecond)))
      .catch((failure: unknown) => fail(failure, { revisionId }))
      .finally(() => reads.delete(revisionId))
    reads.set(revisionId, read)
    lastRead = read
    return read
  }

  async function lookFor(one: CheckedPackage): Promise<void> {
    const { finding, bytes, mark } = one
    const seen = await store.look(one.packageSha256)
    if (!seen) {
      if (finding !== 'missing') await keep(one, { finding: 'missing', mark: null })
    } else if (bytes !== null && seen.bytes !== bytes) {
      if (finding !== 'changed') await keep(one, { finding: 'changed', mark: null })
    } else if (seen.mark !== mark) {
      const read = readNow(one)
      // nothing speaks against one that was not read yet
      if (mark !== null || finding !== null) await read
    }
  }

  async function lookAt(projectIds: string[]): Promise<void> {
    const found = await storedPackages(database, inArray(revisions.projectId, projectIds))
    const failures: unknown[] = []
    for (let at = 0; at < found.length && !signal.aborted; at += packageLooksAtOnce) {
      const some = found.slice(at, at + packageLooksAtOnce)
      await Promise.all(some.map((one) => lookFor(one).catch((failure) => failures.push(failure))))
    }
    if (failures.length > 0) fail(failures[0], { packages: failures.length })
  }

  function begin(projectIds: string[]): void {
    const look: Look = { done: Promise.resolve(), freshUntil: null, isLate: false }
    look.done = lookAt(projectIds)
      .catch(fail)
      .finally(() => (look.freshUntil = performance.now() + packageLookMs))
    if (looks.size > mostLooks) forgetStale()
    for (const projectId of projectIds) looks.set(projectId, look)
  }

  const isStale = ({ freshUntil }: Look) => freshUntil !== null && freshUntil < performance.now()
  function forgetStale(): void {
    for (const [projectId, look] of looks) if (isStale(look)) looks.delete(projectId)
  }

  async function round(since: Date): Promise<void> {
    for (const one of await storedPackages(database, isDueSince(since))) {
      if (signal.aborted) return
      await check(one, packageCheckBytesPerSecond)
    }
  }

  async function goOn(): Promise<void> {
    await pause(firstPauseMs, undefined, { signal, ref: false })
    for (let since = new Date(); ; since = new Date(Date.now() - againMs)) {
      // what fails is due in the next round too
      await round(since).catch(fail)
      await pause(roundMs, undefined, { signal, ref: false })
    }
  }

  return {
    async look(projectIds) {
      if (signal.aborted) return
      const asked = [...new Set(projectIds)]
      const due = asked.filter((projectId) => {
        const known = looks.get(projectId)
        return !known || isStale(known)
      })
      if (due.length > 0) begin(due)
      const pending = new Set(asked.map((projectId) => looks.get(projectId)!))
      const awaited = [...pending].filter(({ freshUntil, isLate }) => freshUntil === null && !isLate)
      if (awaited.length === 0) return
      await inTime(Promise.all(awaited.map(({ done }) => done)), waitMs)
      for (const look of awaited) look.isLate = look.freshUntil === null
    },
    async read(revisionId) {
      try {
        const [one] = await storedPackages(database, eq(revisions.id, revisionId))
        if (one) await readNow(one)
      } catch (failure) {
        fail(failure, { revisionId })
      }
    },
    start() {
      // it ends by being stopped
      rounds = goOn().catch(() => undefined)
    },
    async stop() {
      stopping.abort()
      const underWay = [rounds, lastRead, ...[...looks.values()].map(({ done }) => done)]
      await inTime(Promise.all(underWay), stopMs)
    },
  }
}

/** The same pieces, not more of them in a second than `rate` bytes. */
async function* paced(
  pieces: AsyncIterable<Uint8Array>,
  rate: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  for await (const piece of pieces) {
    yield piece
    if (piece.length === pieceBytes)
      await pause((piece.length / rate) * 1_000, undefined, { signal, ref: false })
  }
}

/** A file that became shorter while it was read is another one. */
function isCut(failure: unknown): false {
  if (failure instanceof RangeError) return false
  throw failure
}

/** Resolves with `work`, or after so long, whichever is first. */
async function inTime(work: Promise<unknown>, timeoutMs: number): Promise<void> {
  const waited = new AbortController()
  await Promise.race([
    work,
    pause(timeoutMs, undefined, { signal: waited.signal, ref: false }).catch(() => {}),
  ])
  waited.abort()
}
