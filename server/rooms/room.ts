import type * as Y from 'yjs'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import type { Connection, Host, Incoming } from './connection.ts'
import { awarenessFrame, stepOneFrame } from './frames.ts'
import type { GroupCommit } from './group-commit.ts'
import type { RoomMetrics } from './metrics.ts'
import { Outbox, type SaidEvent } from './outbox.ts'
import { Pace } from './pace.ts'
import type { Log } from './ports.ts'
import { Presence } from './presence.ts'
import { noText } from './ready-bytes.ts'
import type { RoomText } from './room-text.ts'
import { isEdit, senderOf, takeTurn, type Change, type Turn } from './turn.ts'

/** What a room needs from around it. */
export interface Surroundings {
  log: Log
  commits: GroupCommit
  limits: Limits
  metrics: RoomMetrics
  onRefused(connection: Connection, refusal: Refusal): void
  onLeft(connection: Connection): void
  onUnexpected(failure: unknown, roomId: string): void
  /** A log is being folded until this resolves; it never rejects. */
  onFolding(folding: Promise<void>): void
  /** The room has nobody in it and nothing to do. */
  onEmpty(room: Room): void
}

/** Presence does not wait longer than this for a commit that is in flight, in milliseconds. */
const patience = 20

/** Updates that build on something missing wait this long for it, and at most this many bytes of them a room. */
const holdMs = 30_000
const mostHeldBytes = 262_144

/** After this long without an update the Yjs document is let go, in milliseconds. */
const quietMs = 10_000

/** Stock clients leave a server that says nothing for 30 s, and forget a person who is not heard of for 30 s. */
const beatMs = 10_000

/** One room: who is in it, and the turns in which updates are taken, committed and shown (rules 3 to 6). */
export class Room implements Host {
  readonly id: string
  readonly connections = new Set<Connection>()
  private readonly text: RoomText | null
  private readonly around: Surroundings
  private readonly outbox = new Outbox()
  private readonly presence = new Presence(this.connections, this.outbox)
  private readonly pace = new Pace(
    () => this.connections.size,
    () => this.tick(),
  )
  private gathered: Change[] = []
  private held: Incoming[] = []
  private turning: Promise<void> | null = null
  private loading: Promise<void> | null = null
  private turnedAt = 0
  private sentAt = performance.now()

  /** `text`: null for a project's room, which has presence and events only. */
  constructor(id: string, text: RoomText | null, around: Surroundings) {
    this.id = id
    this.text = text
    this.around = around
  }

  get limits(): Limits {
    return this.around.limits
  }

  /** The project of whoever is here; null for an empty room. */
  get projectId(): string | null {
    for (const { admitted } of this.connections) return admitted.projectId
    return null
  }

  get isIdle(): boolean {
    return this.connections.size === 0 && this.gathered.length === 0 && !this.turning && !this.loading
  }

  /** Lets somebody in: tells them who is here and asks for their news, as soon as the text is loaded. */
  join(connection: Connection): void {
    this.connections.add(connection)
    this.whenSettled(() => this.greet(connection))
  }

  leave(connection: Connection): void {
    if (!this.connections.delete(connection)) return
    this.held = this.held.filter(({ from }) => from !== connection)
    if (this.presence.remove(connection)) this.pace.wake()
    this.around.onLeft(connection)
    if (this.isIdle) this.around.onEmpty(this)
  }

  /** Answers sync step 1; not from what is not committed: a turn in flight is waited for. */
  ask(from: Connection, vector: Uint8Array): void {
    this.whenSettled(() => this.answer(from, vector))
  }

  gather(incoming: Incoming): void {
    const { from } = incoming
    if (from.aside) from.aside.push(incoming)
    else if (!from.canWrite) this.whenSettled(() => this.hearReader(incoming))
    else if (from.processed === incoming.index - 1 && this.text!.knows(incoming.update))
      this.finishChanges([incoming])
    else this.push(incoming)
  }

  /** Makes a server's edit in the next turn; resolves when it is committed. */
  edit(userId: string, change: (doc: Y.Doc) => void): Promise<void> {
    return new Promise((resolve, reject) => this.push({ userId, change, resolve, reject }))
  }

  /** The committed text as one update. */
  async read(): Promise<Uint8Array> {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- a turn may begin while the text is loaded
      await this.settled()
      if (this.text!.isLoaded) return this.text!.bytes().whole
      await this.load() // oxlint-disable-line no-await-in-loop
    }
  }

  publish(said: SaidEvent): void {
    this.outbox.addEvent(said)
    this.pace.wake()
  }

  claim(from: Connection, clientId: number): boolean {
    return this.presence.claim(from, clientId)
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

  /** Nothing more is accepted from a connection until its standing is decided (rule 8). */
  suspend(connection: Connection): void {
    const aside = (connection.aside ??= [])
    const isOther = (change: Change): boolean => senderOf(change) !== connection
    for (const change of [...this.held, ...this.gathered])
      if (!isOther(change)) aside.push(change as Incoming)
    this.held = this.held.filter(isOther)
    this.gathered = this.gathered.filter(isOther)
  }

  resume(connection: Connection): void {
    const aside = connection.aside ?? []
    connection.aside = null
    for (const incoming of aside.sort((a, b) => a.index - b.index)) this.gather(incoming)
  }

  /** Resolves when no commit of this room is in flight. */
  async settled(): Promise<void> {
    while (this.turning) await this.turning // oxlint-disable-line no-await-in-loop -- turns follow each other
  }

  /** Commits what was gathered and resolves when nothing is left. */
  async finish(): Promise<void> {
    while (this.turning || this.gathered.length > 0) {
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
    for (const { from, at } of this.held) if (now - at > holdMs) from.refuse(new Refusal('update_refused'))
    if (this.text?.isWriting && !this.turning && now - this.turnedAt > quietMs) {
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

  private push(change: Change): void {
    this.gathered.push(change)
    this.pace.wake()
  }

  /** Runs `action` when the text is loaded and holds nothing that is not committed. */
  private whenSettled(action: () => void): void {
    if (this.turning) void this.turning.then(() => this.whenSettled(action))
    else if (!this.text || this.text.isLoaded) action()
    else
      this.load().then(
        () => this.whenSettled(action),
        () => {},
      ) // oxfmt-ignore -- failing closed the sockets
  }

  /** Somebody who may not write: an answer to step 1 may repeat what is here, and nothing else is heard. */
  private hearReader(incoming: Incoming): void {
    const { from, update, isAnswer } = incoming
    try {
      if (!isAnswer || !(this.text?.bytes() ?? noText).hasStructsOf(update)) throw new Refusal('read_only')
      this.finishChanges([incoming])
    } catch (failure) {
      from.refuse(failure instanceof Refusal ? failure : new Refusal('update_malformed'))
    }
  }

  private tick(): void {
    if (this.turning) {
      const waited = performance.now() - this.turnedAt
      if (waited < patience) return this.pace.wake(patience - waited)
      this.send()
    } else if (this.gathered.length > 0) {
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
    const changes = this.gathered
    this.gathered = []
    try {
      const turn = await this.take(changes)
      if (turn.entries.length > 0) await this.around.commits.commit(turn.entries)
      this.finishTurn(turn)
    } catch (failure) {
      this.text!.drop()
      this.fail(changes, failure)
    }
    this.turning = null
    this.send()
    if (this.gathered.length > 0) this.pace.wake()
    else if (this.isIdle) this.around.onEmpty(this)
  }

  private async take(changes: Change[]): Promise<Turn> {
    const text = this.text!
    for (let refused: Turn['refused'] = []; ;) {
      // oxlint-disable-next-line no-await-in-loop -- a repeated turn waits for the text to be read again
      if (!text.isWriting) await text.beginWriting()
      const turn = takeTurn(text, changes, this.held, refused)
      if (!turn.isBroken) return turn
      text.drop()
      refused = turn.refused
    }
  }

  private finishTurn(turn: Turn): void {
    for (const { change, reason } of turn.refused) refuseChange(change, reason)
    if (turn.held.length > 0 || this.held.length > 0) this.hold(turn.held)
    this.finishChanges(turn.done)
    const only = onlySender(turn.done)
    for (const { update } of turn.entries) this.outbox.addUpdate(update, only)
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
    let saved = from.processed
    for (const one of this.held) if (one.from === from) saved = Math.min(saved, one.index - 1)
    if (saved <= from.told) return
    from.told = saved
    this.outbox.owe(from)
  }

  /** Keeps what builds on something missing, and asks each sender once for what it builds on. */
  private hold(held: Incoming[]): void {
    const before = new Set(this.held.map(({ from }) => from))
    this.held = held.filter(({ from }) => !from.isRefused)
    let bytes = 0
    for (const { from, update } of this.held) {
      bytes += update.length
      if (bytes > mostHeldBytes) from.refuse(new Refusal('update_refused'))
      else if (!before.has(from)) from.write(stepOneFrame(this.text!.bytes().vector))
      before.add(from)
    }
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

  private answer(to: Connection, vector: Uint8Array): void {
    try {
      to.write((this.text?.bytes() ?? noText).answerFrame(vector))
    } catch {
      to.refuse(new Refusal('frame_malformed'))
    }
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
    const nobody = awarenessFrame([])
    for (const connection of this.connections) connection.write(nobody)
  }

  /** Reads the text from the log, once for all who wait; when that fails, they are all sent away. */
  private load(): Promise<void> {
    this.loading ??= this.text!.load()
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

function refuseChange(change: Change, reason: unknown): void {
  if (isEdit(change)) change.reject(reason)
  else change.from.refuse(reason as Refusal)
}

/** Who need not hear of a turn again, because all of it is theirs. */
function onlySender(done: Change[]): Connection | null {
  const first = done.length > 0 ? senderOf(done[0]!) : null
  return done.every((change) => senderOf(change) === first) ? first : null
}
