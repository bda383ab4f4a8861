import * as buffer from 'lib0/buffer'
import * as decoding from 'lib0/decoding'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import type { Awareness } from 'y-protocols/awareness'
import { roomEvent, type RoomEvent } from '../../../shared/wire/events.ts'
import type { ErrorCode } from '../../../shared/errors.ts'
import { bringsVersion } from '../../../shared/document/server-client.ts'
import { schemaVersion } from '../../../shared/document/schema-version.ts'
import {
  longestVectorInAddress,
  messageType,
  protocolVersion,
  upgradeQuery,
} from '../../../shared/wire/protocol.ts'
import { afterPress } from '../after-press.ts'
import { askForText } from './first-text.ts'
import { nothingUnsent } from '../unsent/unsent-counts.ts'
import { UnsentStore } from '../unsent/unsent-store.ts'
import { nextWait, waitLonger, watchLink } from './link-watch.ts'
import { fromCopy, openLocalCopy } from '../unsent/local-copy.ts'
import { LostWords } from '../recovered/lost-words.ts'
import { recoveredWords } from '../recovered/recovered-words.ts'
import { handOver, planFor, type Plan, type Seed } from '../unsent/unsent-changes.ts'
import { wordsBeyond, wordsSince } from '../unsent/unsent-words.ts'
import { observable, type Observable, type Observed } from '../observable.ts'
import { peopleIn, samePeople, type PersonHere } from './presence-list.ts'
import type { RoomAddress } from './room-address.ts'
import { askWhatEnded, askWhyRefused } from './upgrade-refusal.ts'
import {
  codeOfClose,
  endsAccess,
  isUsedUp,
  isWorthRetrying,
  refusalOfClose,
  type Refused,
} from './refusal.ts'
import { sameSaveState, saveStateOf, type Link, type SaveState } from './save-state.ts'

/** So long a socket that nobody needs any more may take to open (ms): the next page's waits behind it. */
const openingMs = 1_000

export interface RoomOptions {
  room: RoomAddress
  userId: string
  /** Where the server is, when it is not this page's (tests). */
  origin?: string
  WebSocket?: typeof WebSocket
  /** What another room of this address, whose place this one takes, had yet to send. */
  seed?: Seed
}

/** A refusal that is over when the person signs in again, perhaps in another tab. */
const othersSession = new Set<ErrorCode>(['session_required', 'account_changed'])

/** A room as this browser holds it: the shared text, who is here, and what may be believed about saving. */
export interface Room {
  readonly id: string
  readonly doc: Y.Doc
  readonly awareness: Awareness
  readonly state: Observed<SaveState>
  readonly people: Observed<readonly PersonHere[]>
  /** True once there is a text to show: the server's, or this device's copy of it. Never an empty page by mistake. */
  readonly ready: Observed<boolean>
  /** Changes, also other open tabs', that the server has not said to have, whatever the state shows of them. */
  unsent(): number
  /** Changes of this tab that neither the server nor this device's copy is known to have. */
  unkept(): number
  /** What this person wrote here since all of it was saved: at least the words that are not saved now. */
  unsavedWords(): string
  /** False while unsaved changes would be lost with this tab. */
  readonly keepsLocally: Observed<boolean>
  /** True when another room has to take this one's place: the server did not take its changes as they were. */
  readonly isGivenUp: Observed<boolean>
  /** True once a former version was brought back while the link was away; whoever tells the person sets it false. */
  readonly restoredMeanwhile: Observable<boolean>
  /** So many pictures that were put into the text here are not in it yet: only this page holds them. */
  readonly pictures: Observable<number>
  onEvent(listener: (event: RoomEvent) => void): () => void
  /** This person's access changed: the room reads it anew by itself, the page must too. */
  onAccessChanged(listener: () => void): () => void
  /** Connects again after a refusal, when the person asks for it. */
  retry(): void
  /**
   * What the room that takes this one's place begins with, once this device keeps it. Nothing may be written into the
   * text any more. Null when it cannot be kept: then this room stays, and the person decides.
   */
  handOver(): Promise<Seed | null>
  /**
   * Throws this device's copy away, unsaved changes and all; other open tabs keep theirs. False when the browser could
   * not: then it is as it was, and comes back with the next page.
   */
  discardLocal(): Promise<boolean>
  close(): void
}

/**
 * Opens a room: first this device's copy, and where there is none the text as HTTP gives it, packed and as early as
 * the page could ask for it; then the server. Resolves when the copy is loaded.
 */
export async function openRoom(options: RoomOptions): Promise<Room> {
  const { room, userId, origin = location.origin, seed } = options
  const { id: roomId, hasText } = room
  const address = `${origin}/api/${room.path}`
  const doc = new Y.Doc()
  const asking = new AbortController()
  const arriving = hasText ? askForText(address, asking.signal) : null
  const copy = hasText ? await openLocalCopy({ userId, roomId, doc }) : null
  const hasCopy = Y.encodeStateVector(doc).length > 1
  if (hasCopy) asking.abort()

  let link: Link = { kind: 'connecting' }
  /** True while what is shown was not compared with the server's text: a copy, or what stood when the link was lost. */
  let mayBeOld = hasCopy
  const state = observable<SaveState>(saveStateOf(link, nothingUnsent, false, mayBeOld), sameSaveState)
  const ready = observable(hasCopy || !hasText)
  const restoredMeanwhile = observable(false)
  const events = new Set<(event: RoomEvent) => void>()
  const accessListeners = new Set<() => void>()
  let lastRefusal: Refused | undefined

  let apart = seed?.apart ?? null
  const isGivenUp = observable(false)
  let plan: Plan | null = null
  const unsent = new UnsentStore({
    doc,
    copy,
    seed,
    onChange: () => say(),
    // what came with them may be out already; the next answer to the server holds all of it
    onAdopted: () => provider.wsconnected && reconnect(),
  })
  const { acks } = unsent
  const isSettled = () => !hasText || unsent.isSettled
  const say = () => state.set(saveStateOf(link, unsent, isSettled(), mayBeOld))
  const linkIs = (next: Link) => {
    link = next
    say()
  }

  // before the provider's own listener, so that a change is counted before its frame leaves
  doc.on('update', (_update: Uint8Array, source: unknown, _doc: Y.Doc, transaction: Y.Transaction) => {
    if (mayBeOld && !transaction.local && bringsVersion(transaction)) restoredMeanwhile.set(true)
    if (source === provider || !transaction.local) return
    unsent.changed(transaction.beforeState)
  })

  const Plain = options.WebSocket ?? WebSocket
  class CountedSocket extends Plain {
    constructor(url: string | URL, protocols?: string | string[]) {
      const vector = Y.encodeStateVector(doc)
      const asks = vector.length <= longestVectorInAddress
      super(asks ? `${url}&${upgradeQuery.vector}=${buffer.toBase64UrlEncoded(vector)}` : url, protocols)
      acks.connectionBegins(asks ? vector : null)
    }
    override send(data: Parameters<WebSocket['send']>[0]) {
      // the provider answers on a socket that the server closes at that moment; the browser complains of it
      if (this.readyState === this.OPEN && acks.mayLeave(data as Uint8Array)) super.send(data)
    }
    override close(code?: number, reason?: string) {
      const end = () => super.close(code, reason)
      if (!closed || this.readyState !== this.CONNECTING) return end()
      // the browser complains of one that is closed before it is open: who leaves a page at once did nothing wrong
      this.addEventListener('open', end, { once: true })
      setTimeout(end, openingMs)
    }
  }
  const provider: WebsocketProvider = new WebsocketProvider(
    `${origin.replace(/^http/, 'ws')}/api/rooms`,
    roomId,
    doc,
    {
      connect: false,
      // two tabs agree through the server only: a change that another tab has is not thereby saved
      disableBc: true,
      params: {
        [upgradeQuery.protocol]: String(protocolVersion),
        [upgradeQuery.schema]: String(schemaVersion),
        [upgradeQuery.user]: userId,
      },
      WebSocketPolyfill: CountedSocket,
      shouldReconnect: (event) => isWorthRetrying(codeOfClose(event)),
    },
  )
  if (seed?.update) {
    unsent.keepSeed(seed)
    Y.applyUpdate(doc, seed.update, fromCopy)
  }

  const { awareness } = provider
  const people = observable<readonly PersonHere[]>([], samePeople)
  awareness.on('change', () => people.set(peopleIn(awareness)))

  const lost = new LostWords(doc, (words) => void shelf().keepRemoved(words))
  const takeSync = provider.messageHandlers[messageType.sync]!
  provider.messageHandlers[messageType.sync] = (...given) => lost.reading(given[1], () => takeSync(...given))

  provider.messageHandlers[messageType.saved] = (_reply, decoder) => acks.saved(decoding.readVarUint(decoder))
  provider.messageHandlers[messageType.event] = (_reply, decoder) => {
    const told = roomEvent.safeParse(JSON.parse(decoding.readVarString(decoder)))
    // a newer server may tell more than this page knows: what it shows is read anew then
    const known: RoomEvent[] = told.success
      ? [told.data]
      : [{ type: 'review.changed' }, { type: 'project.changed' }]
    afterPress(() => {
      for (const event of known) for (const listener of events) listener(event)
    })
  }

  provider.messageHandlers[messageType.ping] = () => {}

  let wasOpen = false
  provider.on('status', ({ status }) => {
    if (status === 'connected') {
      wasOpen = true
      linkIs({ kind: 'open', synced: !hasText })
    }
  })
  provider.on('sync', (synced: boolean) => {
    if (!synced) return
    lastRefusal = undefined
    mayBeOld = false
    ready.set(true)
    narrowApart()
    // it asks who may write before it sends the text: what is unsent here can never be sent
    if (hasText && acks.changes > 0 && !acks.hasAnswered) return onlyReads()
    linkIs({ kind: 'open', synced: true })
  })
  provider.on('connection-close', (event) => {
    provider.maxBackoffTime = nextWait(provider.wsUnsuccessfulReconnects + 1)
    const refused = event ? refusalOfClose(event) : undefined
    const code = refused?.code
    if (isUsedUp(code)) waitLonger(provider)
    if (code === 'access_changed') for (const listener of accessListeners) listener()
    else if (refused) lastRefusal = refused
    mayBeOld = hasText && ready.get()
    linkIs({ kind: 'lost', ...(code === 'access_changed' ? undefined : (refused ?? lastRefusal)) })
    // a browser hides why an upgrade was refused, so HTTP is asked, which gives the same answer
    if (event && !wasOpen) void findOutWhy()
    wasOpen = false
  })
  provider.on('closed', ({ code, reason }) => {
    const refused = refusalOfClose({ code, reason }) ?? { code: 'internal' }
    if (refused.code === 'access_ended') void findOutWhatEnded()
    else refuse(refused)
  })

  const findOutWhatEnded = async () => {
    const refused = await askWhatEnded(origin, address, userId)
    if (closed) return
    if (!refused || isWorthRetrying(refused.code)) provider.connect()
    else refuse(refused)
  }
  // the session that this browser is given instead may have come after the question
  const lookedAt = () => {
    if (link.kind === 'refused' && othersSession.has(link.code)) void findOutWhatEnded()
  }
  const page = globalThis.window as Window | undefined
  page?.addEventListener('focus', lookedAt)
  page?.document.addEventListener('visibilitychange', lookedAt)

  const findOutWhy = async () => {
    const refused = await askWhyRefused(address, userId)
    if (!refused || isWorthRetrying(refused.code) || provider.wsconnected || closed) return
    provider.shouldConnect = false
    refuse(refused)
  }

  function onlyReads() {
    provider.shouldConnect = false
    provider.disconnect()
    refuse({ code: 'read_only' })
  }

  let newIds = 0
  function refuse(refused: Refused) {
    const { code } = refused
    if (code === 'client_id_taken' && acks.changes === 0 && newIds++ < 3) return takeNewClientId()
    // who may no longer read keeps no copy, except for words of their own that nobody else has
    if (endsAccess(code) && unsent.isAllKnown && unsent.changes === 0) void copy?.discard()
    linkIs({ kind: 'refused', ...refused })
    if (hasText) void replace(refused)
  }
  async function replace(refused: Refused) {
    const { code } = refused
    if (code === 'client_id_taken' && unsent.authored.length === 0 && !unsent.isUnderUnknownId) return
    plan = await planFor(refused, unsent.attempts, address)
    if (plan && !closed) isGivenUp.set(true)
  }
  async function giveUp(): Promise<Seed | null> {
    if (!plan) return null
    const { changes } = acks
    if (unsent.isUnderUnknownId) unsent.giveUpId(doc.clientID, Y.getState(doc.store, doc.clientID))
    const { authored, attempts } = unsent
    const next = await handOver({ doc, plan, changes, authored, attempts, copy, shelf: shelf() })
    if (next) return next
    plan = null
    isGivenUp.set(false)
    return null
  }
  const shelf = () => recoveredWords(userId, roomId)
  /** What was under way when its words were put on the shelf has come to the server since: it is not on the shelf too. */
  function narrowApart() {
    if (apart) void shelf().change(apart.id, wordsBeyond(apart.doc, doc))
    apart = null
  }
  function takeNewClientId() {
    doc.clientID = new Y.Doc().clientID
    followClientId()
    provider.connect()
  }
  /** Presence goes by the document's client id; what it showed under the old one goes with that. */
  function followClientId() {
    const mine = awareness.getLocalState()
    awareness.setLocalState(null)
    awareness.clientID = doc.clientID
    awareness.setLocalState(mine)
  }
  // Yjs takes another id by itself when it hears of its own from somebody else; a socket shows one id only
  doc.on('afterTransactionCleanup', ({ beforeState }: Y.Transaction) => {
    const former = awareness.clientID
    if (former === doc.clientID) return
    followClientId()
    // what was written under that id here can no more be told from theirs
    if (unsent.isUnderUnknownId) {
      unsent.giveUpId(former, beforeState.get(former) ?? 0)
      provider.shouldConnect = false
      provider.disconnect()
      return refuse({ code: 'client_id_taken' })
    }
    setTimeout(() => {
      if (!closed && provider.wsconnected) reconnect()
    })
  })
  function reconnect() {
    provider.disconnect()
    provider.connect()
  }

  let closed = false
  const stopWatching = watchLink(provider)
  const begin = async () => {
    const text = hasCopy ? null : await arriving
    if (closed) return
    if (text) {
      Y.applyUpdate(doc, text)
      ready.set(true)
    }
    provider.connect()
  }
  void begin()

  return {
    id: roomId,
    doc,
    awareness,
    state,
    people,
    ready,
    unsent: () => unsent.changes,
    unkept: () => unsent.unkept,
    unsavedWords: () => wordsSince(doc, unsent.begins),
    keepsLocally: copy?.keeps ?? observable(true),
    isGivenUp,
    restoredMeanwhile,
    pictures: observable(0),
    handOver: giveUp,
    onEvent: (listener) => {
      events.add(listener)
      return () => events.delete(listener)
    },
    onAccessChanged: (listener) => {
      accessListeners.add(listener)
      return () => accessListeners.delete(listener)
    },
    retry() {
      linkIs({ kind: 'connecting' })
      provider.connect()
    },
    discardLocal: async () => (await copy?.replaceWith(null, 0, 0)) ?? true,
    close() {
      closed = true
      asking.abort()
      stopWatching()
      page?.removeEventListener('focus', lookedAt)
      page?.document.removeEventListener('visibilitychange', lookedAt)
      provider.destroy()
      awareness.destroy()
      copy?.close()
      doc.destroy()
    },
  }
}
