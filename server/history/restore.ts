import { isDeepStrictEqual } from 'node:util'
import { eq } from 'drizzle-orm'
import type { Locale } from '../../shared/accounts.ts'
import type { Version, VersionSummary } from '../../shared/history.ts'
import type { TrailActor } from '../../shared/trail.ts'
import { documents } from '../documents/tables.ts'
import { recordAct } from '../trail/append.ts'
import type { Database } from '../db/database.ts'
import type { Rooms } from '../rooms/ports.ts'
import english from '../../web/locales/en/history.json' with { type: 'json' }
import chinese from '../../web/locales/zh-CN/history.json' with { type: 'json' }
import { replaceText } from './replace-text.ts'
import { captureOf, captureOfState, saveVersion, type Capture } from './versions.ts'

const automaticName = { en: english.beforeRestoring, 'zh-CN': chinese.beforeRestoring }

/**
 * Brings a version's text back as a new edit that all see live. What stands now is captured first, as a version
 * named in the actor's language. Resolves with the versions that were made; none when nothing was to change.
 */
export async function restoreVersion(
  database: Database,
  rooms: Pick<Rooms, 'read' | 'edit'>,
  by: TrailActor,
  locale: Locale,
  version: Version,
): Promise<VersionSummary[]> {
  const { documentId } = version
  const name = automaticName[locale].replace('{{number}}', String(version.number))
  const present = captureOfState(await rooms.read(documentId))
  if (isDeepStrictEqual(present.content, version.content)) return []
  const made = [await saveVersion(database, documentId, by, name, present)]
  let replaced: Capture = present
  await rooms.edit(documentId, by.userId, (doc) => {
    replaced = captureOf(doc)
    replaceText(doc, version.content)
  })
  // somebody wrote between the capture and the edit: their words are in a version too
  if (!isDeepStrictEqual(replaced.content, present.content)) {
    made.push(await saveVersion(database, documentId, by, name, replaced))
  }
  await recordRestoring(database, by, version)
  return made
}

/**
 * The edit is committed by the room, with what others write at that moment, so its entry follows in a transaction of
 * its own. Should the server die between the two, the version that was kept just before is in the trail and says why.
 */
async function recordRestoring(database: Database, actor: TrailActor, version: Version): Promise<void> {
  const { id, documentId, number, name } = version
  const [document] = await database
    .select({ projectId: documents.projectId, title: documents.title })
    .from(documents)
    .where(eq(documents.id, documentId))
  const { projectId, title } = document!
  const subject = { document: { id: documentId, title }, version: { id, number, name } }
  await recordAct(database, projectId, { actor, action: 'version.restored', subject })
}
