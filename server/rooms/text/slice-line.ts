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
  begin: (isEarly: boolean) => void
}

/** How long work goes on at one go, in milliseconds; a step may take longer. */
export const sliceMs = 10
/** The thread is others' for so many times what a slice took: who asks the database five times waits for one, not five. */
const timesForOthers = 2

/** Half of what somebody has used is forgotten after so long, in milliseconds. */
const halfLifeMs = 10_000
/** It is looked so often (ms) whether what waits has become urgent. */
const lookMs = 10
/** After so many names, those that have used nothing of late are let go; less than a millisecond is nothing. */
const namesBetweenSweeps = 1_000

/**
 * All that waits for a slice. Every other slice goes to whoever has used least of late, as network and then as person:
 * who pastes a page does not stand behind eight strangers who send books. The others go by the order in which they came,
 * so that nobody waits for ever. (Not `TurnLines`, where whoever had a turn stands last: turns here are of any length, and
 * who used little comes first again at once.)
 */
export class SliceLine {
  private readonly waiting: Waiting[] = []
  private readonly used = new Map<string, { ms: number; at: number }>()
  private sweepAt = namesBetweenSweeps
  private timer: NodeJS.Timeout | null = null
  private isOldests = false
  /** Until when the thread is others': all that works in slices shares it, or many rooms would follow each other. */
  private othersUntil = 0
  /** The same for what is urgent. */
  private urgentFrom = 0
  /** What was worked since the thread was left to others, and for how long it is theirs then. */
  private worked = 0
  private forOthers = 0

  /** Nobody waits, and the thread is not left to others. */
  isFree(now: number): boolean {
    return this.waiting.length === 0 && now >= this.othersUntil
  }

  /** Resolves when the next slice is this one's, to whether it comes early, as it is urgent. */
  wait(by: WorkedFor | null, used: number, isUrgent?: () => boolean): Promise<boolean> {
    return new Promise((begin) => {
      this.waiting.push({ by, used, isUrgent, begin })
      if (isUrgent && this.timer) {
        clearTimeout(this.timer)
        this.timer = null
      }
      this.lookAgain()
    })
  }

  /**
   * Somebody worked for so long (ms). When it is a slice together with what others did, the thread is left to others:
   * behind what came early for as long as that took, so that it is urgent work's for half of the time at most, and what
   * is not urgent has its slice between two that came early.
   */
  work(ms: number, now: number, by: WorkedFor | null, isEarly: boolean): void {
    if (by) this.add(by, ms, now)
    this.worked += ms
    this.forOthers += isEarly ? ms : ms * timesForOthers
    if (this.worked < sliceMs) return
    this.urgentFrom = Math.max(this.urgentFrom, now + this.worked)
    this.othersUntil = Math.max(this.othersUntil, now + this.forOthers)
    this.worked = 0
    this.forOthers = 0
  }

  /** Counts what somebody used. */
  private add({ network, userId }: WorkedFor, ms: number, now: number): void {
    for (const name of [networkName(network), personName(userId)])
      this.used.set(name, { ms: this.usedBy(name, now) + ms, at: now })
    if (this.used.size < this.sweepAt) return
    for (const name of this.used.keys()) if (this.usedBy(name, now) < 1) this.used.delete(name)
    this.sweepAt = this.used.size + namesBetweenSweeps
  }

  private lookAgain(): void {
    if (this.timer !== null || this.waiting.length === 0) return
    const now = performance.now()
    const left = Math.max(0, this.othersUntil - now)
    const mayHurry = this.waiting.some(({ isUrgent }) => isUrgent !== undefined)
    const look = this.urgentFrom > now ? this.urgentFrom - now : lookMs
    const wait = mayHurry ? Math.min(left, look) : left
    this.timer = setTimeout(() => {
      this.timer = null
      // whoever begins works before the next look, which then waits for as long as it has others wait
      this.beginNext(performance.now())
      this.lookAgain()
    }, Math.ceil(wait))
  }

  /** While the thread is others', only what is urgent may begin; from then on it has no precedence. */
  private beginNext(now: number): void {
    if (now < this.urgentFrom) return
    const isEarly = now < this.othersUntil
    const waiting = isEarly ? this.waiting.filter(({ isUrgent }) => isUrgent?.()) : this.waiting
    if (waiting.length === 0) return
    // what comes early is not counted: of the other slices every other one is the oldest's
    if (!isEarly) this.isOldests = !this.isOldests
    const next = waiting[!isEarly && this.isOldests ? 0 : this.indexOfLeast(waiting, now)]!
    this.waiting.splice(this.waiting.indexOf(next), 1)
    next.begin(isEarly)
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
