import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Refusal } from '../../shared/errors.ts'
import { isSha256 } from '../../shared/sha256.ts'
import { newId } from '../db/columns.ts'
import { makeFolders, syncFolder } from './folders.ts'
import { openFile } from './kept-file.ts'
import type { FileStore } from './store.ts'

/**
 * A file store in a folder: `ab/cd/abcd…`. A file is written to a temporary name, synced and renamed, so a name
 * never stands for half a file. What a crash left unfinished is removed at the next start. Where its own folder is not
 * there either, the disk is away, and nothing is said of the files on it.
 */
export async function openFileStore(folder: string): Promise<FileStore> {
  const unfinished = join(folder, 'unfinished')
  await rm(unfinished, { recursive: true, force: true })
  await makeFolders(unfinished)

  /** Places whose folders are durable. */
  const durable = new Set<string>()

  /** Makes the folders of a place. Another upload may have made them just now, and not synced them yet. */
  async function makePlace(place: string): Promise<void> {
    if (durable.has(place)) return
    await mkdir(place, { recursive: true })
    await syncFolder(dirname(place))
    await syncFolder(folder)
    durable.add(place)
  }

  const pathOf = (sha256: string) => join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256)

  async function ifAbsentHere(failure: NodeJS.ErrnoException): Promise<null> {
    ifAbsent(failure)
    await stat(unfinished)
    return null
  }

  return {
    async stage(source, limit, onBytes = () => {}) {
      if (!source) throw new Refusal('file_empty')
      const path = join(unfinished, newId())
      const discard = () => rm(path, { force: true })
      try {
        const { sha256, bytes } = await writeDown(source, path, limit, onBytes)
        if (bytes === 0) throw new Refusal('file_empty')
        return {
          sha256,
          bytes,
          content: () => readFile(path),
          open: () => openFile(path),
          beginning: (count) => beginningOf(path, count),
          async keep() {
            const target = pathOf(sha256)
            await makePlace(dirname(target))
            await rename(path, target)
            await syncFolder(dirname(target))
          },
          discard,
        }
      } catch (failure) {
        await discard()
        throw failure
      }
    },

    async freeBytes() {
      const { bavail, bsize } = await statfs(folder)
      return bavail * bsize
    },

    async size(sha256) {
      const kept = isSha256(sha256) ? await stat(pathOf(sha256)).catch(ifAbsent) : null
      return kept?.size ?? 0
    },

    async look(sha256) {
      if (!isSha256(sha256)) return null
      const kept = await stat(pathOf(sha256), { bigint: true }).catch(ifAbsentHere)
      // the moment of the change is set by the system, and by nobody else
      return kept && { bytes: Number(kept.size), mark: `${kept.ino}-${kept.size}-${kept.ctimeNs}` }
    },

    read: (sha256) => (isSha256(sha256) ? readFile(pathOf(sha256)).catch(ifAbsent) : Promise.resolve(null)),

    open: (sha256) =>
      isSha256(sha256) ? openFile(pathOf(sha256)).catch(ifAbsentHere) : Promise.resolve(null),

    async remove(sha256) {
      if (!isSha256(sha256)) return
      await rm(pathOf(sha256), { force: true })
    },
  }
}

async function writeDown(
  source: ReadableStream<Uint8Array>,
  path: string,
  limit: number,
  onBytes: (bytes: number) => void,
) {
  const hash = createHash('sha256')
  const file = await open(path, 'wx', 0o600)
  let bytes = 0
  try {
    // Leaving the loop early cancels the source: no more of it is asked for.
    for await (const chunk of source) {
      bytes += chunk.byteLength
      if (bytes > limit) throw new Refusal('file_too_large', { limit })
      onBytes(chunk.byteLength)
      hash.update(chunk)
      await file.writeFile(chunk)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return { sha256: hash.digest('hex'), bytes }
}

async function beginningOf(path: string, count: number): Promise<Uint8Array> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

function ifAbsent(failure: NodeJS.ErrnoException): null {
  if (failure.code === 'ENOENT') return null
  throw failure
}
