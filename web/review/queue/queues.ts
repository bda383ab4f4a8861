import { addHolder } from '../../sync/unsent/unsaved-guard.ts'
import { createCommentQueue, type Lead, type CommentQueue } from './comment-queue.ts'
import type { Thread } from '../../../shared/review.ts'
import type { Outgoing } from './outgoing.ts'
import { isWaitingKey, projectsWaiting, waitingComments } from './waiting-comments.ts'

/** The queues of the person who is signed in here, by project: one of each for the whole app. */
const queues = new Map<string, CommentQueue>()
/** Stopped queues of people who are not signed in just now: what no storage kept of them waits in this tab. */
const heldHere = new Map<string, CommentQueue>()
let sender: string | null = null
/** Ends what is done for the sender beside the queues themselves. */
let endSending = () => {}
/** Whether this tab leads for the sender; one tab does for all projects. */
let leading: Lead = () => () => {}
const listeners = new Set<(thread: Thread) => void>()

/** Hears of each thread that a comment from here was sent to, as the server has it then. */
export function onSent(listener: (thread: Thread) => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** The queue of one person's comments in a project. It lives until another person, or nobody, is signed in here. */
export function queueOf(userId: string, projectId: string): CommentQueue {
  sendFor(userId)
  return open(userId, projectId)
}

/** Sends what waits on this device for a person, in every project; null: nothing more is sent. */
export function sendFor(userId: string | null): void {
  if (userId === sender) return
  sender = userId
  for (const [key, queue] of queues) {
    queue.stop()
    if (aloneIn(queue).length > 0) heldHere.set(key, queue)
  }
  queues.clear()
  endSending()
  endSending = () => {}
  if (userId === null) return
  // a tab of a former version leads by this name
  const { lead, end: endLead } = leadOnce(leadAmongTabs(`outbox/${userId}`))
  leading = lead
  // another tab may leave a comment in a project that is not open here
  const look = () => {
    for (const projectId of projectsWaiting(userId)) open(userId, projectId)
  }
  const onStorage = ({ key }: StorageEvent) => {
    if (key && isWaitingKey(key, userId)) look()
  }
  globalThis.addEventListener?.('storage', onStorage)
  endSending = () => {
    globalThis.removeEventListener?.('storage', onStorage)
    endLead()
  }
  look()
  for (const key of heldHere.keys()) {
    const [author, projectId] = key.split('/', 2)
    if (author === userId) open(userId, projectId!)
  }
}

/**
 * What somebody wrote on a document's page, in whatever project that is, and the server does not have: what waits on this
 * device, and what only this tab holds.
 */
export function unsentOn(userId: string, resourceId: string): { item: Outgoing; drop(): void }[] {
  sendFor(userId)
  return [...queues.values()].flatMap((queue) =>
    queue.items
      .get()
      .filter((item) => item.resourceId === resourceId)
      .map((item) => ({ item, drop: () => queue.drop(item.id) })),
  )
}

const aloneIn = ({ items }: CommentQueue): Outgoing[] => items.get().filter(({ isKept }) => isKept === false)

const holdAlone = (some: ReadonlyMap<string, CommentQueue>) =>
  [...some.values()].some((queue) => aloneIn(queue).length > 0)

addHolder({
  // a sign-out ends the sender's own, a closed tab everybody's
  holdsAlone: () => holdAlone(queues),
  letGo() {
    for (const queue of queues.values()) for (const { id } of aloneIn(queue)) queue.drop(id)
  },
})
globalThis.addEventListener?.('beforeunload', (event) => {
  if (holdAlone(queues) || holdAlone(heldHere)) event.preventDefault()
})

function open(userId: string, projectId: string): CommentQueue {
  const key = `${userId}/${projectId}`
  const queue =
    queues.get(key) ??
    createCommentQueue(
      projectId,
      (thread) => {
        // what was under way for somebody who has left is not for whoever is here now: it may be a draft
        if (userId === sender) listeners.forEach((hear) => hear(thread))
      },
      waitingComments(userId, projectId),
      leading,
    )
  queues.set(key, queue)
  const held = heldHere.get(key)
  heldHere.delete(key)
  for (const item of held ? aloneIn(held) : []) queue.take(item)
  return queue
}

/** Waits once, for all that wait for it. */
function leadOnce(awaited: Lead): { lead: Lead; end(): void } {
  const waiting = new Set<() => void>()
  let leads = false
  const end = awaited(() => {
    leads = true
    for (const lead of waiting) lead()
    waiting.clear()
  })
  return {
    end,
    lead(lead) {
      if (leads) queueMicrotask(lead)
      else waiting.add(lead)
      return () => void waiting.delete(lead)
    },
  }
}

/** A tab's lease lasts so long without being renewed (ms); it is renewed three times as often. */
const leaseMs = 15_000

/**
 * One tab of a browser leads at a time. Where there are locks the browser sees to it; elsewhere (pages without TLS)
 * it is a lease in the local storage, and two that take it in one moment both send, which counts once by its ids.
 */
const leadAmongTabs =
  (name: string): Lead =>
  (lead) => {
    const ended = new AbortController()
    const { locks } = (globalThis.navigator ?? {}) as { locks?: LockManager }
    if (!locks) return takeLease(`lease:${name}`, lead)
    locks
      .request(name, { signal: ended.signal }, () => {
        lead()
        return new Promise<void>((resolve) => ended.signal.addEventListener('abort', () => resolve()))
      })
      .catch(() => {})
    return () => ended.abort()
  }

function takeLease(key: string, lead: () => void): () => void {
  const own = String(Math.random())
  let isLeader = false
  const renew = () => {
    try {
      const [holder, until] = (localStorage.getItem(key) ?? '').split('@')
      if (holder && holder !== own && Number(until) > Date.now()) return
      localStorage.setItem(key, `${own}@${Date.now() + leaseMs}`)
    } catch {
      // nothing is kept, so nothing is shared either
    }
    if (!isLeader) queueMicrotask(lead)
    isLeader = true
  }
  renew()
  const timer = setInterval(renew, leaseMs / 3)
  return () => {
    clearInterval(timer)
    try {
      if (localStorage.getItem(key)?.startsWith(own)) localStorage.removeItem(key)
    } catch {
      // where nothing is kept there is no lease to give back
    }
  }
}
