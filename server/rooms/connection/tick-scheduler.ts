/** Rule 4: a tick is this long for each person in the room, in milliseconds, and never longer than `longestTick`. */
const tickPerPerson = 0.55
const longestTick = 52
const smallRoom = 8

/**
 * When a room ticks: at once when the last tick is long ago, else as far after it as the room is large. So a
 * quiet room waits for nothing, and fifty people who all move get one frame in 27 ms.
 */
export class TickScheduler {
  private readonly people: () => number
  private readonly onTick: () => void
  private isScheduled = false
  private tickedAt = 0

  constructor(people: () => number, onTick: () => void) {
    this.people = people
    this.onTick = onTick
  }

  /** Asks for a tick, at the earliest `after` milliseconds from now. */
  wake(after = 0): void {
    if (this.isScheduled) return
    this.isScheduled = true
    const wait = Math.max(after, this.tickedAt + this.interval() - performance.now())
    if (wait >= 1) setTimeout(this.tick, wait)
    else setImmediate(this.tick)
  }

  private interval(): number {
    const people = this.people()
    return people <= smallRoom ? 0 : Math.min(longestTick, people * tickPerPerson)
  }

  private readonly tick = (): void => {
    this.isScheduled = false
    this.tickedAt = performance.now()
    this.onTick()
  }
}
