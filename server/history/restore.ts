import { eq } from 'drizzle-orm'
import * as Y from 'yjs'
import type { Locale } from '../../shared/accounts.ts'
import type { VersionSummary } from '../../shared/history.ts'
import type { TrailActor } from '../../shared/trail.ts'
import { resources } from '../resources/tables.ts'
import { stillMay, unchecked } from '../http/standing.ts'
import type { Converter, Requester } from '../conversions/task.ts'
import { recordAct } from '../trail/append.ts'
import type { Database } from '../db/database.ts'
import type { Rooms } from '../rooms/ports.ts'
import english from '../../shared/locales/en/history.json' with { type: 'json' }
import chinese from '../../shared/locales/zh-CN/history.json' with { type: 'json' }
import { basisOf, convertReplacement } from './replace-text.ts'
import { convertState, type WrittenCapture } from './capture.ts'
import { saveVersion, type StoredVersion, type VersionBounds } from './versions.ts'

const automaticName = { en: english.beforeRestoring, 'zh-CN': chinese.beforeRestoring }

/** So often a restore is computed anew because somebody wrote meanwhile; then it is merged with what they wrote. */
const attempts = 3

/** What becomes of a restore, as it happens. */
interface Told {
  saved(version: VersionSummary): void
  /** The text was brought back; what others wrote at that moment could not be made a version, and is in the edits only. */
  notKept(failure: unknown): void
}

/**
 * Brings a version's text back as a new edit that all see live. What stands now is captured first, as a version
 * named in the actor's language. `told` hears of each version as it is made; of none when nothing was to change. The edit
 * is computed away from the thread that serves, which only takes it in, unless both texts are short.
 */
export async function restoreVersion(
  database: Database,
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
  let kept: string | null = null
  // each text that is replaced is in a version: somebody may have written since the last capture
  const keep = async (present: WrittenCapture, within = database) => {
    if (kept === present.content) return
    kept = present.content
    told.saved(await saveVersion(within, documentId, by, name, present, bounds))
  }
  let isTaken = false
  for (let attempt = 1; !isTaken; attempt++) {
    const state = await rooms.read(documentId, by.userId)
    const replacement = await convertReplacement(converter, { state, content }, requester)
    if (replacement.isSame) break
    await keep(replacement.present)
    let merged: Uint8Array | null = null
    // asked again when the room has to repeat its turn
    const replace = (doc: Y.Doc) => {
      const isExact = Buffer.compare(basisOf(doc), replacement.basis) === 0
      isTaken = isExact || attempt >= attempts
      merged = isTaken && !isExact ? Y.encodeStateAsUpdate(doc) : null
      return isTaken ? replacement.parts : undefined
    }
    await rooms.edit(documentId, by.userId, replace, () => database.transaction(stillMay))
    // it has happened, whatever fails now and whoever waits for it no more
    if (isTaken) await recordRestoring(unchecked(database), by, version)
    if (merged) {
      try {
        const replaced = await convertState(converter, merged, { ...requester, signal: undefined })
        await keep(replaced, unchecked(database))
      } catch (failure) {
        told.notKept(failure)
      }
    }
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
