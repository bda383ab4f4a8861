import { createHash, type Hash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'

/** So much is gone through at one go: a millisecond of hashing. */
const pieceBytes = 1_048_576

/** The SHA-256 of bytes, 64 hex digits. Between any two pieces of them others have their turn. */
export const sha256InPieces = async (bytes: Uint8Array): Promise<string> =>
  (await hashInPieces(bytes)).digest('hex')

/** The same, for what comes behind them to be added. */
export async function hashInPieces(bytes: Uint8Array): Promise<Hash> {
  const hash = createHash('sha256')
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    if (at > 0) await nextTurn()
    hash.update(bytes.subarray(at, at + pieceBytes))
  }
  return hash
}

/** Bytes in pieces, without a copy of the whole. */
export async function* cutIntoPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
}

/** What is made in pieces as a stream. */
export function streamFrom(pieces: AsyncGenerator<Uint8Array, void>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await pieces.return(undefined)
    },
  })
}
