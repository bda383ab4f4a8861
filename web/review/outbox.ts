import type { CommentContent } from '../../shared/comment/content.ts'
import type { Thread } from '../../shared/review.ts'
import { api, ApiError, call } from '../api.ts'
import { observable } from '../sync/observable.ts'
import { uploadFile } from '../ui/upload-file.ts'
import type { Outgoing } from './outgoing.ts'
import type { WaitingComments } from './waiting-comments.ts'
import { dropPicture, pictureOf, waitingIn } from './waiting-pictures.ts'

/** Waits between tries while the network or the server is away (ms). */
const waits = [500, 1_000, 2_000, 4_000, 8_000, 15_000]
/** A passage written a moment ago may reach the server after the comment on it. */
const anchorTries = 4

const noneKept: WaitingComments = { all: () => [], has: () => false, keep: () => {}, drop: () => {} }

/** A new id as the server expects it: 128 random bits as 22 characters of base64url. */
export function newClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

/** Calls back once this tab is the one that sends what others left; returns the end of waiting for it. */
export type Lead = (lead: () => void) => () => void
const atOnce: Lead = (lead) => {
  // after the caller has the outbox
  queueMicrotask(lead)
  return () => {}
}

/**
 * What a project's comments wait in until the server has them. Nothing in it is lost by a failure, nor by a reload:
 * what waited on this device is sent when it is opened again, each comment after its pictures. Once stopped it sends
 * nothing more; what is in it waits on this device.
 */
export function createOutbox(
  projectId: string,
  onSent: (thread: Thread) => void,
  kept: WaitingComments = noneKept,
  lead: Lead = atOnce,
) {
  const stopped = new AbortController()
  const listeners = new Set([onSent])
  /** What is on its way, so that no comment has two senders. */
  const underWay = new Set<string>()
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
    if (underWay.has(item.id) || stopped.signal.aborted) return
    underWay.add(item.id)
    await tryOften(item, isLate).finally(() => underWay.delete(item.id))
  }
  async function tryOften(item: Outgoing, isLate: boolean): Promise<void> {
    for (let tries = 0; !stopped.signal.aborted; tries++) {
      try {
        const { thread } = await post(projectId, await withPictures(item), isLate || tries > 0)
        for (const listener of listeners) listener(thread)
        return drop(item.id)
      } catch (error) {
        if (!items.get().some(({ id }) => id === item.id)) return
        if (!mayPass(error, tries)) return change(item.id, { error })
        await pause(waits[Math.min(tries, waits.length - 1)]!, stopped.signal)
      }
    }
  }

  const endLead = lead(() => {
    for (const item of items.get().filter(({ id }) => kept.has(id))) void deliver(item, true)
  })

  return {
    items,
    onSent(listener: (thread: Thread) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
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
    stop() {
      stopped.abort()
      endLead()
    },
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

/** Ends early when the browser says that the network is back, and when there is nothing to wait for any more. */
function pause(ms: number, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      globalThis.removeEventListener('online', end)
      ended.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    globalThis.addEventListener('online', end)
    ended.addEventListener('abort', end)
  })
}
