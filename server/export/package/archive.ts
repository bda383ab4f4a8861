import { unzipSync } from 'fflate'
import { Refusal } from '../../../shared/errors.ts'
import { isBytes, type Task } from '../../conversions/task.ts'

/** A file in a package. */
export interface Entry {
  name: string
  bytes: Uint8Array
}

export const unzipTask: Task<Uint8Array, Entry[]> = {
  name: 'unzip',
  kind: 'long',
  isOutput: (value): value is Entry[] =>
    Array.isArray(value) && value.every(({ name, bytes }) => typeof name === 'string' && isBytes(bytes)),
}

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
