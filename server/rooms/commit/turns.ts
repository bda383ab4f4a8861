import { Refusal } from '../../../shared/errors.ts'
import { BuildingCost } from '../budgets/building-cost.ts'
import { mayBePassed } from './begun-check.ts'
import type { ChangeQueue } from './change-queue.ts'
import type { Connection, Incoming } from '../connection/connection.ts'
import { stepOneFrame } from '../connection/frames.ts'
import type { BroadcastBuffer } from '../connection/broadcast-buffer.ts'
import type { TickScheduler } from '../connection/tick-scheduler.ts'
import type { RoomText } from '../text/room-text.ts'
import { startSlices } from '../text/time-slices.ts'
import { CommitUnknown } from '../ports.ts'
import type { RoomDeps } from '../room-deps.ts'
import {
  findEndedEdits,
  findUnpreparedEdits,
  isEdit,
  onlySender,
  refuseChange,
  takeTurn,
  userIdOf,
} from './turn.ts'
import type { Change, Edit, Others, Turn } from './turn.ts'
import type { RepairedText } from '../text/writing.ts'

/** What turns need of their room. */
interface TurnDeps {
  roomId: string
  /** Null for a room without a text: it has no changes and no turns. */
  text: RoomText | null
  queue: ChangeQueue
  broadcast: BroadcastBuffer
  ticks: TickScheduler
  roomDeps: RoomDeps
  /** Somebody waits to know the text. */
  isAwaited(): boolean
  /** A turn is over, whatever became of it. */
  onTurnOver(): void
  /** Everybody's socket in the room is closed with the reason; they come back with what they have. */
  closeAll(refusal: Refusal): void
}

/** A room's turns, one at a time: what waits in its queue is taken, committed, acknowledged and shown (rules 3 to 6). */
export class Turns {
  /** Whose server's edits wait or are in a commit; null for the room's own. */
  readonly editors: (string | null)[] = []
  /** The turn under way, until its commit is over. */
  current: Promise<void> | null = null
  /** When the last turn started, as `performance.now()` tells it. */
  startedAt = 0
  /** Who may make the server's edits of this turn was decided for the last time: they are about to be committed. */
  private isDecided = false
  private stepped: (() => void)[] = []
  private pacing: NodeJS.Timeout | undefined
  private isCollecting = false
  /** The turn under way is one of the last: nothing goes before anything. */
  private isLast = false
  /** It is not known of some commit whether it was done. */
  private mayBeDone = false
  private readonly deps: TurnDeps
  private readonly building: BuildingCost

  constructor(deps: TurnDeps) {
    this.deps = deps
    this.building = new BuildingCost(deps.queue, deps.roomDeps.reading, () => deps.ticks.wake())
  }

  push(change: Change): void {
    this.deps.queue.push(change)
    this.deps.ticks.wake()
  }

  /** Makes a server's edit in the next turn, if `stillMay` resolves then; resolves when it is committed. */
  edit(asked: Omit<Edit, 'resolve' | 'reject'>): Promise<void> {
    this.editors.push(asked.userId)
    const made = new Promise<void>((resolve, reject) => this.push({ ...asked, resolve, reject }))
    return made.finally(() => this.editors.splice(this.editors.indexOf(asked.userId), 1))
  }

  /** Repairs what is broken in the text, in the next turn, as was found out elsewhere or here; resolves when that is committed. */
  repair(repaired?: RepairedText): Promise<void> {
    return this.edit({ userId: null, change: () => {}, repaired, stillMay: undefined })
  }

  /** True when changes wait that may be taken now, and somebody of those who sent them may have the document built. */
  get mayStart(): boolean {
    const { queue, text } = this.deps
    if (!queue.isWaiting || this.isPaced) return false
    return !this.building.mustWait(text!.isWriting || this.editors.length > 0)
  }

  /** True while all that waits is long, of who sent as much just now; it is looked at again in time. */
  private get isPaced(): boolean {
    const { queue, ticks } = this.deps
    const waitMs = queue.waitMs(performance.now())
    if (waitMs > 0) {
      clearTimeout(this.pacing)
      this.pacing = setTimeout(() => ticks.wake(), waitMs).unref()
    }
    return waitMs > 0
  }

  /** `isLast`: nothing that costs more than its senders may is left for later. */
  start(isLast = false): void {
    this.startedAt = performance.now()
    this.isLast = isLast
    this.current = this.run(isLast)
  }

  /**
   * Resolves when nothing of a connection's is on its way into the text or the log. One that is suspended has no part in
   * later turns, so it waits for this one at most.
   */
  async settledFor(connection: Connection): Promise<void> {
    while (this.deps.queue.isInTurn(connection)) await this.step()
  }

  /** Resolves when no server's edit is in a commit that was decided on before: later ones see what has changed. */
  async editsSettled(): Promise<void> {
    while (this.isDecided) await this.step()
  }

  /** Commits what was gathered and resolves when nothing is left. */
  async finish(): Promise<void> {
    while (this.current || this.deps.queue.isWaiting) {
      if (!this.current) this.start(true)
      await this.current
    }
  }

  /** These are durable, or said nothing new: their senders are told (rule 3). */
  acknowledge(done: Change[]): void {
    let oldest = Infinity
    for (const change of done) {
      if (isEdit(change)) {
        change.resolve()
      } else {
        const { from, at } = change
        from.finish(change)
        oldest = Math.min(oldest, at)
        this.sendAck(from)
      }
    }
    if (oldest < Infinity) {
      const now = performance.now()
      this.deps.roomDeps.metrics.noteAcknowledged((now - oldest) / 1000, now)
    }
    if (!this.current && !this.deps.broadcast.isEmpty) this.deps.ticks.wake()
  }

  /** Takes what was gathered, commits it, and shows it. Never rejects. */
  private async run(isLast: boolean): Promise<void> {
    const { queue, roomDeps, text } = this.deps
    let turn: Turn | null = null
    try {
      if (!isLast && !text!.isLoaded && (await this.hasToWait(text!))) {
        this.current = null
        return this.deps.onTurnOver()
      }
      queue.begin(performance.now(), isLast)
      turn = await this.take()
      this.hasStepped()
      if (turn.entries.length > 0) await roomDeps.commits.commit(turn.entries)
      this.show(turn)
    } catch (failure) {
      this.mayBeDone ||= failure instanceof CommitUnknown
      this.drop(text!)
      this.refuseAll(turn)
      this.fail([...queue.abandon(), ...(turn?.done ?? [])], failure)
    }
    queue.committed(performance.now())
    this.isDecided = false
    this.current = null
    this.hasStepped()
    this.deps.onTurnOver()
    if (text!.late) void this.collect(text!)
  }

  /** Collects what a large edit deleted, between turns; others have theirs in between. Never rejects. */
  private async collect(text: RoomText): Promise<void> {
    if (this.isCollecting) return
    this.isCollecting = true
    const slices = startSlices()
    try {
      while (text.late) {
        await (this.current ?? slices.pause(true))
        if (!this.current) text.late?.collectSome()
      }
      slices.over()
    } catch (failure) {
      this.deps.roomDeps.onUnexpected(failure, this.deps.roomId)
      // half collected, it would fail behind each turn
      this.drop(text)
    }
    this.isCollecting = false
  }

  /**
   * The text is read from the log again. Where that may have kept something, now or later, of which nobody was told,
   * all begin anew with what they have.
   */
  private drop(text: RoomText): void {
    text.drop()
    if (this.mayBeDone) this.deps.closeAll(new Refusal('storage_failed'))
  }

  /** Resolves when the turn under way has come further. */
  private step(): Promise<void> {
    return new Promise((resolve) => this.stepped.push(resolve))
  }

  private hasStepped(): void {
    if (this.stepped.length === 0) return
    for (const resolve of this.stepped.splice(0)) resolve()
  }

  /** How much it costs is known when the text is loaded; meanwhile the same people may have begun as much elsewhere. */
  private async hasToWait(text: RoomText): Promise<boolean> {
    if (this.editors.length > 0) return false
    // what it fails for, the turn tells its senders
    await text.load().catch(() => {})
    return !this.mayStart
  }

  /** Who has changes in the queue when the last wait in here is over may write: from then on they are in a commit. */
  private async take(): Promise<Turn> {
    const { queue, roomDeps, roomId } = this.deps
    const text = this.deps.text!
    let isFirst = true
    for (let refused: Turn['refused'] = []; ; isFirst = false) {
      if (!text.isWriting) await this.build(text, isFirst)
      const ended = this.editors.length > 0 ? await findEndedEdits(queue.waitingForTurn) : []
      const { changes, held } = queue.take()
      const out = ended.length > 0 ? [...refused, ...ended] : refused
      const turn = await takeTurn(text, changes, held, out, this.mustEnd, this.others)
      if (turn.failure !== null) roomDeps.onUnexpected(turn.failure, roomId)
      const hasEdits = this.editors.length > 0 && !turn.isBroken
      const unprepared = hasEdits ? await findUnpreparedEdits(turn.done) : []
      this.isDecided = hasEdits && unprepared.length === 0
      const since = this.isDecided ? await findEndedEdits(turn.done) : unprepared
      if (!turn.isBroken && since.length === 0) {
        queue.took(turn)
        return turn
      }
      this.drop(text)
      queue.putBack()
      this.isDecided = false
      this.hasStepped()
      refused = [...turn.refused, ...since]
    }
  }

  /** Charged before it is done: others of the same person's rooms look meanwhile whether they may as well. */
  private async build(text: RoomText, isCharged: boolean): Promise<void> {
    if (!text.isLoaded) await text.load()
    if (isCharged) this.building.charge(text.size)
    await text.beginWriting()
  }

  private show(turn: Turn): void {
    const { queue, broadcast } = this.deps
    const text = this.deps.text!
    text.committed()
    this.refuseAll(turn)
    for (const from of queue.overflowing()) from.refuse(new Refusal('update_refused'))
    const newlyHeld = queue.newlyHeld()
    const asking = newlyHeld.length > 0 ? stepOneFrame(text.vector) : null
    for (const from of newlyHeld) from.write(asking!)
    this.acknowledge(turn.done)
    const only = onlySender(turn.done)
    for (const { update, userId } of turn.entries) broadcast.addUpdate(update, userId === null ? null : only)
  }

  private readonly others: Others = {
    wait: (change) => this.deps.isAwaited() || this.deps.queue.hasOthers(userIdOf(change)),
    goFirst: (change, behind) => {
      if (this.isLast || !mayBePassed(change)) return false
      const { userId } = change.from
      return behind.some(({ from }) => from.userId !== userId) || this.deps.queue.hasOthers(userId)
    },
  }

  private readonly mustEnd = (change: Incoming): boolean => this.deps.queue.mustEnd(change)

  private refuseAll(turn: Turn | null): void {
    for (const { change, reason } of turn?.refused ?? []) refuseChange(change, reason)
  }

  private sendAck(from: Connection): void {
    if (from.saved <= from.lastAck) return
    from.lastAck = from.saved
    this.deps.broadcast.addAck(from)
  }

  /**
   * The log did not take a turn (rule 3): its senders' sockets are closed with the reason, so that they keep
   * their edits and send them again when they are back. Nobody else has seen anything.
   */
  private fail(changes: Change[], failure: unknown): void {
    const refusal = failure instanceof Refusal ? failure : new Refusal('storage_failed')
    if (refusal !== failure) this.deps.roomDeps.onUnexpected(failure, this.deps.roomId)
    for (const change of changes) refuseChange(change, refusal)
  }
}
