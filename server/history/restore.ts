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
import type { Database } from '../db/database.ts'
import type { InOneTurn } from '../http/route.ts'
import type { Rooms } from '../rooms/ports.ts'
import english from '../../shared/locales/en/history.json' with { type: 'json' }
import chinese from '../../shared/locales/zh-CN/history.json' with { type: 'json' }
import { basisOf, convertReplacement } from './replace-text.ts'
import { convertState, type WrittenCapture } from './capture.ts'
import { saveVersion, type StoredVersion, type VersionBounds } from './versions.ts'

const automaticName = { en: english.beforeRestoring, 'zh-CN': chinese.beforeRestoring }

/** So often a restore is computed anew because somebody wrote meanwhile; then it is merged with what they wrote. */
const attempts = 5
/** Nor is it begun anew when it has taken so long (ms): a long text takes seconds, within which somebody always writes. */
const longestTryingMs = 10_000

/** The room waits no longer (ms) for a long text to be read before it is replaced: others write in it. */
const longestReadingMs = 2_000

/** What becomes of a restore, as it happens. */
interface Told {
  saved(version: VersionSummary): void
  /** The text is that of the version, and `kept` is what stood before. */
  restored(kept: VersionSummary): void
}

/**
 * Brings a version's text back as a new edit that all see live. All that stands at that moment is kept, as one version
 * named in the actor's language, before the edit is committed; where it cannot be, nothing is restored. `told` hears
 * of nothing when nothing was to change. The edit is computed away from the thread that serves, which only takes it in,
 * unless both texts are short. `inOneTurn` is waited for before the room, which others write in and which waits for
 * nothing of whoever restores.
 */
export async function restoreVersion(
  { database, inOneTurn }: { database: Database; inOneTurn: InOneTurn },
  rooms: Pick<Rooms, 'read' | 'edit'>,
  converter: Converter,
  bounds: VersionBounds,
  requester: Requester,
  by: TrailActor,
  locale: Locale,
  version: StoredVersion,
  told: Told,
): Promise<void> {
  const { documentId } = version
  const content = [...version.contentText].join('')
  const name = automaticName[locale].replace('{{number}}', String(version.number))
  // what stood before: read already, or as a state; null as long as nothing is replaced
  let before = null as WrittenCapture | Uint8Array | null
  let kept = null as { version: VersionSummary; content: string } | null
  const keep = async (db: Database) => {
    if (!before) return
    const capture = before instanceof Uint8Array ? await readShortly(converter, before, requester) : before
    // the room may have to repeat its turn
    if (kept?.content === capture.content) return
    kept = {
      version: await saveVersion(db, documentId, by, name, capture, bounds),
      content: capture.content,
    }
    noteCommit(database, false)
    told.saved(kept.version)
  }
  const endsAt = performance.now() + longestTryingMs
  for (let attempt = 1; !before; attempt++) {
    const state = await rooms.read(documentId, by.userId)
    const replacement = await convertReplacement(converter, { state, content }, requester)
    if (replacement.isSame) return
    const isLast = attempt === attempts || performance.now() > endsAt
    const replace = (doc: Y.Doc) => {
      if (Buffer.compare(basisOf(doc), replacement.basis) === 0) before = replacement.present
      else before = isLast ? Y.encodeStateAsUpdate(doc) : null
      return before ? replacement.parts : undefined
    }
    const check = async (db: Database) => {
      await db.transaction(stillMay)
      noteCommit(database, false)
    }
    await inOneTurn((db) =>
      rooms.edit(
        documentId,
        by.userId,
        replace,
        () => check(db),
        () => keep(db),
      ),
    )
  }
  noteCommit(database, true)
  // it has happened, whoever waits for it no more
  await recordRestoring(unchecked(database), by, version)
  told.restored(kept!.version)
}

/** @throws Refusal `converters_busy` when it would take longer than others should wait */
async function readShortly(
  converter: Converter,
  state: Uint8Array,
  requester: Requester,
): Promise<WrittenCapture> {
  const late = AbortSignal.timeout(longestReadingMs)
  const signal = requester.signal ? AbortSignal.any([requester.signal, late]) : late
  try {
    return await convertState(converter, state, { ...requester, signal })
  } catch (failure) {
    throw late.aborted ? new Refusal('converters_busy') : failure
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
