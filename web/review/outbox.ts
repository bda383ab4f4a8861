import type { Anchor, Author, Severity, Thread } from '../../shared/review.ts'
import { api, ApiError, call } from '../api.ts'
import { observable } from '../sync/observable.ts'
import type { PointValues } from '../ui/PointFields.tsx'

/** Something written here that the server has not confirmed yet. Its id goes along with every try, so it counts once. */
export interface Outgoing {
  id: string
  threadId: string
  body: string
  author: Author
  createdAt: string
  /** Given for the first comment of a new thread. */
  raises?: { anchor: Anchor; severity: Severity } & Partial<PointValues>
  /** Set when the server refused it; it waits for the person. */
  error?: unknown
}

/** Waits between tries while the network or the server is away (ms). */
const waits = [500, 1_000, 2_000, 4_000, 8_000, 15_000]
/** A passage written a moment ago may reach the server after the comment on it. */
const anchorTries = 4

/** A new id as the server expects it: 128 random bits as 22 characters of base64url. */
export function newClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

/** What a project's comments wait in until the server has them. Nothing in it is lost by a failure. */
export function createOutbox(projectId: string, onSent: (thread: Thread) => void) {
  const items = observable<readonly Outgoing[]>([])
  const change = (id: string, next: Partial<Outgoing>) =>
    items.set(items.get().map((item) => (item.id === id ? { ...item, ...next } : item)))
  const drop = (id: string) => items.set(items.get().filter((item) => item.id !== id))

  async function deliver(item: Outgoing): Promise<void> {
    for (let tries = 0; ; tries++) {
      try {
        const { thread } = await post(projectId, item)
        onSent(thread)
        return drop(item.id)
      } catch (error) {
        if (!items.get().some(({ id }) => id === item.id)) return
        if (!mayPass(error, tries)) return change(item.id, { error })
        await pause(waits[Math.min(tries, waits.length - 1)]!)
      }
    }
  }

  return {
    items,
    send(item: Omit<Outgoing, 'error' | 'createdAt'>) {
      const made = { ...item, createdAt: new Date().toISOString() }
      items.set([...items.get(), made])
      void deliver(made)
    },
    retry(id: string) {
      change(id, { error: undefined })
      const item = items.get().find((one) => one.id === id)
      if (item) void deliver(item)
    },
    drop,
  }
}
export type Outbox = ReturnType<typeof createOutbox>

function post(projectId: string, { id, threadId, body, raises }: Outgoing): Promise<{ thread: Thread }> {
  const { threads } = api.projects[':projectId']
  return raises
    ? call(threads.$post({ param: { projectId }, json: { ...raises, id: threadId, commentId: id, body } }))
    : call(threads[':threadId'].comments.$post({ param: { projectId, threadId }, json: { id, body } }))
}

/** True for a failure that may be gone a moment later. */
function mayPass(error: unknown, tries: number): boolean {
  if (!(error instanceof ApiError)) return false
  if (error.code === 'anchor_invalid') return tries < anchorTries
  return error.code === 'offline' || error.code === 'too_many_requests' || error.status >= 502
}

/** Ends early when the browser says that the network is back. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      globalThis.removeEventListener('online', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    globalThis.addEventListener('online', end)
  })
}
