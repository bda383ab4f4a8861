import { cutIntoPieces, streamFrom } from '../../../server/files/pieces.ts'
import type { FileStore } from '../../../server/files/store.ts'

/** Keeps a text in a store, and resolves with its SHA-256. */
export async function keptIn(store: FileStore, text: string): Promise<string> {
  const staged = await store.stage(streamFrom(cutIntoPieces(Buffer.from(text))), Infinity)
  await staged.keep()
  return staged.sha256
}
