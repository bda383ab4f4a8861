import type { Limits } from '../../../shared/limits.ts'
import type { Connection, Incoming } from '../connection/connection.ts'
import { isLongUpdate } from './begun-check.ts'
import { chooseTurn, inFront } from './next-turn.ts'
import { LongUpdateThrottle } from './long-update-throttle.ts'
import { isEdit, senderOf, userIdOf, type Change, type Turn } from './turn.ts'

/** Each update that is held back counts for so many bytes more: it is a change to look at in every turn, if it is but a letter. */
const heldOverhead = 128

/** How much is held back because it builds on something missing, and for how long. */
type HeldLimits = Pick<Limits, 'heldBytes' | 'heldMs'>

/** What a turn is putting into the text. */
interface Taken {
  readonly changes: readonly Change[]
  readonly held: readonly Incoming[]
}

const nothing: Taken = { changes: [], held: [] }
const nobody: ReadonlySet<Connection> = new Set()

/**
 * A room's changes on their way into its text: gathered for the next turn, in the turn that waits for its text, held
 * back because they build on something missing, or paused while their sender's standing is decided (rule 8).
 * Each change is in exactly one of these until `take`, and only what the lists name at that very moment is taken:
 * whoever is suspended or gone by then has nothing in them. From then on it is put into the text, where whoever is
 * suspended is passed over, and what is in the text is in a commit, which is waited for; `took` says what became of it.
 */
export class ChangeQueue {
  private readonly limits: HeldLimits
  private gathered: Change[] = []
  /** The turn's, until it takes them. */
  private next: Change[] = []
  private held: Incoming[] = []
  /** What the turn is putting into the text. */
  private taken: Taken = nothing
  /** Whose changes may be in the text: of what is held back, those that were freed. */
  private takenFrom = new Set<Connection>()
  /** Whose changes are in a commit, or about to be: also who left meanwhile. */
  committing: ReadonlySet<Connection> = nobody
  /** Who left since the turn took its changes. */
  private readonly gone = new Set<Connection>()
  private askedFor = new Set<Connection>()
  private readonly throttle = new LongUpdateThrottle()
  /** The long update that the turn is for, or was for before others went first, and since when. */
  private long: { change: Incoming; since: number } | null = null
  /** What is short was taken by the last turn though a long update might have been. */
  private hasPassedLong = false
  private readonly paused = new Map<Connection, { suspensions: number; changes: Incoming[] }>()

  constructor(limits: HeldLimits) {
    this.limits = limits
  }

  /** Nothing waits for a turn or for a decision. What is held back does not count: only news can free it. */
  get isEmpty(): boolean {
    return this.gathered.length === 0 && this.next.length === 0 && this.paused.size === 0
  }

  /** There is nothing here at all. */
  get isDone(): boolean {
    return this.isEmpty && this.held.length === 0 && !this.isTaking && this.committing.size === 0
  }

  get isWaiting(): boolean {
    return this.gathered.length > 0
  }

  /** Everybody with changes that are not in a commit yet, also who left meanwhile. */
  senders(): Set<Connection> {
    const { changes, held } = this.taken
    return new Set([
      ...this.paused.keys(),
      ...sendersOf([...this.gathered, ...this.next, ...this.held, ...changes, ...held]),
    ])
  }

  /** In whose name something waits for a turn. */
  people(): Set<string> {
    return new Set([...this.next, ...this.gathered].map(userIdOf).filter((id) => id !== null))
  }

  push(change: Change): void {
    const paused = isEdit(change) ? undefined : this.paused.get(change.from)
    if (paused) paused.changes.push(change as Incoming)
    else this.gathered.push(change)
  }

  /** Begins a turn with some of what was gathered. `isLast`: nobody is paced any more. */
  begin(now = performance.now(), isLast = false): void {
    const mayTake = (long: Incoming) => isLast || this.throttle.waitMs(long.from, now) === 0
    const { next, long, passesLong } = chooseTurn(this.gathered, { mayTake, isLongsTurn: this.hasPassedLong })
    this.hasPassedLong = passesLong
    if (long && this.long?.change !== long) this.long = { change: long, since: now }
    this.next = next
    if (next.length === this.gathered.length) {
      this.gathered = []
      return
    }
    const taken = new Set(next)
    this.gathered = this.gathered.filter((change) => !taken.has(change))
  }

  /** How long all that waits has to, as nobody of those who sent it may go on yet; 0 when there is something to take. */
  waitMs(now: number): number {
    let least = Infinity
    for (const change of inFront(this.gathered)) {
      if (isEdit(change) || !isLongUpdate(change)) return 0
      least = Math.min(least, this.throttle.waitMs(change.from, now))
    }
    return least === Infinity ? 0 : least
  }

  /** Something short, or a server's edit, waits that is not of a person: what is long of theirs keeps it waiting. */
  hasOthers(userId: string | null): boolean {
    for (const change of inFront(this.gathered))
      if (isEdit(change) || (!isLongUpdate(change) && change.from.userId !== userId)) return true
    return false
  }

  /** The turn's changes as they stand now. */
  get waitingForTurn(): readonly Change[] {
    return this.next
  }

  /** Takes the turn's changes and what was held back, as they stand now, until `took` or `putBack`. */
  take(): Taken {
    this.taken = { changes: this.next, held: this.held }
    this.takenFrom = sendersOf(this.next)
    this.next = []
    this.held = []
    return this.taken
  }

  /**
   * Asked before a change is put into the text, or gone on with; from then on its sender has something in the turn. True
   * where somebody who has was suspended since: the turn is to come to its end, as the decision waits for it. What stays
   * held back counts for nobody: who has some of it would end others' turns by each look at their own standing.
   */
  mustEnd(change: Incoming): boolean {
    this.takenFrom.add(change.from)
    if (this.paused.size === 0) return false
    for (const connection of this.paused.keys()) if (this.takenFrom.has(connection)) return true
    return false
  }

  /** Something of theirs is being put into the text, or in a commit: it is to be waited for. */
  isInTurn(connection: Connection): boolean {
    return this.takenFrom.has(connection) || this.committing.has(connection)
  }

  /**
   * The turn took them, but for what it holds back and what it passed over. As a turn has pauses, their senders may be
   * suspended, or gone, since it began.
   */
  took({ held, passedOver }: Pick<Turn, 'held' | 'passedOver'>): void {
    if (held.length === 0 && passedOver.length === 0) this.committing = this.takenFrom
    else {
      const left = new Set<Change>([...held, ...passedOver])
      const taken = joined(this.taken.changes, this.taken.held)
      this.committing = sendersOf(taken.filter((one) => !left.has(one)))
      this.gathered = [...passedOver.filter((change) => !this.pauseIfSuspended(change)), ...this.gathered]
      this.held = this.stillHeld(held)
    }
    this.endTaking()
  }

  /** The commit is over, whatever became of it. */
  committed(now = performance.now()): void {
    this.committing = nobody
    if (!this.long) return
    const { change, since } = this.long
    if (this.gathered.includes(change)) return
    this.throttle.worked(change.from, now - since, now)
    this.long = null
  }

  /** The turn begins anew: what it took waits again, or is paused for whoever was suspended meanwhile. */
  putBack(): void {
    const { changes, held } = this.taken
    this.next = [
      ...changes.filter((change) => isEdit(change) || !this.pauseIfSuspended(change)),
      ...this.next,
    ]
    this.held = [...this.stillHeld(held), ...this.held]
    this.endTaking()
  }

  /** A turn is putting changes into the text. */
  private get isTaking(): boolean {
    return this.taken.changes.length > 0 || this.taken.held.length > 0
  }

  /** Without what is of whoever left, or was suspended, since the turn began. */
  private stillHeld(held: readonly Incoming[]): Incoming[] {
    return held.filter((change) => !this.gone.has(change.from) && !this.pauseIfSuspended(change))
  }

  private endTaking(): void {
    this.taken = nothing
    this.takenFrom = new Set()
    this.gone.clear()
  }

  /** Pauses a change when its sender is suspended. */
  private pauseIfSuspended(change: Incoming): boolean {
    const paused = this.paused.get(change.from)
    paused?.changes.push(change)
    return paused !== undefined
  }

  /** Whoever has something held back and was not named before: each is asked once for what it builds on. */
  newlyHeld(): Connection[] {
    if (this.held.length === 0 && this.askedFor.size === 0) return []
    const now = new Set(this.held.map(({ from }) => from))
    const fresh = [...now].filter((from) => !this.askedFor.has(from))
    this.askedFor = now
    return fresh
  }

  /** Whose held changes have waited for too long. */
  overdue(now: number): Connection[] {
    return this.held.filter(({ at }) => now - at > this.limits.heldMs).map(({ from }) => from)
  }

  /** Whose held changes are more than a room keeps: who has most of them, so that nobody goes for what another sends. */
  overflowing(): Connection[] {
    if (this.held.length === 0) return []
    const bytes = new Map<string, number>()
    let left = 0
    for (const { from, update } of this.held) {
      const { id } = from.admitted.user
      bytes.set(id, (bytes.get(id) ?? 0) + update.length + heldOverhead)
      left += update.length + heldOverhead
    }
    const over = new Set<string>()
    for (const [id, held] of [...bytes].toSorted(([, one], [, other]) => other - one)) {
      if (left <= this.limits.heldBytes) break
      over.add(id)
      left -= held
    }
    return this.held.flatMap(({ from }) => (over.has(from.admitted.user.id) ? [from] : []))
  }

  /** The turn failed before it took anything; returns its changes. */
  abandon(): Change[] {
    this.putBack()
    const changes = this.next
    this.next = []
    return changes
  }

  isSuspended(connection: Connection): boolean {
    return this.paused.has(connection)
  }

  /** Pauses what a connection sent and sends. Suspended twice, it must be resumed twice. */
  suspend(connection: Connection): void {
    const paused = this.paused.get(connection) ?? { suspensions: 0, changes: [] }
    this.paused.set(connection, paused)
    paused.suspensions++
    paused.changes.push(...this.remove(connection))
  }

  /** Ends one suspension; after the last, returns what was paused, in the order in which it was sent. */
  resume(connection: Connection): Incoming[] {
    const paused = this.paused.get(connection)
    if (!paused || --paused.suspensions > 0) return []
    this.paused.delete(connection)
    return connection.isRefused ? [] : paused.changes.sort((a, b) => a.index - b.index)
  }

  /** Forgets what somebody who is gone can have no answer to: all of it when they were refused, else what is held. */
  leave(connection: Connection): void {
    if (this.isTaking) this.gone.add(connection)
    if (connection.isRefused) this.remove(connection)
    else this.held = this.held.filter(({ from }) => from !== connection)
  }

  private remove(connection: Connection): Incoming[] {
    const isTheirs = (change: Change): boolean => senderOf(change) === connection
    const removed = [...this.held, ...this.next, ...this.gathered].filter(isTheirs) as Incoming[]
    if (removed.length === 0) return removed
    this.held = this.held.filter((change) => !isTheirs(change))
    this.next = this.next.filter((change) => !isTheirs(change))
    this.gathered = this.gathered.filter((change) => !isTheirs(change))
    return removed
  }
}

/** Both, where most often there is nothing in the second. */
const joined = (changes: readonly Change[], held: readonly Incoming[]): readonly Change[] =>
  held.length === 0 ? changes : [...changes, ...held]

function sendersOf(changes: readonly Change[]): Set<Connection> {
  const senders = new Set<Connection>()
  for (const change of changes) if (!isEdit(change)) senders.add(change.from)
  return senders
}
