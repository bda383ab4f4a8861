/** On whose behalf something is worked at in slices. */
export interface WorkedFor {
  readonly network: string
  readonly userId: string
}

/** What waits for its next slice. */
interface Waiting {
  /** Null: nobody's in particular, which counts for itself. */
  by: WorkedFor | null
  /** What this piece of work has used so far, in milliseconds. */
  used: number
  /** Somebody waits for its end by now. */
  isUrgent: (() => boolean) | undefined
  begin: () => void
}

/** Half of what somebody has used is forgotten after so long, in milliseconds. */
const halfLifeMs = 10_000
/** It is looked so often (ms) whether what waits has become urgent. */
const lookMs = 10
/** After so many names, those that have used nothing of late are let go; less than a millisecond is nothing. */
const namesBetweenSweeps = 1_000

/**
 * All that waits for a slice. Every other slice goes to whoever has used least of late, as network and then as person:
 * who pastes a page does not stand behind eight strangers who send books. The others go by the order in which they came,
 * so that nobody waits for ever.
 */
export class SliceLine {
  private readonly waiting: Waiting[] = []
  private readonly used = new Map<string, { ms: number; at: number }>()
  private sweepAt = namesBetweenSweeps
  private timer: NodeJS.Timeout | null = null
  private isOldests = false
  /** Until when the thread is others': all that works in slices shares it, or many rooms would follow each other. */
  othersUntil = 0
  /** The same for what is urgent. */
  private urgentFrom = 0

  get isEmpty(): boolean {
    return this.waiting.length === 0
  }

  /** Resolves when the next slice is this one's. */
  wait(by: WorkedFor | null, used: number, isUrgent?: () => boolean): Promise<void> {
    return new Promise((begin) => {
      this.waiting.push({ by, used, isUrgent, begin })
      if (isUrgent && this.timer) {
        clearTimeout(this.timer)
        this.timer = null
      }
      this.lookAgain()
    })
  }

  /** A slice took so long: the thread is others' for `forOthers` now. */
  leave(now: number, took: number, forOthers: number): void {
    this.othersUntil = Math.max(this.othersUntil, now + forOthers)
    this.urgentFrom = Math.max(this.urgentFrom, now + Math.min(took, forOthers))
  }

  /** Counts what somebody used. */
  add({ network, userId }: WorkedFor, ms: number, now: number): void {
    for (const name of [networkName(network), personName(userId)])
      this.used.set(name, { ms: this.usedBy(name, now) + ms, at: now })
    if (this.used.size < this.sweepAt) return
    for (const name of this.used.keys()) if (this.usedBy(name, now) < 1) this.used.delete(name)
    this.sweepAt = this.used.size + namesBetweenSweeps
  }

  private lookAgain(): void {
    if (this.timer !== null || this.isEmpty) return
    const now = performance.now()
    const left = Math.max(0, this.othersUntil - now)
    const mayHurry = this.waiting.some(({ isUrgent }) => isUrgent !== undefined)
    const look = this.urgentFrom > now ? this.urgentFrom - now : lookMs
    const wait = mayHurry ? Math.min(left, look) : left
    this.timer = setTimeout(() => {
      this.timer = null
      // whoever begins works before the next look, which then waits for as long as it has others wait
      this.takeNext(performance.now())?.begin()
      this.lookAgain()
    }, Math.ceil(wait))
  }

  /** What is urgent comes earlier, and not before what is not. */
  private takeNext(now: number): Waiting | undefined {
    if (now < this.urgentFrom) return undefined
    const isNow = now >= this.othersUntil
    const waiting = isNow ? this.waiting : this.waiting.filter(({ isUrgent }) => isUrgent?.())
    if (waiting.length === 0) return undefined
    this.isOldests = !this.isOldests
    const next = waiting[this.isOldests ? 0 : this.indexOfLeast(waiting, now)]!
    this.waiting.splice(this.waiting.indexOf(next), 1)
    return next
  }

  private indexOfLeast(waiting: readonly Waiting[], now: number): number {
    let least = 0
    let used = this.usedOf(waiting[0]!, now)
    for (let index = 1; index < waiting.length; index++) {
      const other = this.usedOf(waiting[index]!, now)
      if (other[0] > used[0] || (other[0] === used[0] && other[1] >= used[1])) continue
      least = index
      used = other
    }
    return least
  }

  private usedOf({ by, used }: Waiting, now: number): readonly [network: number, person: number] {
    if (!by) return [used, used]
    return [this.usedBy(networkName(by.network), now), this.usedBy(personName(by.userId), now)]
  }

  private usedBy(name: string, now: number): number {
    const found = this.used.get(name)
    return found ? found.ms * 0.5 ** ((now - found.at) / halfLifeMs) : 0
  }
}

const networkName = (network: string): string => `network ${network}`
const personName = (userId: string): string => `person ${userId}`
