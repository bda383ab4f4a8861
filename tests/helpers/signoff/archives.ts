import { zipSync } from 'fflate'
import type { Entry } from '../../../server/export/package/archive.ts'
import { packed } from '../../../server/export/package/archive-pieces.ts'

/** An archive as another program writes it; its files lie in it as they are. */
export const zip = (entries: Entry[]): Uint8Array =>
  zipSync(Object.fromEntries(entries.map(({ name, bytes }) => [name, [bytes, { level: 0 }]])))

/** An archive as packages are written. */
export async function packedBytes(entries: AsyncIterable<Entry> | Iterable<Entry>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of packed(entries)) pieces.push(piece)
  return Buffer.concat(pieces)
}
