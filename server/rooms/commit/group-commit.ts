import { Refusal } from '../../../shared/errors.ts'
import type { Log, LogEntry } from '../ports.ts'
import type { RoomMetrics } from '../metrics.ts'

interface Waiting {
  entries: LogEntry[]
  /** Of all its updates. */
  bytes: number
  resolve: () => void
  reject: (failure: unknown) => void
}

/** At most this many entries in a statement; more wait for the next group. */
const mostEntries = 2_000

/** What one room has to say in so many bytes goes apart from what is short, which does not stand behind it. */
const longBytes = 65_536

/** At most so many bytes in a statement of what is long, or one room's alone. */
const mostBytes = 1_048_576

/** Groups start at least this far apart when the server is loaded, in milliseconds; at once when it is quiet. */
const longestGap = 24

/** How many entries a second make a gap of one millisecond. */
const entriesPerGapMs = 32

/**
 * One commit at a time for all rooms: while one is in flight the next group gathers (rule 3). The busier the
 * server, the longer a group gathers, since a commit costs the same for one entry as for fifty.
 */
export class GroupCommit {
  private readonly log: Log
  private readonly metrics: RoomMetrics
  /** What is short waits in a line of its own. */
  private short: Waiting[] = []
  private long: Waiting[] = []
  private running = false
  private wasShort = false
  private startedAt = 0
  private perSecond = 0

  constructor(log: Log, metrics: RoomMetrics) {
    this.log = log
    this.metrics = metrics
  }

  /** Resolves once all are durable; rejects when none of them is. */
  commit(entries: LogEntry[]): Promise<void> {
    const bytes = entries.reduce((sum, { update }) => sum + update.length, 0)
    return new Promise((resolve, reject) => {
      const line = bytes > longBytes ? this.long : this.short
      line.push({ entries, bytes, resolve, reject })
      if (!this.running) this.start()
    })
  }

  private start(): void {
    this.running = true
    const gap = Math.min(longestGap, this.perSecond / entriesPerGapMs)
    const wait = this.startedAt + gap - performance.now()
    if (wait >= 1) setTimeout(() => void this.run(), wait)
    else setImmediate(() => void this.run())
  }

  private async run(): Promise<void> {
    const group = this.takeGroup()
    const entries = group.flatMap((one) => one.entries)
    const now = performance.now()
    const elapsed = Math.max(1, now - this.startedAt)
    const weight = Math.min(1, elapsed / 500)
    this.perSecond += ((entries.length * 1000) / elapsed - this.perSecond) * weight
    this.startedAt = now
    try {
      await this.log.append(entries)
      for (const one of group) one.resolve()
      this.metrics.commitSeconds.observe((performance.now() - now) / 1000)
      this.metrics.committed.inc(entries.length)
    } catch (failure) {
      this.metrics.commitFailures.inc()
      await this.fail(group, failure)
    }
    if (this.short.length > 0 || this.long.length > 0) this.start()
    else this.running = false
  }

  /** All that is short, and what is long in turn with it, a megabyte at a time. A room waits with one thing at most. */
  private takeGroup(): Waiting[] {
    const isLongsTurn = this.short.length === 0 || (this.wasShort && this.long.length > 0)
    this.wasShort = !isLongsTurn
    return isLongsTurn
      ? takeUpTo(this.long, ({ bytes }) => bytes, mostBytes)
      : takeUpTo(this.short, ({ entries }) => entries.length, mostEntries)
  }

  /** What one room cannot store (its document was removed, say) must not fail the others of its group. */
  private async fail(group: Waiting[], failure: unknown): Promise<void> {
    if (group.length === 1 || concernsAll(failure)) {
      for (const one of group) one.reject(failure)
      return
    }
    for (const one of group) {
      try {
        await this.log.append(one.entries)
        one.resolve()
      } catch (ownFailure) {
        one.reject(ownFailure)
      }
    }
  }
}

/** Takes the first of a line that are no more than `most` together, and one at least. */
function takeUpTo(line: Waiting[], sizeOf: (one: Waiting) => number, most: number): Waiting[] {
  let size = 0
  const end = line.findIndex((one) => (size += sizeOf(one)) > most)
  return line.splice(0, end === -1 ? line.length : Math.max(1, end))
}

const concernsAll = (failure: unknown): boolean =>
  failure instanceof Refusal && (failure.code === 'storage_full' || failure.code === 'storage_failed')
