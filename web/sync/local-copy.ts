import { IndexeddbPersistence, clearDocument } from 'y-indexeddb'
import type * as Y from 'yjs'

/** How long opening waits for this device's copy; a blocked store must not keep a person from the server's. */
const patienceMs = 3_000

/**
 * This device's copy of a document, in IndexedDB: it survives a closed tab and is merged with the server's on
 * return. It is kept until the person discards it or loses access.
 */
export interface LocalCopy {
  /** False when the browser keeps nothing (private windows, full disks): then unsaved changes live in this tab only. */
  readonly works: boolean
  /** Changes that earlier tabs made and no server acknowledged. */
  readonly unsent: number
  noteUnsent(changes: number): void
  discard(): Promise<void>
  close(): void
}

/** Opens the copy of `roomId` that belongs to `userId`, and loads it into `doc` before it resolves. */
export async function openLocalCopy(userId: string, roomId: string, doc: Y.Doc): Promise<LocalCopy> {
  const name = `countersign:${userId}:${roomId}`
  const persistence = globalThis.indexedDB ? new IndexeddbPersistence(name, doc) : null
  const works = persistence !== null && (await arrives(persistence))
  return {
    works,
    unsent: Number(globalThis.localStorage?.getItem(name)) || 0,
    noteUnsent(changes) {
      if (changes > 0) globalThis.localStorage?.setItem(name, String(changes))
      else globalThis.localStorage?.removeItem(name)
    },
    async discard() {
      globalThis.localStorage?.removeItem(name)
      if (!persistence) return
      await persistence.destroy()
      await clearDocument(name)
    },
    close: () => void persistence?.destroy(),
  }
}

function arrives(persistence: IndexeddbPersistence): Promise<boolean> {
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve(false), patienceMs)
    const settle = (works: boolean) => {
      clearTimeout(late)
      resolve(works)
    }
    persistence.whenSynced.then(
      () => settle(true),
      () => settle(false),
    )
    // a store that cannot be opened rejects here and never syncs
    // oxlint-disable-next-line no-underscore-dangle -- the only place where it tells
    persistence._db.catch(() => settle(false))
  })
}
