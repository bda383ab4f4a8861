import { autosavedPictures } from '../drafts/autosave.ts'
import type { Outgoing } from './outgoing.ts'
import { forgetPictures, picturesFolder, waitingIn } from '../pictures/waiting-pictures.ts'

/** What waits on this device to be sent, one entry each, so that two tabs never overwrite each other. */
export interface WaitingComments {
  /** Read when they are to be sent; pictures that neither they nor what is begun show any more are let go then. */
  all(): Outgoing[]
  /** False when it was sent or dropped meanwhile, perhaps by another tab. */
  has(id: string): boolean
  /** False where the browser did not keep it. */
  keep(item: Outgoing): boolean
  drop(id: string): void
  /** Called when another tab changed what waits; returns the end of it. */
  onChange(listener: () => void): () => void
}

/**
 * Keeps unsent comments of one person in one project in the browser's local storage, where they survive a closed tab.
 * Where a browser refuses storage they wait in the tab only.
 */
export function waitingComments(userId: string, projectId: string): WaitingComments {
  const folders = foldersOf(userId).map((one) => `${one}${projectId}/`)
  const [folder] = folders as [string, string]
  const isHere = (key: string) => folders.some((one) => key.startsWith(one))
  return {
    all: () => {
      const found: Outgoing[] = []
      try {
        for (let at = 0; at < localStorage.length; at++) {
          const key = localStorage.key(at)!
          if (!isHere(key)) continue
          const item = readItem(localStorage.getItem(key))
          if (item) found.push(item)
        }
      } catch {
        return []
      }
      const shown = found.flatMap(({ content }) => waitingIn(content))
      const autosaved = autosavedPictures(userId, projectId)
      void forgetPictures(picturesFolder(userId, projectId), [...shown, ...autosaved])
      return found.sort((one, other) => one.createdAt.localeCompare(other.createdAt))
    },
    has(id) {
      try {
        return folders.some((one) => localStorage.getItem(one + id) !== null)
      } catch {
        return true
      }
    },
    keep(item) {
      try {
        // that a tab could not keep it is that tab's own: who reads it here has it kept
        const lasting = { ...item, error: undefined, isKept: undefined }
        localStorage.setItem(folder + item.id, JSON.stringify(lasting))
        return true
      } catch {
        // a full or forbidden storage: the tab still holds it
        return false
      }
    },
    drop(id) {
      try {
        for (const one of folders) localStorage.removeItem(one + id)
      } catch {
        // what is not kept there need not go from there
      }
    },
    onChange(listener) {
      const onStorage = ({ key }: StorageEvent) => {
        if (key === null || isHere(key)) listener()
      }
      globalThis.addEventListener?.('storage', onStorage)
      return () => globalThis.removeEventListener?.('storage', onStorage)
    },
  }
}

/** True for the key of a comment of theirs that waits, of which a tab hears when another one leaves it. */
export const isWaitingKey = (key: string, userId: string): boolean =>
  foldersOf(userId).some((folder) => key.startsWith(folder))

/** Where they are kept, and where former versions kept them, as a tab that was not loaded anew since still does. */
const foldersOf = (userId: string): [string, string] => [`comment-queue/${userId}/`, `outbox/${userId}/`]

/** The projects in which comments of one person wait on this device. */
export function projectsWaiting(userId: string): string[] {
  const folders = foldersOf(userId)
  const found = new Set<string>()
  try {
    for (let at = 0; at < localStorage.length; at++) {
      const key = localStorage.key(at)!
      const folder = folders.find((one) => key.startsWith(one))
      if (folder) found.add(key.slice(folder.length).split('/', 1)[0]!)
    }
  } catch {
    return []
  }
  return [...found]
}

/** As a former version kept it. */
type FormerItem = Outgoing & { documentId?: string }

function readItem(text: string | null): Outgoing | null {
  try {
    const kept = JSON.parse(text ?? 'null') as FormerItem | null
    if (!kept?.id || !kept.threadId || !kept.author || !kept.createdAt) return null
    const { documentId, ...item } = kept
    return { ...(documentId !== undefined && { resourceId: documentId }), ...item, isKept: true }
  } catch {
    return null
  }
}
