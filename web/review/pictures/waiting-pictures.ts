import { namesIn, readContent, type CommentContent } from '../../../shared/comment/content.ts'
import { deviceRecords } from '../../sync/unsent/device-records.ts'

/** A picture that no comment which waits shows any more, as of one that was never sent, is let go after so long (ms). */
const forgottenMs = 7 * 86_400_000

interface Kept {
  id: string
  /** Whose it is, and of which project. */
  folder: string
  name: string
  type: string
  bytes: ArrayBuffer
  at: number
}

const pictures = deviceRecords<Kept>('countersign:waiting-pictures', 'pictures')
/** The same without their bytes, which are megabytes: what is looked through to find those that are let go. */
const times = deviceRecords<Pick<Kept, 'id' | 'folder' | 'at'>>('countersign:waiting-picture-times', 'times')

/** What this tab holds itself: where a browser refuses storage, a picture waits here only. */
const inTab = new Map<string, File>()

/** In a comment, the name of a picture that waits stands in the place of its hash. */
const mark = 'waiting-'
export const isWaiting = (sha256: unknown): sha256 is string =>
  typeof sha256 === 'string' && sha256.startsWith(mark)

/** The pictures of a comment that the server does not have yet. */
export function waitingIn(content: CommentContent | null): string[] {
  const doc = content && readContent(content)
  return doc ? namesIn(doc).sha256s.filter(isWaiting) : []
}

export const picturesFolder = (userId: string, projectId: string): string => `${userId}/${projectId}`

/** Keeps a picture on this device, where it survives a closed tab, and tells its name. `key` is of its own. */
export async function keepPicture(folder: string, key: string, file: File): Promise<string> {
  const id = mark + key
  inTab.set(id, file)
  const { name, type } = file
  const at = Date.now()
  await times.put({ id, folder, at })
  await pictures.put({ id, folder, name, type, bytes: await file.arrayBuffer(), at })
  return id
}

/** A picture that waits; undefined when this device has it no more. */
export async function pictureOf(id: string): Promise<File | undefined> {
  const file = inTab.get(id)
  if (file) return file
  const kept = await pictures.get(id)
  return kept && new File([kept.bytes], kept.name, { type: kept.type })
}

export async function dropPicture(id: string): Promise<void> {
  inTab.delete(id)
  await pictures.delete(id)
  await times.delete(id)
}

/** Folders that this page looked through: what is a week old now was so when it was opened, or waits for the next one. */
const lookedThrough = new Set<string>()

/** Lets go of a folder's pictures that nothing shows any more, once in a page. */
export async function forgetPictures(folder: string, shown: readonly string[]): Promise<void> {
  if (lookedThrough.has(folder)) return
  lookedThrough.add(folder)
  await noteFormer()
  const long = Date.now() - forgottenMs
  const gone = (await times.all()).filter(
    (kept) => kept.folder === folder && kept.at < long && !shown.includes(kept.id),
  )
  await Promise.all(gone.map(({ id }) => dropPicture(id)))
}

/** Notes when those were kept that a former version kept, one after the other, so that one is in memory at a time. */
async function noteFormer(): Promise<void> {
  const known = new Set((await times.all()).map(({ id }) => id))
  for (const id of await pictures.ids()) {
    if (known.has(id)) continue
    const former = await pictures.get(id)
    if (former) await times.put({ id, folder: former.folder, at: former.at })
  }
}
