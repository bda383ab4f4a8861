import { and, eq, inArray } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import type { ReadableFiles } from '../files/readable.ts'
import { files, fileUploads } from '../files/tables.ts'
import { convert } from '../conversions/convert.ts'
import type { Converter, Requester } from '../conversions/task.ts'
import type { Rooms } from '../rooms/ports.ts'
import { createFileEvidence } from './file-evidence.ts'
import { picturesIn, picturesTask, type NamedPictures } from './pictures-task.ts'

/**
 * Which files somebody may read. A guest reads what they sent themselves, and what an open document shows now, in its
 * text, a version, a comment or a proposal, where it was put by somebody who could read it: a member, who sent it, or
 * in place of where the document showed it before (`shownFiles`). To name a file grants nothing. A text is read away
 * from the thread that serves, unless it is short.
 */
export function createReadableFiles(db: Database, read: Rooms['read'], converter: Converter) {
  const evidence = createFileEvidence(db)

  const readable: ReadableFiles = async ({ projectId, userId, resources }, sha256s) => {
    if (sha256s.length === 0) return new Map()
    const asked = [...new Set(sha256s)]
    const held = await db
      .select({ sha256: files.sha256, name: files.name, sentAs: fileUploads.name })
      .from(files)
      .leftJoin(
        fileUploads,
        and(
          eq(fileUploads.projectId, files.projectId),
          eq(fileUploads.sha256, files.sha256),
          eq(fileUploads.userId, userId),
        ),
      )
      .where(and(eq(files.projectId, projectId), inArray(files.sha256, asked)))
    if (resources === null) return new Map(held.map(({ sha256, name }) => [sha256, name]))
    const names = new Map<string, string>()
    for (const { sha256, sentAs } of held) if (sentAs !== null) names.set(sha256, sentAs)
    for (const resourceId of resources) {
      const left = held.filter(({ sha256 }) => !names.has(sha256))
      if (left.length === 0) break
      const wanted = left.map(({ sha256 }) => sha256)
      const shown = await shownIn(resourceId, wanted, { projectId, userId })
      for (const { sha256, name } of left) if (shown.has(sha256)) names.set(sha256, name)
    }
    return names
  }

  /** Those of the files that a document shows, and rightly so. */
  async function shownIn(resourceId: string, sha256s: string[], by: Requester): Promise<Set<string>> {
    const noted = await evidence.noted(resourceId, sha256s)
    // each question is asked only about those that the one before left open: mostly a version has what was noted
    const inVersions = await evidence.inVersions(resourceId, [...noted])
    const authors = await evidence.authors(
      resourceId,
      [...noted].filter((sha256) => !inVersions.has(sha256)),
    )
    const isKept = (sha256: string) => inVersions.has(sha256) || authors.has(sha256)
    const shown = new Set([...noted].filter(isKept))
    const open = sha256s.filter((sha256) => !shown.has(sha256))
    if (open.length === 0) return shown
    const unnoted = open.filter((sha256) => !noted.has(sha256))
    for (const sha256 of await evidence.inVersions(resourceId, unnoted)) inVersions.add(sha256)
    for (const [sha256, who] of await evidence.authors(resourceId, unnoted)) authors.set(sha256, who)
    const state = await read(resourceId, by.userId, by.signal)
    const inLong = state.length > scannedBytes ? new Map(await picturesOf(state, open, by)) : null
    const inText = inLong ? new Set(inLong.keys()) : namedIn(state, open)
    for (const sha256 of inText) if (noted.has(sha256)) shown.add(sha256)
    const unproven = open.filter((sha256) => !shown.has(sha256) && (inText.has(sha256) || isKept(sha256)))
    if (unproven.length === 0) return shown
    const doubt = await evidence.doubt(resourceId, unproven)
    const isSaid = (sha256: string): boolean => {
      const doubted = doubt.people(sha256)
      if (authors.get(sha256)?.some((author) => !doubted.has(author))) return true
      // no guest ever wrote in it: what stands there, members put there
      return (inText.has(sha256) || inVersions.has(sha256)) && doubt.clients(sha256).size === 0
    }
    const right = unproven.filter(isSaid)
    const inDoubt = unproven.filter((sha256) => inText.has(sha256) && !right.includes(sha256))
    if (inDoubt.length > 0) {
      const pictures = inLong ?? new Map(await picturesOf(state, inDoubt, by))
      for (const sha256 of inDoubt) {
        const clients = pictures.get(sha256) ?? []
        const doubted = doubt.clients(sha256)
        if (clients.some((client) => !doubted.has(client))) right.push(sha256)
      }
    }
    await evidence.note(resourceId, right)
    for (const sha256 of right) shown.add(sha256)
    return shown
  }

  const picturesOf = (state: Uint8Array, sha256s: string[] | null, by: Requester): Promise<NamedPictures> =>
    convert(
      converter,
      picturesTask,
      picturesIn,
      { state, sha256s },
      state.length + (sha256s?.length ?? 0) * 64,
      by,
    )

  return {
    readable,
    /** Notes which pictures a document shows rightly, before a version keeps them without saying who put them there. */
    async noteShown(resourceId: string, by: Requester): Promise<void> {
      const state = await read(resourceId, by.userId, by.signal)
      if (state.length <= scannedBytes && namedIn(state, ['imageFile']).size === 0) return
      const pictures = await picturesOf(state, null, by)
      const sha256s = pictures.map(([sha256]) => sha256)
      const doubt = await evidence.doubt(resourceId, sha256s)
      const right = pictures.filter(([sha256, clients]) => {
        const doubted = doubt.clients(sha256)
        return clients.some((client) => !doubted.has(client))
      })
      await evidence.note(
        resourceId,
        right.map(([sha256]) => sha256),
      )
    },
  }
}

/** A state this long at most is looked through for a name here, which takes 2 ms; bytes, see `convert` for reading it. */
const scannedBytes = 1_048_576

/** Those of the words that a state holds anywhere. */
function namedIn(state: Uint8Array, words: readonly string[]): Set<string> {
  const bytes = Buffer.from(state.buffer, state.byteOffset, state.byteLength)
  return new Set(words.filter((word) => bytes.includes(word)))
}
