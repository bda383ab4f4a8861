import { Registry } from 'prom-client'
import * as Y from 'yjs'
import { AnswersUnderWay } from '../../../server/rooms/budgets/answers-under-way.ts'
import { ReadThrottles } from '../../../server/rooms/budgets/read-throttle.ts'
import { ReadingBudget } from '../../../server/rooms/budgets/reading-budget.ts'
import { GroupCommit } from '../../../server/rooms/commit/group-commit.ts'
import { Connection } from '../../../server/rooms/connection/connection.ts'
import { ConnectionRegistry } from '../../../server/rooms/connection/connection-registry.ts'
import { UnfinishedMessages } from '../../../server/rooms/connection/unfinished-messages.ts'
import { roomMetrics } from '../../../server/rooms/metrics.ts'
import { CommitUnknown, type LogEntry } from '../../../server/rooms/ports.ts'
import { Room } from '../../../server/rooms/room.ts'
import { RoomText } from '../../../server/rooms/text/room-text.ts'
import { documentPresence } from '../../../shared/document/cursor.ts'
import { Refusal } from '../../../shared/errors.ts'
import { defaultLimits, type Limits } from '../../../shared/limits.ts'
import { syncStep } from '../../../shared/wire/protocol.ts'
import type { SeededRandom } from '../seeded-random.ts'
import { DrivenSocket } from './driven-socket.ts'
import { memoryLog } from './memory-log.ts'

/** Who only types, and whose letters are taken soon whatever the others send. */
export const typist = 'typist'

/** What one counted frame said, by the clock of the client that it was written with. */
export interface Sent {
  from: Sender
  /** Which of its socket's frames it is, from 1. */
  index: number
  client: number
  first: number
  end: number
  /** Turns begun when it was sent; null where it has no claim to be taken soon. */
  since: number | null
}

/** Lets everything that waits for nothing but its turn go on, once. */
export const immediate = (): Promise<void> => new Promise((done) => void setImmediate(done))

/**
 * One document's room on a log in memory, which a test drives: no network, no database, and each wait of a length
 * that the seed tells. It keeps book of what is durable, and of each promise that is broken.
 */
export class DrivenRoom {
  readonly broken: string[] = []
  readonly senders: Sender[] = []
  /** Up to which clock the log has each client. */
  readonly durable = new Map<number, number>()
  readonly sentBy = new Map<number, Sent[]>()
  /** What became of the next commit: it fails, or its answer is lost. */
  nextCommit: 'done' | 'failed' | 'lost' | 'lost, done' = 'done'
  failures = 0
  turns = 0
  /** So often others had their turn between two steps of what takes long. */
  pauses = 0
  longestDecision = 0
  longestWait = 0
  letters = 0
  room: Room
  readonly random: SeededRandom
  private readonly limits: Limits
  private readonly log
  private readonly deps
  private readonly throttles
  private readonly unfinished

  constructor(random: SeededRandom, limits: Partial<Limits>) {
    this.random = random
    this.limits = { ...defaultLimits, ...limits }
    const { log } = memoryLog({ room: [] })
    const reading = new ReadingBudget(this.limits)
    this.log = { ...log, append: (entries: LogEntry[]) => this.append(entries, log.append) }
    const metrics = roomMetrics(new Registry(), { rooms: () => 1, people: () => 0 })
    this.throttles = new ReadThrottles(this.limits, () => {})
    this.unfinished = new UnfinishedMessages(this.limits)
    this.deps = {
      log: this.log,
      reading,
      answers: new AnswersUnderWay(this.limits),
      commits: new GroupCommit(this.log, metrics),
      connections: new ConnectionRegistry(),
      limits: this.limits,
      metrics,
      repairInConverter: undefined,
      onRefused() {},
      onUnexpected: (failure: unknown) => {
        if (this.failures === 0) this.broken.push(`unexpected: ${String(failure)}`)
      },
      onFolding() {},
      onBusy() {},
      onEmpty: (room: Room) => {
        room.compact()
        if (room === this.room) this.room = this.newRoom()
      },
    }
    this.room = this.newRoom()
  }

  private newRoom(): Room {
    return new Room('room', new RoomText('room', this.log, this.limits), this.deps)
  }

  enter(userId: string): Sender {
    const sender = new Sender(this, userId, this.throttles.of(userId), this.unfinished)
    this.senders.push(sender)
    return sender
  }

  /** Nobody waits for anything, and nothing is under way. */
  get isQuiet(): boolean {
    return !this.room.isBusy && this.senders.every((one) => one.isSettled)
  }

  /** As the rooms decide anew who may be here (rule 8). */
  async recheck({ connection, room }: Pick<Sender, 'connection' | 'room'>, stays: boolean): Promise<void> {
    const of = this.senders.find((one) => one.connection === connection)!
    of.wasSuspended = true
    const before = this.pauses
    room.suspend(connection)
    await room.settledFor(connection)
    this.longestDecision = Math.max(this.longestDecision, this.pauses - before)
    of.undecided++
    for (let left = this.random.below(60); left > 0; left--) await immediate()
    of.undecided--
    if (!stays) {
      of.hasLost = true
      connection.refuse(new Refusal('access_ended'))
    }
    room.resume(connection)
  }

  /** A letter was saved after so many turns. */
  noteWait(turns: number): void {
    this.letters++
    this.longestWait = Math.max(this.longestWait, turns)
  }

  /** All that these bytes say is in the log. */
  checkDurable(what: string, bytes: Uint8Array): void {
    for (const [client, end] of Y.parseUpdateMeta(bytes).to) {
      if (this.sentBy.has(client) && end > (this.durable.get(client) ?? 0))
        this.broken.push(`${what} holds what is not committed`)
    }
  }

  async logged(): Promise<Y.Doc> {
    const doc = new Y.Doc()
    for (const { update } of await this.log.since('room', 0)) Y.applyUpdate(doc, update)
    return doc
  }

  private async append(entries: LogEntry[], keep: (entries: LogEntry[]) => Promise<void>): Promise<void> {
    const outcome = this.nextCommit
    this.nextCommit = 'done'
    for (const one of this.changesIn(entries)) {
      const { from } = one
      if (from.undecided > 0 || from.hasLost) this.broken.push(`${nameOf(one)} was taken after a suspension`)
    }
    for (let left = this.random.below(5); left > 0; left--) await immediate()
    if (outcome !== 'done') this.failures++
    if (outcome === 'failed') throw new Refusal('storage_failed')
    if (outcome === 'lost') throw new CommitUnknown(new Error('the answer never came'))
    await keep(entries)
    for (const one of this.changesIn(entries)) {
      const { from, index } = one
      if (index < from.lastLogged && !from.hasHeldBack) this.broken.push(`${nameOf(one)} came too late`)
      from.lastLogged = index
    }
    for (const { update } of entries) {
      for (const [client, end] of Y.parseUpdateMeta(update).to)
        this.durable.set(client, Math.max(end, this.durable.get(client) ?? 0))
    }
    if (outcome === 'lost, done') throw new CommitUnknown(new Error('the answer never came'))
  }

  /** Which of the sent changes these entries hold, in their order. */
  private changesIn(entries: readonly LogEntry[]): Sent[] {
    return entries.flatMap(({ update }) => {
      const { from, to } = Y.parseUpdateMeta(update)
      return [...to].flatMap(([client, end]) =>
        (this.sentBy.get(client) ?? []).filter((one) => one.first >= from.get(client)! && one.end <= end),
      )
    })
  }
}

export const nameOf = ({ from, index }: Pick<Sent, 'from' | 'index'>): string =>
  `${from.name}'s change ${index}`

/** A piece of text behind one that the same client wrote just before: nothing of it has to be looked for. */
function isTyping(update: Uint8Array): boolean {
  const { structs, ds } = Y.decodeUpdate(update)
  const [only] = structs
  if (structs.length !== 1 || ds.clients.size > 0 || !(only instanceof Y.Item) || !only.origin) return false
  const { client, clock } = only.origin
  return only.content instanceof Y.ContentString && client === only.id.client && clock === only.id.clock - 1
}

/** One person's socket in the room, with the document behind it. */
export class Sender {
  readonly doc = new Y.Doc()
  readonly connection: Connection
  readonly room: Room
  readonly sent: Sent[] = []
  /** Updates that are written and not sent yet. */
  readonly keptBack: { update: Uint8Array; client: number; first: number; end: number }[] = []
  readonly clients: readonly number[]
  readonly userId: string
  readonly name: string
  private readonly socket: DrivenSocket
  private readonly driven: DrivenRoom
  saved = 0
  /** The first answer came: from then on the document is the room's. */
  isSynced = false
  /** Rechecks of it that are not decided. */
  undecided = 0
  hasLost = false
  wasSuspended = false
  /** It sent something before what that builds on. */
  hasHeldBack = false
  /** It sent what no editor writes. */
  isDoomed = false
  lastLogged = 0
  closedBy: string | null = null

  constructor(
    driven: DrivenRoom,
    userId: string,
    throttle: ConstructorParameters<typeof Connection>[3],
    unfinished: ConstructorParameters<typeof Connection>[4],
  ) {
    this.driven = driven
    this.userId = userId
    this.room = driven.room
    const number = driven.senders.length
    this.name = `${userId} (${number})`
    this.clients = [1_000 + 2 * number, 1_001 + 2 * number]
    this.socket = new DrivenSocket({
      saved: (count) => this.hearSaved(count),
      sync: (step, bytes) => this.hearSync(step, bytes),
      closed: (reason) => (this.closedBy = reason),
    })
    const admitted = {
      roomId: 'room',
      projectId: 'project',
      hasText: true,
      presence: documentPresence,
      canWrite: true,
      user: { id: userId, name: userId, side: 'design' as const },
      sessionId: userId,
      network: userId,
    }
    const named = { roomId: 'room', namesSchema: true, isOurs: true, isOutdated: false, userId, vector: null }
    this.connection = new Connection(this.socket.ends, admitted, named, throttle, unfinished, this.room)
    this.room.join(this.connection)
    this.connection.ask(Uint8Array.of(0))
  }

  get isOpen(): boolean {
    return this.socket.isOpen && this.closedBy === null
  }

  get mayWrite(): boolean {
    return this.isOpen && this.isSynced && !this.isDoomed && !this.socket.ws.isPaused
  }

  get isSettled(): boolean {
    return !this.isOpen || (this.isSynced && this.saved === this.sent.length)
  }

  /** What others may build on was not sent. */
  get isOwing(): boolean {
    return this.keptBack.length > 0
  }

  /** Writes with one of its clients, and sends it, or keeps it back for later. */
  write(change: (doc: Y.Doc) => void, isKeptBack = false): void {
    const { doc } = this
    doc.clientID = this.driven.random.pick(this.clients)
    const client = doc.clientID
    const first = Y.getState(doc.store, client)
    const made: Uint8Array[] = []
    const hear = (update: Uint8Array) => void made.push(update)
    doc.on('update', hear)
    doc.transact(() => change(doc))
    doc.off('update', hear)
    if (made.length === 0) return
    const written = { update: made[0]!, client, first, end: Y.getState(doc.store, client) }
    if (isKeptBack) {
      this.hasHeldBack = true
      this.keptBack.push(written)
    } else this.send(written)
  }

  /** Sends what was kept back, the last first. */
  sendKeptBack(): void {
    for (const one of this.keptBack.splice(0).toReversed()) this.send(one)
  }

  sendBytes(update: Uint8Array): void {
    this.isDoomed = true
    this.sent.push({
      from: this,
      index: this.sent.length + 1,
      client: 0,
      first: 0,
      end: Infinity,
      since: null,
    })
    this.socket.sendUpdate(update)
  }

  leave(): void {
    this.socket.end()
  }

  private send({ update, client, first, end }: Sender['keptBack'][number]): void {
    const { driven } = this
    const isLetter = this.userId === typist && isTyping(update)
    // what stands behind a server's edit waits for what stands before that
    const mayClaim = isLetter && this.room.editors.length === 0 && !this.room.isSuspended(this.connection)
    const index = this.sent.length + 1
    const one: Sent = {
      from: this,
      index,
      client,
      first,
      end,
      since: mayClaim ? driven.turns : null,
    }
    if (mayClaim) this.wasSuspended = false
    this.sent.push(one)
    driven.sentBy.set(client, [...(driven.sentBy.get(client) ?? []), one])
    this.socket.sendUpdate(update)
  }

  private hearSaved(count: number): void {
    const { driven } = this
    for (const one of this.sent.slice(this.saved, count)) {
      if ((driven.durable.get(one.client) ?? 0) < one.end)
        driven.broken.push(`${nameOf(one)} is called saved and is not in the log`)
      if (one.since !== null && !this.wasSuspended) driven.noteWait(driven.turns - one.since)
    }
    if (count <= this.saved || count > this.sent.length)
      driven.broken.push(`${this.name} hears saved ${count}`)
    this.saved = count
  }

  private hearSync(step: number, bytes: Uint8Array): void {
    const { driven } = this
    if (step === syncStep.step1) {
      if (this.isSynced && !this.hasHeldBack && !this.isDoomed)
        driven.broken.push(`${this.name} is asked for what it sent`)
      return
    }
    if (this.undecided > 0) driven.broken.push(`${this.name} hears others while suspended`)
    driven.checkDurable(`what ${this.name} hears`, bytes)
    Y.applyUpdate(this.doc, bytes)
    if (step === syncStep.step2) this.isSynced = true
  }
}
