import { unzipSync, zipSync, type Zippable } from 'fflate'
import { Refusal } from '../../shared/errors.ts'
import { isBytes, type Task } from '../jobs/task.ts'

/** A file in a package. */
export interface Entry {
  name: string
  bytes: Uint8Array
}

/** The time of every entry: a package is the same bytes whenever it is made. ZIP cannot say a zone. */
const mtime = new Date(1980, 0, 1)

export const zipTask: Task<Entry[], Uint8Array> = { name: 'zip', kind: 'long', isOutput: isBytes }
export const unzipTask: Task<Uint8Array, Entry[]> = {
  name: 'unzip',
  kind: 'long',
  isOutput: (value): value is Entry[] =>
    Array.isArray(value) && value.every(({ name, bytes }) => typeof name === 'string' && isBytes(bytes)),
}

/**
 * Writes an archive, in a converter process. Its files are stored as they are: pictures and prints shrink no further,
 * and what is not packed can be hashed where it lies.
 */
export const zip = (entries: Entry[]): Uint8Array =>
  zipSync(
    Object.fromEntries(
      entries.map(({ name, bytes }) => [name, [bytes, { mtime, level: 0 }]]),
    ) satisfies Zippable,
  )

/**
 * Unpacks an archive, in a converter process. @throws Refusal `revision_broken` for bytes that are no archive: that is
 * told apart from a process that failed
 */
export function unzip(bytes: Uint8Array): Entry[] {
  try {
    return Object.entries(unzipSync(bytes)).map(([name, content]) => ({ name, bytes: content }))
  } catch (failure) {
    // the library numbers what is wrong with an archive; what has no number is wrong with this process
    if (typeof (failure as { code?: unknown }).code !== 'number') throw failure
    throw new Refusal('revision_broken')
  }
}

/** The table of contents of an archive, without any of its files. @throws on what is no archive */
export function listEntries(bytes: Uint8Array): { names: string[]; isStored: boolean } {
  const names: string[] = []
  let isStored = true
  let whole = 0
  unzipSync(bytes, {
    filter({ name, size, originalSize, compression }) {
      names.push(name)
      whole += size
      isStored &&= compression === 0 && size === originalSize
      return false
    },
  })
  if (whole > bytes.length) throw new RangeError('files lie over each other')
  return { names, isStored }
}

/** One file of an archive in which it is not packed; undefined when it is not there. */
export const storedEntry = (bytes: Uint8Array, wanted: string): Uint8Array | undefined =>
  unzipSync(bytes, { filter: ({ name }) => name === wanted })[wanted]
