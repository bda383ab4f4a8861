import { eq } from 'drizzle-orm'
import * as Y from 'yjs'
import type { Locale } from '../../shared/accounts.ts'
import { Refusal } from '../../shared/errors.ts'
import type { VersionSummary } from '../../shared/history.ts'
import type { TrailActor } from '../../shared/trail.ts'
import { resources } from '../resources/tables.ts'
import { noteCommit, stillMay, unchecked } from '../http/access-recheck.ts'
import type { Converter, Requester } from '../conversions/task.ts'
import { recordAct } from '../trail/append.ts'
import type { Database, Transaction } from '../db/database.ts'
import type { InOneTurn } from '../http/route.ts'
import { CommitUnknown, type Rooms } from '../rooms/ports.ts'
import english from '../../shared/locales/en/history.json' with { type: 'json' }
import chinese from '../../shared/locales/zh-CN/history.json' with { type: 'json' }
import { hasWritten } from './history.ts'
import { convertReplacement, writtenSince, type Replacement } from './replace-text.ts'
import { readDueContent, type StoredVersion } from './version-text.ts'
import { saveVersion, type VersionBounds } from './versions.ts'

const automaticName = { en: english.beforeRestoring, 'zh-CN': chinese.beforeRestoring }

/** What becomes of a restore, as it happens. */
interface RestoreEvents {
  saved(version: VersionSummary): void
  /** The text is that of the version, and `kept` is what stood before. */
  restored(kept: VersionSummary): void
}

/** Where a restore works, and what reads long texts for it. */
interface Means {
  database: Database
  inOneTurn: InOneTurn
  rooms: Pick<Rooms, 'read' | 'edit'>
  converter: Converter
  bounds: VersionBounds
}

/** Who restores, and in which language what stood before is named. */
interface Restorer {
  requester: Requester
  by: TrailActor
  locale: Locale
}

/**
 * Brings a version's text back as a new edit that all see live. All that stands at that moment is kept, as one version
 * named in the actor's language, before the edit is committed; where it cannot be, nothing is restored. `events` hears
 * of nothing when nothing was to change. The edit is computed away from the thread that serves, which only takes it in,
 * unless both texts are short.
 */
export async function restoreVersion(
  means: Means,
  { requester, by, locale }: Restorer,
  version: StoredVersion,
  events: RestoreEvents,
): Promise<void> {
  const { database, rooms, converter } = means
  const content = [...version.contentText].join('')
  const name = automaticName[locale].replace('{{number}}', String(version.number))
  const { restoreAttempts, restoreAttemptsMs } = means.bounds.limits
  const endsAt = performance.now() + restoreAttemptsMs
  let kept: KeptBefore | null = null
  for (let attempt = 1; !kept; attempt++) {
    const state = await rooms.read(version.documentId, by.userId)
    const replacement = await convertReplacement(converter, { state, content }, requester)
    if (replacement.isSame) return
    const mayMerge = attempt >= restoreAttempts || performance.now() > endsAt
    const before = { by, name, documentId: version.documentId, state, replacement, mayMerge }
    kept = await replaceAndKeep(means, before, events.saved)
  }
  noteCommit(database, true)
  const afterwards = unchecked(database)
  // it has happened, whoever waits for it no more
  await recordRestoring(afterwards, by, version)
  events.restored(kept.version)
  if (!kept.isContentDue) return
  // whoever reads it before, or after this has failed, reads it in full
  void readDueContent({ database: afterwards, converter }, kept.version.id, requester).catch(() => {})
}

/** What stood before, as a version. */
interface KeptBefore {
  version: VersionSummary
  isContentDue: boolean
}

/** How a text is to be replaced. */
interface Replacing {
  documentId: string
  by: TrailActor
  /** The name of what stood before. */
  name: string
  /** The text that the replacement was computed from. */
  state: Uint8Array
  replacement: Replacement
  /** Also where somebody wrote meanwhile. */
  mayMerge: boolean
}

const nothing = new Uint8Array()

/** A promise that others settle. */
function promised<Value>() {
  let resolve!: (value: Value) => void
  let reject!: (failure: unknown) => void
  const promise = new Promise<Value>((...settle) => ([resolve, reject] = settle))
  return { promise, resolve, reject }
}

/** The text is to be replaced in another way, as somebody wrote meanwhile. */
class WrittenMeanwhile extends Error {}

/**
 * Replaces a text in the room's turn, and keeps what stands at that moment; null where it is to be computed anew. What
 * takes long is stored before the turn, seen by nobody and in a transaction that waits for it: in the turn there is
 * only added what was written since, as the room, which others write in, waits meanwhile. It in turn waits for nothing of
 * whoever restores: `inOneTurn` is waited for before.
 */
async function replaceAndKeep(
  { database, inOneTurn, rooms, bounds }: Means,
  { documentId, by, name, state, replacement, mayMerge }: Replacing,
  onKept: (version: VersionSummary) => void,
): Promise<KeptBefore | null> {
  /** What was written since; undefined as long as nothing is replaced. */
  let tail: Uint8Array | null | undefined
  let kept = null as (KeptBefore & { tail: Uint8Array | null }) | null
  const replace = (doc: Y.Doc) => {
    const since = writtenSince(doc, replacement.basis)
    tail = since === null || mayMerge ? since : undefined
    return tail === undefined ? undefined : replacement.parts
  }
  const wait = endOfWaiting(bounds.limits.restoreWaitMs)
  const keepIn = async (db: Database): Promise<void> => {
    wait.refuseIfOver()
    const stored = promised<Transaction>()
    const turn = promised<Uint8Array | null>()
    const capture = { state, content: replacement.present }
    const keeping = saveVersion(db, documentId, by, name, capture, bounds, (tx) => {
      stored.resolve(tx)
      return turn.promise
    })
    const tx = await Promise.race([stored.promise, keeping.then(() => stored.promise)])
    // within the same transaction: who has as many of them as may be would wait for another here, and the room for them
    const check = async () => {
      wait.refuseIfOver()
      wait.begun()
      await (kept ? db.transaction(stillMay) : tx.transaction(stillMay))
      noteCommit(database, false)
    }
    const keep = async () => {
      if (tail === undefined) return
      if (!kept) {
        turn.resolve(tail)
        kept = { version: await keeping, isContentDue: tail !== null, tail }
        noteCommit(database, false)
        onKept(kept.version)
      } else if (Buffer.compare(kept.tail ?? nothing, tail ?? nothing) !== 0) {
        // the room repeats its turn, as another edit in it was refused
        kept = null
        throw new WrittenMeanwhile()
      }
    }
    try {
      await Promise.race([rooms.edit(documentId, by.userId, replace, check, keep), wait.over])
      if (!kept) throw new WrittenMeanwhile()
    } catch (failure) {
      turn.reject(failure)
      await keeping.catch(() => {})
      if (failure instanceof CommitUnknown) {
        noteCommit(database, 'unknown')
        // the client of its parts is new and its own
        if (await hasWritten(db, documentId, replacement.parts.clientId)) return
      }
      if (!(failure instanceof WrittenMeanwhile)) throw failure
    }
  }
  try {
    await Promise.race([inOneTurn(keepIn), wait.over])
  } finally {
    wait.begun()
  }
  return kept
}

/**
 * Ends the waiting for a turn: `over` rejects after so long (ms), unless it has begun until then. What waits still does
 * nothing from then on.
 */
function endOfWaiting(ms: number) {
  const refusal = new Refusal('being_changed', { seconds: 5 })
  const over = promised<never>()
  let isOver = false
  // whoever waits hears of it; nobody may wait any more
  over.promise.catch(() => {})
  const timer = setTimeout(() => {
    isOver = true
    over.reject(refusal)
  }, ms)
  return {
    over: over.promise,
    begun: () => clearTimeout(timer),
    refuseIfOver() {
      if (isOver) throw refusal
    },
  }
}

/**
 * The edit is committed by the room, with what others write at that moment, so its entry follows in a transaction of
 * its own. Should the server die between the two, the version that was kept just before is in the trail and says why.
 */
async function recordRestoring(database: Database, actor: TrailActor, version: StoredVersion): Promise<void> {
  const { id, documentId, number, name } = version
  const [document] = await database
    .select({ projectId: resources.projectId, title: resources.title })
    .from(resources)
    .where(eq(resources.id, documentId))
  const { projectId, title } = document!
  const subject = { document: { id: documentId, title }, version: { id, number, name } }
  await recordAct(database, projectId, { actor, action: 'version.restored', subject })
}
