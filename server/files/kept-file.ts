import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'

/** So much of a file is in memory at a time. */
export const pieceBytes = 262_144

/** A file that is open for reading, in places. */
export interface KeptFile {
  /** In bytes. */
  size: number
  /** @throws RangeError where the file ends before */
  read(at: number, length: number): Promise<Uint8Array>
  /** Waits for what is being read. */
  close(): Promise<void>
}

export async function openFile(path: string): Promise<KeptFile> {
  const file = await open(path)
  const { size } = await file.stat()
  return {
    size,
    async read(at, length) {
      if (at < 0 || length < 0 || at + length > size) throw new RangeError('the file ends before')
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, at)
      if (bytesRead < length) throw new RangeError('the file ends before')
      return buffer
    },
    close: () => file.close(),
  }
}

/** A part of a file, a piece at a time. */
export async function* piecesIn(
  file: KeptFile,
  at = 0,
  length = file.size - at,
): AsyncGenerator<Uint8Array, void> {
  for (let from = at; from < at + length; from += pieceBytes) {
    yield await file.read(from, Math.min(pieceBytes, at + length - from))
  }
}

/** The SHA-256 of what comes in pieces, 64 hex digits. */
export async function sha256Of(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of pieces) hash.update(piece)
  return hash.digest('hex')
}

/** The same pieces, the last of them only when all have this SHA-256. @throws Error when they have not */
export async function* heldAgainst(
  pieces: AsyncIterable<Uint8Array>,
  sha256: string,
): AsyncGenerator<Uint8Array, void> {
  const hash = createHash('sha256')
  let last: Uint8Array | null = null
  for await (const piece of pieces) {
    if (last) yield last
    hash.update(piece)
    last = piece
  }
  if (hash.digest('hex') !== sha256) throw new Error('a file was changed while it was sent')
  if (last) yield last
}
