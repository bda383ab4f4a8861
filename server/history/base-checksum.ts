import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Base } from '../rooms/ports.ts'

/** The SHA-256 that proves a stored base unharmed, in hexadecimal. */
export const baseChecksum = ({ state, vector, deletions }: Base): string =>
  createHash('sha256').update(state).update(vector).update(deletions).digest('hex')

/** So many bytes are gone through in some milliseconds. */
const bytesAtOnce = 1_048_576

/** The same on the thread that serves: others have their turn within a long one. */
export async function baseChecksumInTurns({ state, vector, deletions }: Base): Promise<string> {
  const hash = createHash('sha256')
  for (const part of [state, vector, deletions]) {
    for (let at = 0; at < part.length; at += bytesAtOnce) {
      if (at > 0) await nextTurn()
      hash.update(part.subarray(at, at + bytesAtOnce))
    }
  }
  return hash.digest('hex')
}
