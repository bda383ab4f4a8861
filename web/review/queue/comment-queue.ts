import type { CommentContent } from '../../../shared/comment/content.ts'
import type { Thread } from '../../../shared/review.ts'
import { api, ApiError, call, expectedUser, passesByItself } from '../../api.ts'
import { observable } from '../../sync/observable.ts'
import { uploadFile } from '../../ui/files/upload-file.ts'
import type { Outgoing } from './outgoing.ts'
import type { WaitingComments } from './waiting-comments.ts'
import { dropPicture, pictureOf, waitingIn } from '../pictures/waiting-pictures.ts'

/** Waits between tries while the network or the server is away (ms). */
const waits = [500, 1_000, 2_000, 4_000, 8_000, 15_000]
/** How often it is looked whether anything waits that no tab sends (ms); what another tab writes is heard at once. */
const lookMs = 60_000
/** A passage written a moment ago may reach the server after the comment on it. */
const anchorTries = 4

const noneKept: WaitingComments = {
  all: () => [],
  has: () => false,
  keep: () => false,
  drop: () => {},
  onChange: () => () => {},
}

/** Calls back once this tab is the one that sends what others left; returns the end of waiting for it. */
export type Lead = (lead: () => void) => () => void
const atOnce: Lead = (lead) => {
  // after the caller has the queue
  queueMicrotask(lead)
  return () => {}
}

/**
 * What a project's comments wait in until the server has them. Nothing in it is lost by a failure, nor by a reload:
 * what waited on this device is sent when it is opened again, each comment after its pictures. Once stopped it sends
 * nothing more; what is in it waits on this device.
 */
export function createCommentQueue(
  projectId: string,
  onSent: (thread: Thread) => void,
  kept: WaitingComments = noneKept,
  lead: Lead = atOnce,
) {
  const stopped = new AbortController()
  const wakes = new EventTarget()
  /** What is on its way, so that no comment has two senders. */
  const underWay = new Set<string>()
  const restored = kept.all()
  const items = observable<readonly Outgoing[]>(restored)
  const change = (id: string, next: Partial<Outgoing>) =>
    items.set(items.get().map((item) => (item.id === id ? { ...item, ...next } : item)))
  /** False for what was thrown away meanwhile. */
  const isHere = (id: string) => items.get().some((item) => item.id === id)
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
      if (!stored.has(id)) await storePicture(id, item.author.userId)
      content = content.replaceAll(id, stored.get(id) ?? id)
    }
    return { ...item, content: JSON.parse(content) as CommentContent | null }
  }
  async function storePicture(id: string, userId: string): Promise<void> {
    const file = await pictureOf(id)
    if (file) stored.set(id, (await uploadFile(projectId, file, () => {}, userId)).sha256)
  }

  /**
   * The last comment of each point that is under way. What comes after it in that point waits for its turn, so that a
   * point reads as it was written: a short answer would overtake one with pictures.
   */
  const lastOf = new Map<string, Promise<void>>()
  async function deliver(item: Outgoing, isLate: boolean): Promise<void> {
    if (underWay.has(item.id) || stopped.signal.aborted) return
    underWay.add(item.id)
    const before = lastOf.get(item.threadId)
    const own = (before ? before.then(() => deliverNow(item, true)) : deliverNow(item, isLate))
      // no answer of the server's: it is told, and waits for the person to try again
      .catch((error: unknown) => change(item.id, { error, isWaiting: false }))
      .finally(() => {
        underWay.delete(item.id)
        if (lastOf.get(item.threadId) === own) lastOf.delete(item.threadId)
      })
    lastOf.set(item.threadId, own)
    await own
  }
  /** One tab at a time: that of its author, as long as it is open. A tab of a former version knows the lock by this name. */
  const deliverNow = (item: Outgoing, isLate: boolean): Promise<void> =>
    alone(`outbox/${item.id}`, stopped.signal, async () => {
      if (keptHere.has(item.id) && !kept.has(item.id)) return look()
      if (isHere(item.id)) await tryOften(item, isLate)
    })
  async function tryOften(item: Outgoing, isLate: boolean): Promise<void> {
    for (let tries = 0; !stopped.signal.aborted; tries++) {
      let sent: Thread
      try {
        sent = (await post(projectId, await withPictures(item), isLate || tries > 0)).thread
      } catch (error) {
        if (!isHere(item.id)) return
        if (!mayPass(error, tries)) return change(item.id, { error, isWaiting: false })
        // as well as what waits behind it in its point
        for (const one of items.get())
          if (one.threadId === item.threadId && underWay.has(one.id)) change(one.id, { isWaiting: true })
        await pause(waits[Math.min(tries, waits.length - 1)]!, stopped.signal, wakes)
        continue
      }
      // the server has it, whatever becomes of those who are told
      drop(item.id)
      onSent(sent)
      return
    }
  }

  /** What this device keeps, as far as this tab knows: gone from there it was sent, or dropped, by another tab. */
  const restoredIds = new Set(restored.map(({ id }) => id))
  const keptHere = new Set(restoredIds)
  let isLeader = false
  /** Where there are no locks nothing tells whether its author's tab sends it just now: for a moment it may. */
  const isOfOpenTab = ({ id, createdAt }: Outgoing) =>
    !restoredIds.has(id) && !hasLocks() && Date.now() - Date.parse(createdAt) < lookMs
  /** Reads what waits on this device anew: another tab may have written it, sent it, or been closed. */
  function look(): void {
    keepLate()
    const all = kept.all()
    const known = new Set(items.get().map(({ id }) => id))
    const added = all.filter(({ id }) => !known.has(id))
    for (const { id } of added) keptHere.add(id)
    const isGone = ({ id }: Outgoing) => keptHere.has(id) && !kept.has(id)
    if (added.length > 0 || items.get().some(isGone))
      items.set([...items.get().filter((item) => !isGone(item)), ...added])
    if (!isLeader) return
    for (const item of items.get())
      if (!item.error && kept.has(item.id) && !isOfOpenTab(item)) void deliver(item, true)
  }
  /** There may be room by now for what was not kept when it was sent. */
  function keepLate(): void {
    for (const item of items.get()) {
      if (item.isKept !== false || !kept.keep(item)) continue
      keptHere.add(item.id)
      change(item.id, { isKept: true })
    }
  }
  const endLead = lead(() => {
    isLeader = true
    look()
  })
  const endWatch = kept.onChange(look)
  globalThis.addEventListener?.('online', look)
  const timer = setInterval(look, lookMs)

  return {
    items,
    send(item: Omit<Outgoing, 'error' | 'createdAt'>) {
      const said = { ...item, createdAt: new Date().toISOString() }
      const made = { ...said, isKept: kept.keep(said) }
      if (made.isKept) keptHere.add(made.id)
      items.set([...items.get(), made])
      void deliver(made, false)
    },
    /** Sends what a former queue of this tab held, as no storage kept it. */
    take(item: Outgoing) {
      const made = { ...item, isKept: kept.keep(item) }
      if (made.isKept) keptHere.add(made.id)
      items.set([...items.get(), made])
      if (!made.error) void deliver(made, true)
    },
    retry(id: string) {
      change(id, { error: undefined })
      const item = items.get().find((one) => one.id === id)
      if (item) void deliver(item, true)
    },
    drop,
    /** Tries again at once what waits for its next try: the server was just reached. */
    wake() {
      wakes.dispatchEvent(new Event('wake'))
      look()
    },
    stop() {
      stopped.abort()
      endLead()
      endWatch()
      globalThis.removeEventListener?.('online', look)
      clearInterval(timer)
    },
  }
}
export type CommentQueue = ReturnType<typeof createCommentQueue>

function post(projectId: string, item: Outgoing, isLate: boolean): Promise<{ thread: Thread }> {
  const { id, threadId, body, content, draft, raises, createdAt } = item
  const { threads } = api.projects[':projectId']
  // another account may be signed in by now, in another tab
  const asAuthor = { headers: expectedUser(item.author.userId) }
  const sent = {
    ...(content ? { content } : { body }),
    draft,
    ...(isLate && { writtenAt: createdAt }),
  }
  return raises
    ? call(
        threads.$post(
          { param: { projectId }, json: { ...raises, ...sent, id: threadId, commentId: id } },
          asAuthor,
        ),
      )
    : call(
        threads[':threadId'].comments.$post(
          { param: { projectId, threadId }, json: { ...sent, id } },
          asAuthor,
        ),
      )
}

/** True for a failure that may be gone a moment later. */
function mayPass(error: unknown, tries: number): boolean {
  if (!(error instanceof ApiError)) return false
  if (error.code === 'anchor_invalid' || error.code === 'conversion_failed') return tries < anchorTries
  // somebody else is signed in: it waits for its author
  if (error.code === 'account_changed') return true
  // a fault of ours may stay, and is to be told
  if (error.code === 'internal') return false
  return passesByItself(error) || error.status >= 502
}

/** Browsers have locks on pages with TLS only, and on this machine's own. */
const hasLocks = () => (globalThis.navigator as Partial<Navigator> | undefined)?.locks !== undefined

/**
 * Runs an act while no other tab of this browser runs one of that name; where there are no locks, at once. Rejects with
 * what the act throws.
 */
async function alone(name: string, ended: AbortSignal, act: () => Promise<void>): Promise<void> {
  if (!hasLocks()) return await act()
  let hasBegun = false
  const begin = () => {
    hasBegun = true
    return act()
  }
  try {
    await navigator.locks.request(name, { signal: ended }, begin)
  } catch (error) {
    if (hasBegun) throw error
    // ended before its turn; else the browser refuses its locks, as it does its storage
    if (!ended.aborted) await act()
  }
}

/** Ends early when the network or the server is there again, and when there is nothing to wait for any more. */
function pause(ms: number, ended: AbortSignal, wakes: EventTarget): Promise<void> {
  return new Promise((resolve) => {
    if (ended.aborted) return resolve()
    const end = () => {
      clearTimeout(timer)
      globalThis.removeEventListener?.('online', end)
      wakes.removeEventListener('wake', end)
      ended.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    globalThis.addEventListener?.('online', end)
    wakes.addEventListener('wake', end)
    ended.addEventListener('abort', end)
  })
}
