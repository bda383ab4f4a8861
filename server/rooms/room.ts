import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import { SyncReplies } from './connection/sync-replies.ts'
import { ChangeQueue } from './commit/change-queue.ts'
import type { Connection, Incoming } from './connection/connection.ts'
import type { Host } from './connection/host.ts'
import { awarenessFrame, stepOneFrame, stillAndProbeFrames, stillFrame } from './connection/frames.ts'
import { BroadcastBuffer, type EncodedEvent } from './connection/broadcast-buffer.ts'
import { TickScheduler } from './connection/tick-scheduler.ts'
import { Presence } from './connection/presence.ts'
import { silentMs } from './connection/connection-registry.ts'
import type { AnswersUnderWay } from './budgets/answers-under-way.ts'
import type { ReadingBudget } from './budgets/reading-budget.ts'
import { ReadyQueue } from './connection/ready-queue.ts'
import type { RoomText } from './text/room-text.ts'
import type { RoomDeps } from './room-deps.ts'
import type { Edit } from './commit/turn.ts'
import { Turns } from './commit/turns.ts'
import { TextOpening } from './text/text-opening.ts'

/** Presence does not wait longer than this for a commit that is in flight, in milliseconds. */
const commitTimeoutMs = 20

/** After this long without an update the Yjs document is let go, in milliseconds; that of a long text later. */
const quietMs = 10_000

/** Stock clients leave a server that says nothing for 30 s, and forget a person who is not heard of for 30 s. */
const beatMs = 10_000
/** Who was silent for so long is asked by the same write whether it lives: before the next it would be by one of its own. */
const askedAfterMs = silentMs - beatMs
/** So long after it was folded while people write, or failed to be, a log is not folded so again, in milliseconds. */
const foldAgainMs = 60_000

/** One room: who is in it, what they send and ask, and when they are told what is new. */
export class Room implements Host {
  readonly id: string
  readonly connections: ReadonlySet<Connection>
  readonly text: RoomText | null
  private readonly deps: RoomDeps
  private readonly broadcast: BroadcastBuffer
  private readonly presence: Presence
  private readonly ticks = new TickScheduler(
    () => this.connections.size,
    () => this.tick(),
  )
  private readonly queue: ChangeQueue
  private readonly turns: Turns
  readonly ready = new ReadyQueue(this)
  private readonly replies = new SyncReplies(this)
  /** Who is to be told who is here as soon as their standing is decided. */
  private readonly awaitingPresence = new Set<Connection>()
  private isHearing = true
  /** So many wait to read the text. */
  private readers = 0
  /** Null for a room without a text. */
  private readonly textOpening: TextOpening | null
  private sentAt = performance.now()
  /** When what was renewed is told on next, also where much else is sent. */
  private renewAt = this.sentAt + beatMs
  private foldedAt = -Infinity

  /** `text`: null for a project's room, which has presence and events only. */
  constructor(id: string, text: RoomText | null, deps: RoomDeps) {
    this.id = id
    this.text = text
    this.deps = deps
    this.connections = deps.connections.in(this)
    const broadcast = (this.broadcast = new BroadcastBuffer(deps.limits))
    const queue = (this.queue = new ChangeQueue(deps.limits))
    const closeAll = (refusal: Refusal): void => this.closeAll(refusal)
    this.turns = new Turns({
      roomId: id,
      text,
      queue,
      broadcast,
      ticks: this.ticks,
      roomDeps: deps,
      isAwaited: () => this.readers > 0 || this.ready.isAwaited,
      onTurnOver: () => this.onTurnOver(),
      closeAll,
    })
    const ownerOf = (clientId: number) => text?.ownerOf(clientId)
    this.presence = new Presence(this.connections, this.broadcast, ownerOf, deps.limits.claimsPerRoom)
    if (text) text.repairState.isRepairedElsewhere = deps.repairInConverter !== undefined
    if (text) text.claimantOf = (clientId) => this.presence.claimantOf(clientId)
    this.textOpening = text && this.openingOf(text)
  }

  get limits(): Limits {
    return this.deps.limits
  }

  get reading(): ReadingBudget {
    return this.deps.reading
  }

  get answers(): AnswersUnderWay {
    return this.deps.answers
  }

  /** The turn under way, once something of it is in the text: who wants to know the text waits for its commit. */
  get turning(): Promise<void> | null {
    return this.text?.isCommitted ? null : this.turns.current
  }

  /** The text is being read and, where it was never looked through, repaired: nobody gets it before that is over. */
  get opening(): Promise<void> | null {
    return this.textOpening?.current ?? null
  }

  /** Opens the text, once for all who wait, at `userId`'s cost; failing sends them all away. */
  open(userId?: string): Promise<void> {
    return this.textOpening!.open(userId)
  }

  /** Whose server's edits wait or are in a commit; null for the room's own. */
  get editors(): readonly (string | null)[] {
    return this.turns.editors
  }

  /** Null for an empty room whose text was not read yet. */
  get projectId(): string | null {
    for (const { admitted } of this.connections) return admitted.projectId
    return this.deps.log.projectOf(this.id) ?? null
  }

  get isIdle(): boolean {
    return this.connections.size === 0 && this.queue.isEmpty && !this.turns.current && !this.opening
  }

  /** Lets somebody in: tells them who is here and asks for their news, as soon as the text is loaded. */
  join(connection: Connection): void {
    this.deps.connections.enter(connection, this)
    this.ready.run(connection, () => this.greet(connection))
  }

  leave(connection: Connection): void {
    if (!this.deps.connections.leave(connection)) return
    this.queue.leave(connection)
    this.replies.leave(connection)
    this.ready.leave(connection)
    this.awaitingPresence.delete(connection)
    this.broadcast.forget(connection)
    if (this.presence.remove(connection)) this.ticks.wake()
    if (this.isIdle) this.deps.onEmpty(this)
  }

  /** Answers sync step 1; not from what is not committed: a turn in flight is waited for. */
  readonly ask = (from: Connection, vector: Uint8Array): void => this.replies.ask(from, vector)

  gather(incoming: Incoming): void {
    const { from } = incoming
    if (!this.isHearing) return
    if (from.canWrite) this.deps.onBusy(this)
    if (this.queue.isSuspended(from)) this.queue.push(incoming)
    else if (!from.canWrite) this.ready.run(from, () => this.hearReader(incoming))
    else if (from.saved === incoming.index - 1 && this.text!.knows(incoming.update))
      this.turns.acknowledge([incoming])
    else this.turns.push(incoming)
  }

  /** Makes a server's edit in the next turn, if `stillMay` resolves then; resolves when it is committed. */
  edit(asked: Omit<Edit, 'resolve' | 'reject'>): Promise<void> {
    this.deps.onBusy(this)
    return this.turns.edit(asked)
  }

  /** The committed text as one update: a turn that began just behind the last is waited for too. */
  async read(): Promise<Uint8Array> {
    const text = this.text!
    for (;;) {
      await this.turned()
      if (this.turning) continue
      const ahead = text.ahead?.begin(text.size)
      if (ahead) await ahead
      else if (text.isLoaded && !this.opening) return text.bytes().whole
      else await this.open()
    }
  }

  /** Resolves when nothing is in the text that is not committed. */
  private async turned(): Promise<void> {
    this.readers++
    try {
      while (this.turning) await this.turning
    } finally {
      this.readers--
    }
  }

  publish(event: EncodedEvent): void {
    this.broadcast.addEvent(event)
    this.ticks.wake()
  }

  claim(from: Connection, clientId: number): boolean {
    return this.presence.claim(from, clientId)
  }

  bind(from: Connection): void {
    this.presence.bind(from)
  }

  showAwareness(from: Connection, isRenewal: boolean): void {
    if (this.presence.show(from, isRenewal)) this.ticks.wake()
  }

  sendAwareness(to: Connection): void {
    if (this.queue.isSuspended(to)) this.awaitingPresence.add(to)
    else to.write(awarenessFrame(this.presence.all()))
  }

  onRefused(from: Connection, refusal: Refusal): void {
    this.deps.onRefused(from, refusal)
  }

  /** Who left while changes of theirs may still be taken. */
  *leftSenders(): Generator<Connection> {
    if (this.queue.isDone) return
    for (const connection of new Set([...this.queue.senders(), ...this.queue.committing])) {
      if (!this.connections.has(connection)) yield connection
    }
  }

  isSuspended(connection: Connection): boolean {
    return this.queue.isSuspended(connection)
  }

  /**
   * Nothing more is taken from a connection until its standing is decided (rule 8): what is in a turn already is
   * to be waited for (`settledFor`), all else is paused, and they hear of nothing but what is saved.
   */
  suspend(connection: Connection): void {
    this.deps.onBusy(this)
    this.queue.suspend(connection)
  }

  /** Its standing is decided. Called once for each `suspend`; a refused connection's changes are gone. */
  resume(connection: Connection): void {
    for (const incoming of this.queue.resume(connection)) this.gather(incoming)
    if (!this.queue.isSuspended(connection)) {
      this.broadcast.release(connection)
      if (this.awaitingPresence.delete(connection)) this.sendAwareness(connection)
      this.replies.goOn(connection)
      connection.resume()
    }
    if (this.isIdle) this.deps.onEmpty(this)
  }

  /** The server stops: what came before this moment is committed, unless its sender is being decided; all else is not heard. */
  stopHearing(): void {
    this.isHearing = false
  }

  /** Resolves when nothing of a suspended connection's is in a turn any more. */
  settledFor(connection: Connection): Promise<void> {
    return this.turns.settledFor(connection)
  }

  /** Resolves when no server's edit is committed of which it was decided before that it may be made. */
  editsSettled(): Promise<void> {
    return this.turns.editsSettled()
  }

  /** Commits what was gathered and resolves when nothing is left. */
  finish(): Promise<void> {
    return this.turns.finish()
  }

  /** Something is under way here: changes, a document that is built, a log that is to be folded. */
  get isBusy(): boolean {
    const { queue, turns, opening, editors, text, limits } = this
    if (!queue.isDone || turns.current !== null || opening !== null || editors.length > 0) return true
    return text !== null && (text.isWriting || text.tail > limits.unfoldedUpdates)
  }

  /** When it is to be looked at if it is not busy. */
  get dueAt(): number {
    return Math.min(this.renewAt, this.sentAt + beatMs)
  }

  /**
   * Called every second while it is busy, else when it is due: keeps stock clients awake, gives up on what stays missing,
   * lets a quiet text go, and folds a log that has become long although nobody pauses.
   */
  beat(now: number): void {
    if (now >= this.renewAt) {
      this.renewAt = now + beatMs
      this.presence.renew()
      this.send()
    }
    if (now >= this.sentAt + beatMs) this.keepAwake(now)
    for (const from of this.queue.overdue(now)) from.refuse(new Refusal('update_refused'))
    const isQuiet = !this.turns.current && !this.text?.late
    if (this.text?.isWriting && isQuiet && now - this.turns.startedAt > this.keepMs(this.text.size)) {
      // a long text is put into bytes in slices first, and let go by a later beat
      if (this.text.ahead?.begin(this.text.size)) return
      this.text.endWriting()
      this.compact()
    } else if ((this.text?.tail ?? 0) > this.limits.unfoldedUpdates && now - this.foldedAt > foldAgainMs) {
      this.foldedAt = now
      this.compact()
    }
  }

  /** Folds the log when that is worth it. Failing is no harm: the log is whole either way. */
  compact(): void {
    if (!this.text?.isWorthCompacting(this.connections.size === 0)) return
    this.deps.onFolding(
      this.text.compact().catch((failure: unknown) => this.deps.onUnexpected(failure, this.id)),
    )
  }

  /** A long text stays built for longer than a short one: to build it again is felt. */
  private keepMs(bytes: number): number {
    return Math.max(quietMs, this.reading.keepBuiltMs(bytes))
  }

  /** Somebody who does not write here: an answer to step 1 may repeat what is here, and nothing else is heard. */
  private async hearReader(incoming: Incoming): Promise<void> {
    const { from } = incoming
    const failure: unknown = await this.replies.hear(incoming).then(
      () => null,
      (reason: unknown) => reason,
    )
    if (!this.connections.has(from)) return
    if (failure === null) this.turns.acknowledge([incoming])
    else from.refuse(failure instanceof Refusal ? failure : new Refusal('update_malformed'))
  }

  private openingOf(text: RoomText): TextOpening {
    return new TextOpening({
      roomId: this.id,
      text,
      roomDeps: this.deps,
      repair: (repaired) => {
        this.deps.onBusy(this)
        return this.turns.repair(repaired)
      },
      compact: () => this.compact(),
      onRead: () => this.presence.dropForeign(),
      onFailed: () => this.closeAll(new Refusal('storage_failed')),
      onOver: () => {
        this.deps.onBusy(this)
        if (this.isIdle) this.deps.onEmpty(this)
      },
    })
  }

  private closeAll(refusal: Refusal): void {
    for (const connection of this.connections) connection.refuse(refusal)
  }

  private tick(): void {
    if (this.turns.current) {
      const waited = performance.now() - this.turns.startedAt
      if (waited < commitTimeoutMs) return this.ticks.wake(commitTimeoutMs - waited)
      this.send()
    } else if (this.turns.mayStart) {
      this.turns.start()
    } else {
      this.send()
    }
  }

  private onTurnOver(): void {
    this.send()
    if (this.queue.isWaiting) this.ticks.wake()
    else if (this.isIdle) this.deps.onEmpty(this)
  }

  private greet(connection: Connection): void {
    const frames: Buffer[] = []
    if (connection.canWrite) frames.push(stepOneFrame(this.text!.bytes().vector))
    if (this.queue.isSuspended(connection)) this.awaitingPresence.add(connection)
    else {
      const states = this.presence.all()
      if (states.length > 0) frames.push(awarenessFrame(states))
    }
    if (frames.length > 0) connection.write(Buffer.concat(frames))
  }

  private readonly isHeld = (connection: Connection): boolean => this.queue.isSuspended(connection)

  private send(): void {
    if (this.broadcast.isEmpty) return
    this.sentAt = performance.now()
    const { counts } = this.deps.metrics
    counts.ticks++
    counts.sentBytes += this.broadcast.send(this.connections, this.isHeld)
  }

  private keepAwake(now: number): void {
    this.sentAt = now
    for (const connection of this.connections) {
      const isSilent = now - connection.heardAt >= askedAfterMs
      connection.write(isSilent ? stillAndProbeFrames : stillFrame)
    }
  }
}
