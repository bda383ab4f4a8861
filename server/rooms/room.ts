import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import type { PresenceFields } from '../../shared/presence.ts'
import { Answers } from './answers.ts'
import { BuildingCost } from './building-cost.ts'
import { ChangeQueue } from './change-queue.ts'
import type { Connection, Host, Incoming } from './connection.ts'
import { awarenessFrame, stepOneFrame } from './frames.ts'
import { Outbox, type SaidEvent } from './outbox.ts'
import { Pace } from './pace.ts'
import { Presence } from './presence.ts'
import type { ReadingBudget } from './reading-budget.ts'
import { ReadyQueue } from './ready-queue.ts'
import type { RoomText } from './room-text.ts'
import type { Surroundings } from './surroundings.ts'
import { findEndedEdits, isEdit, onlySender, refuseChange, takeTurn } from './turn.ts'
import type { Change, Edit, Turn } from './turn.ts'

/** Presence does not wait longer than this for a commit that is in flight, in milliseconds. */
const patience = 20

/** After this long without an update the Yjs document is let go, in milliseconds; that of a long text later. */
const quietMs = 10_000

/** Stock clients leave a server that says nothing for 30 s, and forget a person who is not heard of for 30 s. */
const beatMs = 10_000
const nobodyFrame = awarenessFrame([])

/** One room: who is in it, and the turns in which updates are taken, committed and shown (rules 3 to 6). */
export class Room implements Host {
  readonly id: string
  readonly connections = new Set<Connection>()
  readonly text: RoomText | null
  private readonly around: Surroundings
  private readonly outbox = new Outbox()
  private readonly presence: Presence
  private readonly pace = new Pace(
    () => this.connections.size,
    () => this.tick(),
  )
  private readonly queue = new ChangeQueue()
  private readonly building: BuildingCost
  readonly ready = new ReadyQueue(this)
  private readonly answers = new Answers(this)
  private isHearing = true
  /** Server's edits that wait or are in a commit. */
  editsUnderWay = 0
  /** The commit in flight. */
  turning: Promise<void> | null = null
  private loading: Promise<void> | null = null
  private turnedAt = 0
  private sentAt = performance.now()

  /** `text`: null for a project's room, which has presence and events only. */
  constructor(id: string, text: RoomText | null, around: Surroundings) {
    this.id = id
    this.text = text
    this.around = around
    this.building = new BuildingCost(this.queue, this.reading, () => this.pace.wake())
    const ownerOf = (clientId: number) => text?.ownerOf(clientId)
    this.presence = new Presence(this.connections, this.outbox, ownerOf, around.limits.claimsPerRoom)
    if (text) text.claimantOf = (clientId) => this.presence.claimantOf(clientId)
  }

  get limits(): Limits {
    return this.around.limits
  }

  get reading(): ReadingBudget {
    return this.around.reading
  }

  get presenceFields(): PresenceFields {
    const { withText, withoutText } = this.around.presence
    return this.text ? withText : withoutText
  }

  /** The project of whoever is here; null for an empty room. */
  get projectId(): string | null {
    for (const { admitted } of this.connections) return admitted.projectId
    return null
  }

  get isIdle(): boolean {
    return this.connections.size === 0 && this.queue.isEmpty && !this.turning && !this.loading
  }

  /** Lets somebody in: tells them who is here and asks for their news, as soon as the text is loaded. */
  join(connection: Connection): void {
    this.connections.add(connection)
    this.ready.run(connection, () => this.greet(connection))
  }

  leave(connection: Connection): void {
    if (!this.connections.delete(connection)) return
    this.queue.leave(connection)
    this.answers.leave(connection)
    this.ready.leave(connection)
    if (this.presence.remove(connection)) this.pace.wake()
    this.around.onLeft(connection)
    if (this.isIdle) this.around.onEmpty(this)
  }

  /** Answers sync step 1; not from what is not committed: a turn in flight is waited for. */
  readonly ask = (from: Connection, vector: Uint8Array): void => this.answers.ask(from, vector)

  gather(incoming: Incoming): void {
    const { from } = incoming
    if (!this.isHearing) return
    if (this.queue.isSuspended(from)) this.queue.push(incoming)
    else if (!from.canWrite) this.ready.run(from, () => this.hearReader(incoming))
    else if (from.saved === incoming.index - 1 && this.text!.knows(incoming.update))
      this.finishChanges([incoming])
    else this.push(incoming)
  }

  /** Makes a server's edit in the next turn, if `stillMay` resolves then; resolves when it is committed. */
  edit(asked: Omit<Edit, 'resolve' | 'reject'>): Promise<void> {
    this.editsUnderWay++
    const made = new Promise<void>((resolve, reject) => this.push({ ...asked, resolve, reject }))
    return made.finally(() => this.editsUnderWay--)
  }

  /** The committed text as one update, at `userId`'s cost. */
  async read(userId?: string): Promise<Uint8Array> {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- a turn may begin while the text is loaded
      await this.settled()
      if (this.text!.isLoaded) break
      await this.load(userId) // oxlint-disable-line no-await-in-loop
    }
    if (userId !== undefined && !this.text!.isReady) this.reading.charge(userId, this.text!.size)
    return this.text!.bytes().whole
  }

  publish(said: SaidEvent): void {
    this.outbox.addEvent(said)
    this.pace.wake()
  }

  claim(from: Connection, clientId: number): boolean {
    return this.presence.claim(from, clientId)
  }

  bind(from: Connection): void {
    this.presence.bind(from)
  }

  showAwareness(from: Connection, isRenewal: boolean): void {
    if (this.presence.show(from, isRenewal)) this.pace.wake()
  }

  sendAwareness(to: Connection): void {
    to.write(awarenessFrame(this.presence.all()))
  }

  onRefused(from: Connection, refusal: Refusal): void {
    this.around.onRefused(from, refusal)
  }

  /** Everybody whose changes may still be taken, also who left meanwhile. */
  senders(): Set<Connection> {
    return this.queue.senders()
  }

  isSuspended(connection: Connection): boolean {
    return this.queue.isSuspended(connection)
  }

  /**
   * Nothing more is taken from a connection until its standing is decided (rule 8): what is in a commit already is
   * to be waited for (`settled`), all else is laid aside.
   */
  suspend(connection: Connection): void {
    this.queue.suspend(connection)
  }

  /** Its standing is decided. Called once for each `suspend`; a refused connection's changes are gone. */
  resume(connection: Connection): void {
    for (const incoming of this.queue.resume(connection)) this.gather(incoming)
    if (!this.queue.isSuspended(connection)) this.answers.goOn(connection)
    if (this.isIdle) this.around.onEmpty(this)
  }

  /** The server stops: what came before this moment is committed, what comes after it is not heard. */
  stopHearing(): void {
    this.isHearing = false
  }

  /** Resolves when no commit of this room is in flight. */
  async settled(): Promise<void> {
    while (this.turning) await this.turning // oxlint-disable-line no-await-in-loop -- turns follow each other
  }

  /** Commits what was gathered and resolves when nothing is left. */
  async finish(): Promise<void> {
    while (this.turning || this.queue.isWaiting) {
      if (!this.turning) this.startTurn()
      await this.turning // oxlint-disable-line no-await-in-loop -- turns follow each other
    }
  }

  /** Called every second: keeps stock clients awake, gives up on what stays missing, lets a quiet text go. */
  beat(now: number): void {
    if (now - this.sentAt > beatMs) {
      this.presence.renew()
      if (this.outbox.isEmpty) this.keepAwake(now)
      else this.send()
    }
    for (const from of this.queue.overdue(now)) from.refuse(new Refusal('update_refused'))
    if (this.text?.isWriting && !this.turning && now - this.turnedAt > this.keepMs(this.text.size)) {
      this.text.endWriting()
      this.compact()
    }
  }

  /** Folds the log when that is worth it. Failing is no harm: the log is whole either way. */
  compact(): void {
    if (!this.text?.isWorthCompacting(this.connections.size === 0)) return
    this.around.onFolding(
      this.text.compact().catch((failure: unknown) => this.around.onUnexpected(failure, this.id)),
    )
  }

  /** A long text stays built for longer than a short one: to build it again is felt. */
  private keepMs(bytes: number): number {
    return Math.max(quietMs, this.reading.keepBuiltMs(bytes))
  }

  private push(change: Change): void {
    this.queue.push(change)
    this.pace.wake()
  }

  /** Somebody who does not write here: an answer to step 1 may repeat what is here, and nothing else is heard. */
  private hearReader(incoming: Incoming): void {
    try {
      this.answers.hear(incoming)
      this.finishChanges([incoming])
    } catch (failure) {
      incoming.from.refuse(failure instanceof Refusal ? failure : new Refusal('update_malformed'))
    }
  }

  private tick(): void {
    if (this.turning) {
      const waited = performance.now() - this.turnedAt
      if (waited < patience) return this.pace.wake(patience - waited)
      this.send()
    } else if (
      this.queue.isWaiting &&
      !this.building.mustWait(this.text!.isWriting || this.editsUnderWay > 0)
    ) {
      this.startTurn()
    } else {
      this.send()
    }
  }

  private startTurn(): void {
    this.turnedAt = performance.now()
    this.turning = this.turn()
  }

  /** Takes what was gathered, commits it, and shows it. Never rejects. */
  private async turn(): Promise<void> {
    this.queue.begin()
    let turn: Turn | null = null
    try {
      turn = await this.take()
      if (turn.entries.length > 0) await this.around.commits.commit(turn.entries)
      this.finishTurn(turn)
    } catch (failure) {
      this.text!.drop()
      this.refuseAll(turn)
      this.fail([...this.queue.abandon(), ...(turn?.done ?? [])], failure)
    }
    this.turning = null
    this.send()
    if (this.queue.isWaiting) this.pace.wake()
    else if (this.isIdle) this.around.onEmpty(this)
  }

  /** Who has changes in the queue when the last wait in here is over may write: from then on they are in a commit. */
  private async take(): Promise<Turn> {
    const text = this.text!
    let isFirst = true
    for (let refused: Turn['refused'] = []; ; isFirst = false) {
      // oxlint-disable-next-line no-await-in-loop -- a repeated turn waits for the text to be read again
      if (!text.isWriting) await text.beginWriting().then(() => isFirst && this.building.charge(text.size))
      const ended = this.editsUnderWay > 0 ? await findEndedEdits(this.queue.toTake().changes) : [] // oxlint-disable-line no-await-in-loop
      const { changes, held } = this.queue.toTake()
      const turn = takeTurn(text, changes, held, [...refused, ...ended])
      if (turn.failure !== null) this.around.onUnexpected(turn.failure, this.id)
      if (!turn.isBroken) {
        this.queue.took(turn)
        return turn
      }
      text.drop()
      refused = turn.refused
    }
  }

  private finishTurn(turn: Turn): void {
    this.text!.committed()
    this.refuseAll(turn)
    for (const from of this.queue.overflowing()) from.refuse(new Refusal('update_refused'))
    for (const from of this.queue.newlyHeld()) from.write(stepOneFrame(this.text!.bytes().vector))
    this.finishChanges(turn.done)
    const only = onlySender(turn.done)
    for (const { update, userId } of turn.entries)
      this.outbox.addUpdate(update, userId === null ? null : only)
  }

  private refuseAll(turn: Turn | null): void {
    for (const { change, reason } of turn?.refused ?? []) refuseChange(change, reason)
  }

  /** These are durable, or said nothing new: their senders are told (rule 3). */
  private finishChanges(done: Change[]): void {
    let oldest = Infinity
    for (const change of done) {
      if (isEdit(change)) {
        change.resolve()
      } else {
        const { from, at } = change
        from.finish(change)
        oldest = Math.min(oldest, at)
        this.tell(from)
      }
    }
    if (oldest < Infinity) {
      const now = performance.now()
      this.around.metrics.noteAcknowledged((now - oldest) / 1000, now)
    }
    if (!this.turning && !this.outbox.isEmpty) this.pace.wake()
  }

  private tell(from: Connection): void {
    if (from.saved <= from.told) return
    from.told = from.saved
    this.outbox.owe(from)
  }

  /**
   * The log did not take a turn (rule 3): its senders' sockets are closed with the reason, so that they keep
   * their edits and send them again when they are back. Nobody else has seen anything.
   */
  private fail(changes: Change[], failure: unknown): void {
    const refusal = failure instanceof Refusal ? failure : new Refusal('storage_failed')
    if (refusal !== failure) this.around.onUnexpected(failure, this.id)
    for (const change of changes) refuseChange(change, refusal)
  }

  private greet(connection: Connection): void {
    const states = this.presence.all()
    const frames: Buffer[] = []
    if (connection.canWrite) frames.push(stepOneFrame(this.text!.bytes().vector))
    if (states.length > 0) frames.push(awarenessFrame(states))
    if (frames.length > 0) connection.write(Buffer.concat(frames))
  }

  private send(): void {
    if (this.outbox.isEmpty) return
    this.sentAt = performance.now()
    const { counts } = this.around.metrics
    counts.ticks++
    counts.sentBytes += this.outbox.send(this.connections)
  }

  private keepAwake(now: number): void {
    this.sentAt = now
    for (const connection of this.connections) connection.write(nobodyFrame)
  }

  /** Reads the text from the log, once for all who wait, at `userId`'s cost; failing sends them all away. */
  load(userId?: string): Promise<void> {
    this.loading ??= this.text!.load()
      .then(() => userId !== undefined && this.reading.charge(userId, this.text!.size))
      .then(() => this.presence.dropForeign())
      .catch((failure: unknown) => {
        this.around.onUnexpected(failure, this.id)
        for (const connection of this.connections) connection.refuse(new Refusal('storage_failed'))
        throw failure
      })
      .finally(() => {
        this.loading = null
        if (this.isIdle) this.around.onEmpty(this)
      })
    return this.loading
  }
}
