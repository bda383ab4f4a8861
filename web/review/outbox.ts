import type { CommentContent } from '../../shared/comment/content.ts'
import type { Anchor, Author, CreateThread, Severity, Thread } from '../../shared/review.ts'
import { api, ApiError, call } from '../api.ts'
import { observable } from '../sync/observable.ts'
import type { PointValues } from '../ui/PointFields.tsx'
import { uploadFile } from '../ui/upload-file.ts'
import type { WaitingComments } from './waiting-comments.ts'
import { dropPicture, pictureOf, waitingIn } from './waiting-pictures.ts'

/** Something written here that the server has not confirmed yet. Its id goes along with every try, so it counts once. */
export interface Outgoing {
  id: string
  threadId: string
  /** Its plain text, and its rich form where it has one. */
  body: string
  content: CommentContent | null
  draft: boolean
  author: Author
  createdAt: string
  /** Given for the first comment of a new thread. */
  raises?: { anchor: Anchor; severity: Severity } & Partial<Omit<PointValues, 'kind'>> &
    Pick<Partial<CreateThread>, 'kind' | 'replacement'>
  /** Set when the server refused it; it waits for the person. */
  error?: unknown
}

/** Waits between tries while the network or the server is away (ms). */
const waits = [500, 1_000, 2_000, 4_000, 8_000, 15_000]
/** A passage written a moment ago may reach the server after the comment on it. */
const anchorTries = 4

const noneKept: WaitingComments = { all: () => [], keep: () => {}, drop: () => {} }

/** A new id as the server expects it: 128 random bits as 22 characters of base64url. */
export function newClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

/**
 * What a project's comments wait in until the server has them. Nothing in it is lost by a failure, nor by a reload:
 * what waited on this device is sent when it is opened again, each comment after its pictures.
 */
export function createOutbox(
  projectId: string,
  onSent: (thread: Thread) => void,
  kept: WaitingComments = noneKept,
) {
  const restored = kept.all()
  const items = observable<readonly Outgoing[]>(restored)
  const change = (id: string, next: Partial<Outgoing>) =>
    items.set(items.get().map((item) => (item.id === id ? { ...item, ...next } : item)))
  const drop = (id: string) => {
    kept.drop(id)
    const dropped = items.get().find((item) => item.id === id)
    for (const picture of waitingIn(dropped?.content ?? null)) void dropPicture(picture)
    items.set(items.get().filter((item) => item.id !== id))
  }

  /** What the server named the pictures that it has by now. */
  const stored = new Map<string, string>()
  async function withPictures(item: Outgoing): Promise<Outgoing> {
    let content = JSON.stringify(item.content)
    for (const id of waitingIn(item.content)) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other over a weak network
      if (!stored.has(id)) await storePicture(id)
      content = content.replaceAll(id, stored.get(id) ?? id)
    }
    return { ...item, content: JSON.parse(content) as CommentContent | null }
  }
  async function storePicture(id: string): Promise<void> {
    const file = await pictureOf(id)
    if (file) stored.set(id, (await uploadFile(projectId, file, () => {})).sha256)
  }

  async function deliver(item: Outgoing, isLate: boolean): Promise<void> {
    for (let tries = 0; ; tries++) {
      try {
        const { thread } = await post(projectId, await withPictures(item), isLate || tries > 0)
        onSent(thread)
        return drop(item.id)
      } catch (error) {
        if (!items.get().some(({ id }) => id === item.id)) return
        if (!mayPass(error, tries)) return change(item.id, { error })
        await pause(waits[Math.min(tries, waits.length - 1)]!)
      }
    }
  }

  // after the caller has the outbox
  queueMicrotask(() => restored.forEach((item) => void deliver(item, true)))

  return {
    items,
    send(item: Omit<Outgoing, 'error' | 'createdAt'>) {
      const made = { ...item, createdAt: new Date().toISOString() }
      kept.keep(made)
      items.set([...items.get(), made])
      void deliver(made, false)
    },
    retry(id: string) {
      change(id, { error: undefined })
      const item = items.get().find((one) => one.id === id)
      if (item) void deliver(item, true)
    },
    drop,
  }
}
export type Outbox = ReturnType<typeof createOutbox>

function post(projectId: string, item: Outgoing, isLate: boolean): Promise<{ thread: Thread }> {
  const { id, threadId, body, content, draft, raises, createdAt } = item
  const { threads } = api.projects[':projectId']
  const sent = {
    ...(content ? { content } : { body }),
    draft,
    ...(isLate && { writtenAt: createdAt }),
  }
  return raises
    ? call(threads.$post({ param: { projectId }, json: { ...raises, ...sent, id: threadId, commentId: id } }))
    : call(threads[':threadId'].comments.$post({ param: { projectId, threadId }, json: { ...sent, id } }))
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
