import { createHash } from 'node:crypto'
import { Refusal } from '../../../shared/errors.ts'
import type { KeptFile } from '../../../server/files/kept-file.ts'
import type { FileStore } from '../../../server/files/store.ts'

/** A file store that forgets all when the process ends: shows that the port can be kept by another store than a folder. */
export function memoryStore(): {
  store: FileStore
  unfinished(): number
  /** Whether nothing can be said of what is kept. */
  setAway(isAway: boolean): void
} {
  const kept = new Map<string, Uint8Array>()
  const staged = new Set<Uint8Array>()
  const marks = new Map<string, number>()
  let written = 0
  let isAway = false
  const keptNow = (sha256: string) => {
    if (isAway) throw new Error('the store is away')
    return kept.get(sha256)
  }

  const opened = (content: Uint8Array): KeptFile => ({
    size: content.length,
    async read(at, length) {
      if (at < 0 || length < 0 || at + length > content.length) throw new RangeError('the file ends before')
      return content.slice(at, at + length)
    },
    close: async () => {},
  })

  const store: FileStore = {
    async stage(source, limit, onBytes = () => {}) {
      const pieces: Uint8Array[] = []
      let bytes = 0
      for await (const piece of source ?? []) {
        bytes += piece.length
        if (bytes > limit) throw new Refusal('file_too_large', { limit })
        onBytes(piece.length)
        pieces.push(piece)
      }
      if (bytes === 0) throw new Refusal('file_empty')
      const content = new Uint8Array(Buffer.concat(pieces))
      const sha256 = createHash('sha256').update(content).digest('hex')
      staged.add(content)
      return {
        sha256,
        bytes,
        content: async () => content.slice(),
        open: async () => opened(content),
        beginning: async (count) => content.slice(0, count),
        async keep() {
          kept.set(sha256, content)
          marks.set(sha256, ++written)
          staged.delete(content)
        },
        discard: async () => void staged.delete(content),
      }
    },
    freeBytes: async () => 1_000_000,
    size: async (sha256) => kept.get(sha256)?.length ?? 0,
    async look(sha256) {
      const content = keptNow(sha256)
      return content ? { bytes: content.length, mark: String(marks.get(sha256)) } : null
    },
    read: async (sha256) => kept.get(sha256)?.slice() ?? null,
    async open(sha256) {
      const content = keptNow(sha256)
      return content ? opened(content) : null
    },
    remove: async (sha256) => void kept.delete(sha256),
  }
  return { store, unfinished: () => staged.size, setAway: (away) => void (isAway = away) }
}
