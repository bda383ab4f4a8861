import { isDeepStrictEqual } from 'node:util'
import type { Locale } from '../../shared/accounts.ts'
import type { Version, VersionSummary } from '../../shared/history.ts'
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
  by: { id: string; name: string; locale: Locale },
  version: Version,
): Promise<VersionSummary[]> {
  const { documentId } = version
  const name = automaticName[by.locale].replace('{{number}}', String(version.number))
  const present = captureOfState(await rooms.read(documentId))
  if (isDeepStrictEqual(present.content, version.content)) return []
  const made = [await saveVersion(database, documentId, by, name, present)]
  let replaced: Capture = present
  await rooms.edit(documentId, by.id, (doc) => {
    replaced = captureOf(doc)
    replaceText(doc, version.content)
  })
  // somebody wrote between the capture and the edit: their words are in a version too
  if (!isDeepStrictEqual(replaced.content, present.content)) {
    made.push(await saveVersion(database, documentId, by, name, replaced))
  }
  return made
}
