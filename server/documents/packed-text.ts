import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const pack = promisify(gzip)

/**
 * The gzip of a text's bytes, made once as long as the very same bytes are read: who opens a document of a hundred
 * pages gets a tenth of it over a phone's network.
 */
export function createPackedText(): (bytes: Uint8Array) => Promise<Uint8Array<ArrayBuffer>> {
  const known = new WeakMap<Uint8Array, Promise<Buffer<ArrayBuffer>>>()
  return (bytes) => {
    let packed = known.get(bytes)
    if (!packed) known.set(bytes, (packed = pack(bytes) as Promise<Buffer<ArrayBuffer>>))
    return packed
  }
}
