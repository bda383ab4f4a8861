import * as Y from 'yjs'
import type { Authored } from './rewrite-under-new-id.ts'
import { noteKeeps } from './device-keeps.ts'
import { observable, type Observed } from '../observable.ts'
import {
  nothingUnsent,
  replacedKey,
  unsentCounts,
  type Counted,
  type Storage,
  type UnsentFrom,
} from './unsent-counts.ts'
import { openUpdateStore, type UpdateStore } from './update-store.ts'

/** How long opening waits for this device's copy (ms); a blocked store must not keep a person from the server's. */
const openTimeoutMs = 3_000
/** A copy of so many updates is put together into one. */
const mostUpdates = 500
/** How often a tab says that it is still there (ms). */
const signOfLifeMs = 60_000
/** Waits before a store that failed is tried again (ms). */
const againMs = 10_000

/** The origin of what the copy brings into a document. */
export const fromCopy = Symbol('this device’s copy')

/**
 * This device's copy of a document: it survives a closed tab and is merged with the server's on return. It is kept
 * until the person discards it or loses access. No call throws: where the browser fails, `keeps` says so.
 */
export interface LocalCopy {
  /**
   * False while the browser keeps nothing (private windows, full disks), or this tab keeps nothing more, as its copy was
   * replaced: then unsaved changes live in this tab only.
   */
  readonly keeps: Observed<boolean>
  /** Changes that tabs which are gone made and no server acknowledged: they are this tab's to send. */
  readonly unsent: { changes: number; authored: readonly Authored[]; from: UnsentFrom }
  /** How many of the changes that were noted as unsent the copy holds: none is before the browser said so. */
  readonly kept: Observed<number>
  /** How many of them it does not hold, or not yet. */
  readonly unkept: number
  /** Changes that other tabs have unsent: open ones, and such as are gone whose words could not be read yet. */
  readonly others: Observed<Counted>
  /** False when it is not known what earlier tabs left, so that "none" means nothing. */
  readonly knowsUnsent: boolean
  /** False while this copy holds, or may hold, words that could not be read: the text here lacks them. */
  readonly isRead: boolean
  /**
   * `client`: the id that writes them, while the server has not given it to this person; else 0. `from`: where they
   * begin under each id.
   */
  noteUnsent(changes: number, client: number, from?: UnsentFrom): void
  /** Called when a tab ended and left changes, or what could not be read was read: they are in `doc` then. */
  onAdopted(listener: (changes: number, authored: readonly Authored[], from: UnsentFrom) => void): void
  /** Keeps an update that `doc` cannot show yet, since it lacks what comes before. */
  keep(update: Uint8Array): void
  /**
   * Gives up what this tab knows of the copy, and keeps an update (null: nothing) in its place: both at once or
   * neither. `changes` and `client` as in `noteUnsent`. Other open tabs keep theirs. What is written into the text
   * afterwards is not kept, which `keeps` tells. False when it was not done; then all is as it was.
   */
  replaceWith(update: Uint8Array | null, changes: number, client: number): Promise<boolean>
  /** Throws the copy away, other tabs' too: for who may not read it any more. */
  discard(): Promise<void>
  close(): void
}

export interface CopyOptions {
  userId: string
  roomId: string
  doc: Y.Doc
  /** Given by tests. */
  openStore?: (name: string, openMs: number) => Promise<UpdateStore>
  storage?: Storage
  session?: Session
}

type Session = Pick<globalThis.Storage, 'getItem' | 'setItem'>

/** Opens the copy of a room that belongs to a person, and loads it into `doc` before it resolves. */
export async function openLocalCopy(options: CopyOptions): Promise<LocalCopy> {
  const { userId, roomId, doc, openStore = openUpdateStore } = options
  const name = `countersign:${userId}:${roomId}`
  const tab = crypto.randomUUID?.() ?? String(Math.random())
  const counts = unsentCounts(
    name,
    tab,
    options.storage ?? ownStorage(),
    formerIn(options.session, name, tab),
  )
  const keeps = observable(false)
  const noteKept = () => noteKeeps(keeps, isClosed || keeps.get())
  keeps.subscribe(noteKept)
  const others = observable(
    nothingUnsent,
    (one, other) => one.changes === other.changes && one.kept === other.kept,
  )
  const kept = observable(0)
  // what a store that never opens may hold is told by `keeps` and `isRead`; nobody is to wait for it
  const look = () => {
    others.set(counts.others(store !== null))
    kept.set(counts.kept)
  }
  const adopted = new Set<(changes: number, authored: readonly Authored[], from: UnsentFrom) => void>()
  let store: UpdateStore | null = null
  /** The last time that the copy was to be read, it was: its words are in the text. */
  let isRead = false
  let [last, size, isClosed, isLeft] = [0, 0, false, false]
  /** Since this tab asked to have the copy replaced: true, and whether anything was not kept for that. */
  let [isReplaced, hasSkipped] = [false, false]
  /** True once that was done. */
  let isHandedOver = false
  /** How often the whole is on its way into the store just now, and how often the store failed so far. */
  let [keepingAll, failures] = [0, 0]
  /** Keys of what this tab added since `last`, and what it is adding. */
  let own: number[] = []
  const adding = new Set<Promise<unknown>>()

  async function load(): Promise<void> {
    isRead = false
    const { updates, last: newest } = await store!.load(last)
    last = newest
    own = own.filter((key) => key > last)
    size += updates.length
    if (updates.length > 0)
      Y.transact(doc, () => updates.forEach((update) => apply(doc, update)), fromCopy, false)
    isRead = true
  }
  /** True when the store holds all that stands in the text. */
  const holdsAll = () => keeps.get() && !isReplaced && adding.size === 0
  const tellKept = () => {
    // what a page left is the next one's, and noted by it
    if (isClosed || isLeft) return
    if (holdsAll()) counts.noteAllKept()
    kept.set(counts.kept)
  }
  /** Reads the copy, and takes over what tabs that are gone left, which is counted as others' until its words are here. */
  async function takeOver(): Promise<LocalCopy['unsent']> {
    const left = counts.left()
    await load()
    // a page that is gone by now left everything to the next
    const { changes, clients, from } = counts.adopt(isClosed || isLeft ? [] : left)
    look()
    const authored = clients.map((client) => ({ client, to: Y.getState(doc.store, client) }))
    return { changes, authored, from }
  }
  let retry: ReturnType<typeof setTimeout> | undefined
  function failed(): void {
    failures++
    // a browser closes a store under what is still on its way into it
    if (isClosed) return
    keeps.set(false)
    // also where it never kept anything
    noteKept()
    if (retry) return
    retry = setTimeout(() => {
      retry = undefined
      void keepAll()
    }, againMs)
  }
  const tellAdopted = ({ changes, authored, from }: LocalCopy['unsent']) => {
    for (const listener of adopted) listener(changes, authored, from)
  }
  const skip = () => void (hasSkipped = true)
  async function noteKey(added: Promise<number | null>): Promise<void> {
    const noting = added.then((key) => void own.push(key!))
    adding.add(noting)
    await noting.finally(() => adding.delete(noting))
    tellKept()
  }
  /**
   * After a failure the whole is kept again, as when another tab gave up what it knew of the copy: an update on top of
   * a missing one could never be read.
   */
  async function keepAll(): Promise<void> {
    if (isClosed) return
    if (isReplaced) return skip()
    // what comes meanwhile is added behind it
    keepingAll++
    try {
      store ??= await openStore(name, openTimeoutMs)
      const before = failures
      await noteKey(store.add(Y.encodeStateAsUpdate(doc)))
      if (failures > before) return
      keeps.set(true)
      tellKept()
      const hadRead = isRead
      const left = await takeOver()
      // words that could not be read before are in no answer that the server had
      if (!hadRead || left.changes > 0) tellAdopted(left)
    } catch {
      failed()
    } finally {
      keepingAll--
    }
  }
  const keep = async (update: Uint8Array, source: unknown) => {
    if (source === fromCopy) return
    if (isReplaced) {
      skip()
      if (isHandedOver) keeps.set(false)
      return
    }
    if (!store || !(keeps.get() || keepingAll > 0)) return
    try {
      await noteKey(store.add(update))
      if (++size < mostUpdates) return
      size = 0
      await load()
      if (isReplaced) return
      await noteKey(store.replace({ upTo: last, keys: [] }, Y.encodeStateAsUpdate(doc)))
      size = 1
    } catch {
      failed()
    }
  }

  let unsent: LocalCopy['unsent'] = { changes: 0, authored: [], from: new Map() }
  try {
    store = await openStore(name, openTimeoutMs)
    unsent = await takeOver()
    keeps.set(true)
  } catch {
    failed()
  }
  look()
  doc.on('update', (update: Uint8Array, source: unknown) => void keep(update, source))

  // what comes into the text after the copy was replaced is not in it
  const endCount = () => counts.close(keeps.get())
  const adopt = async () => {
    // a page that was left still hears of storage: a sign of life from it would take back what it left to others
    if (isClosed || isLeft) return
    look()
    if (!store || counts.left().length === 0) return
    try {
      const left = await takeOver()
      if (left.changes > 0) tellAdopted(left)
    } catch {
      failed()
    }
  }
  const timer = setInterval(() => {
    // not for what another tab notes: two tabs would answer each other without end
    if (!isClosed && !isLeft) counts.renew()
    void adopt()
  }, signOfLifeMs)
  const page = globalThis.window as Window | undefined
  const onStorage = ({ key }: StorageEvent) => {
    if (key === null || key.startsWith(name)) void adopt()
    if (key === replacedKey(name)) void keepAll()
  }
  const onHide = () => {
    isLeft = true
    endCount()
  }
  const onShow = () => {
    isLeft = false
    counts.renew()
    tellKept()
  }
  page?.addEventListener('storage', onStorage)
  page?.addEventListener('pagehide', onHide)
  page?.addEventListener('pageshow', onShow)

  return {
    keeps,
    kept,
    unsent,
    others,
    get unkept() {
      return counts.unkept
    },
    get knowsUnsent() {
      return counts.works
    },
    get isRead() {
      return isRead
    },
    noteUnsent(changes, client, from) {
      counts.note(changes, holdsAll(), client, from)
      if (isLeft) endCount()
      look()
    },
    onAdopted: (listener) => void adopted.add(listener),
    keep: (update) => void keep(update, null),
    async replaceWith(update, changes, client) {
      ;[isReplaced, hasSkipped] = [true, false]
      await Promise.allSettled(adding)
      try {
        // a store that never opened holds nothing of this tab's that could be given up
        if (store || update) await store!.replace({ upTo: last, keys: own }, update)
      } catch {
        isReplaced = false
        // also where nothing was skipped: the browser may have been at the end of doing it, and all is as it was
        void keepAll()
        return false
      }
      isHandedOver = true
      if (hasSkipped) keeps.set(false)
      counts.handOver(changes, client)
      kept.set(counts.kept)
      counts.tellReplaced()
      return true
    },
    async discard() {
      counts.note(0, true)
      try {
        await store?.clear()
      } catch {
        // what cannot be reached is not read again either
      }
    },
    close() {
      isClosed = true
      noteKept()
      clearInterval(timer)
      clearTimeout(retry)
      page?.removeEventListener('storage', onStorage)
      page?.removeEventListener('pagehide', onHide)
      page?.removeEventListener('pageshow', onShow)
      endCount()
      store?.close()
    },
  }
}

/** A torn or foreign entry costs itself, not the copy. */
function apply(doc: Y.Doc, update: Uint8Array): void {
  try {
    Y.applyUpdate(doc, update, fromCopy)
  } catch {
    // the server has the rest
  }
}

/** The page that held this copy in this tab before, as a reload leaves it; null where that is not known. */
function formerIn(given: Session | undefined, name: string, tab: string): string | null {
  try {
    const session = given ?? globalThis.sessionStorage
    const former = session.getItem(`${name}:tab`)
    session.setItem(`${name}:tab`, tab)
    return former
  } catch {
    return null
  }
}

function ownStorage(): Storage | undefined {
  try {
    return globalThis.localStorage
  } catch {
    return undefined
  }
}
