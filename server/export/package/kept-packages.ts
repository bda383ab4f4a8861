import { and, asc, eq, isNotNull, isNull } from 'drizzle-orm'
import type { Logger } from 'pino'
import { Refusal } from '../../../shared/errors.ts'
import type { Database } from '../../db/database.ts'
import type { FileStore } from '../../files/store.ts'
import type { Converter } from '../../conversions/task.ts'
import { signedPackage } from '../../signoff/proofs.ts'
import { readRevision } from '../../signoff/revisions.ts'
import type { SigningKey } from '../../signoff/signing-key.ts'
import { revisions } from '../../signoff/tables.ts'
import { createPackageProof, openPackage } from './proved-package.ts'

interface Needs {
  database: Database
  store: FileStore
  key: SigningKey
  converter: Pick<Converter, 'run'>
  logger: Logger
  /** The pause after a round in which something failed that passes; it doubles with each, up to `longestMs`. */
  firstPauseMs?: number
}

/** Proving in the background what was stored before the key signed for it. */
export interface PackageProving {
  /** Resolves when each package has been tried once. */
  tried: Promise<void>
  /** Begins nothing more, and resolves when nothing is under way. */
  stop(): Promise<void>
}

const longestMs = 600_000

const isUnproved = and(isNotNull(revisions.packageSha256), isNull(revisions.packageSignature))

/**
 * Signs for packages that were stored before the key did so, each once it is proved by its own bytes: one after another,
 * in the background. One that is not as it was signed stays as it is, and its revision is shown as broken. Where nothing
 * could be compared, as a conversion or the store failed, it is tried again after a growing pause.
 */
export async function startPackageProving(needs: Needs): Promise<PackageProving> {
  const { database, store, key, converter, logger, firstPauseMs = 2_000 } = needs
  const stopping = new AbortController()
  const proof = createPackageProof(key, converter)
  const found = await database
    .select({ id: revisions.id, projectId: revisions.projectId, packageSha256: revisions.packageSha256 })
    .from(revisions)
    .where(isUnproved)
    .orderBy(asc(revisions.createdAt))
  let pending = found.map((row) => ({ ...row, packageSha256: row.packageSha256! }))
  for (const { id, packageSha256 } of pending) key.unproved.set(id, packageSha256)
  let timer: NodeJS.Timeout | undefined

  async function prove({ id, projectId, packageSha256 }: (typeof pending)[number]): Promise<void> {
    const revision = await readRevision(database, key, projectId, id)
    const stored = await openPackage(store, packageSha256, revision)
    try {
      await proof.proveWhole(stored, revision, { projectId, userId: '', signal: stopping.signal })
    } finally {
      await stored.file.close()
    }
    await database
      .update(revisions)
      .set(signedPackage(key, revision.summary, packageSha256))
      .where(and(eq(revisions.id, id), eq(revisions.packageSha256, packageSha256), isUnproved))
  }

  /** True when there is nothing left to find out about it. */
  async function isDecided(row: (typeof pending)[number]): Promise<boolean> {
    try {
      await prove(row)
      return true
    } catch (error) {
      if (stopping.signal.aborted) return false
      const isBroken = error instanceof Refusal && decisive.has(error.code)
      const event = isBroken ? 'package not proved' : 'package not checked'
      logger.error({ event, revisionId: row.id, err: error })
      return isBroken
    }
  }

  async function round(pauseMs: number): Promise<void> {
    const again: typeof pending = []
    for (const row of pending) {
      if (stopping.signal.aborted) return
      if (await isDecided(row)) key.unproved.delete(row.id)
      else again.push(row)
    }
    pending = again
    if (pending.length === 0 || stopping.signal.aborted) return
    const next = Math.min(longestMs, pauseMs * 2)
    timer = setTimeout(() => {
      work = round(next)
    }, pauseMs).unref()
  }

  const tried = round(firstPauseMs)
  let work = tried
  return {
    tried,
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      await work
    },
  }
}

/** The comparison failed, or the revision is gone. */
const decisive: ReadonlySet<string> = new Set(['revision_broken', 'not_found'])
