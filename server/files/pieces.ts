import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'

/** So much is gone through at one go: a millisecond of hashing. */
const pieceBytes = 1_048_576

/** The SHA-256 of bytes, 64 hex digits. Between any two pieces of them others have their turn. */
export async function sha256InPieces(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256')
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    // oxlint-disable-next-line no-await-in-loop -- that is what it is for
    if (at > 0) await nextTurn()
    hash.update(bytes.subarray(at, at + pieceBytes))
  }
  return hash.digest('hex')
}

/** Bytes as a stream, without a copy of the whole. */
export function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.subarray(at, (at += pieceBytes)))
      else controller.close()
    },
  })
}
