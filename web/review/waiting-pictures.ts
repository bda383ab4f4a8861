import { namesIn, readContent, type CommentContent } from '../../shared/comment/content.ts'

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
  const kept: Kept = { id, folder, name, type, bytes: await file.arrayBuffer(), at: Date.now() }
  await ask('readwrite', (pictures) => pictures.put(kept))
  return id
}

/** A picture that waits; undefined when this device has it no more. */
export async function pictureOf(id: string): Promise<File | undefined> {
  const file = inTab.get(id)
  if (file) return file
  const kept = await ask<Kept | undefined>('readonly', (pictures) => pictures.get(id))
  return kept && new File([kept.bytes], kept.name, { type: kept.type })
}

export async function dropPicture(id: string): Promise<void> {
  inTab.delete(id)
  await ask('readwrite', (pictures) => pictures.delete(id))
}

/** Lets go of a folder's pictures that nothing shows any more. */
export async function forgetPictures(folder: string, shown: readonly string[]): Promise<void> {
  const all = (await ask<Kept[]>('readonly', (pictures) => pictures.getAll())) ?? []
  const long = Date.now() - forgottenMs
  const gone = all.filter((kept) => kept.folder === folder && kept.at < long && !shown.includes(kept.id))
  await Promise.all(gone.map(({ id }) => dropPicture(id)))
}

/** Undefined where the browser refuses storage. */
async function ask<Answer>(
  mode: IDBTransactionMode,
  act: (pictures: IDBObjectStore) => IDBRequest,
): Promise<Answer | undefined> {
  try {
    const database = await open()
    return await new Promise<Answer>((resolve, reject) => {
      const transaction = database.transaction('pictures', mode)
      const request = act(transaction.objectStore('pictures'))
      transaction.addEventListener('complete', () => resolve(request.result as Answer))
      transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('aborted')))
    }).finally(() => database.close())
  } catch {
    return undefined
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('countersign:waiting-pictures', 1)
    request.addEventListener('upgradeneeded', () =>
      request.result.createObjectStore('pictures', { keyPath: 'id' }),
    )
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('not opened')))
  })
}
