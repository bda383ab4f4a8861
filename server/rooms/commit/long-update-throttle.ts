import type { WorkedFor } from '../text/slice-line.ts'

/** A slice, and no budget: nobody waits for longer than this (ms) behind what they sent. */
const longestWaitMs = 10_000

/**
 * Of one person, and of one network, the next long update in a room waits for as long as the last one took: half of the
 * time the room is others' for certain, however much somebody sends.
 */
export class LongUpdateThrottle {
  private readonly until = new Map<string, number>()

  /** How long the next long update has to wait. */
  waitMs(by: WorkedFor, now: number): number {
    const until = namesOf(by).map((name) => this.until.get(name) ?? 0)
    return Math.max(0, ...until.map((at) => at - now))
  }

  /** A long update was worked at for so long. */
  worked(by: WorkedFor, ms: number, now: number): void {
    for (const [name, at] of this.until) if (at <= now) this.until.delete(name)
    for (const name of namesOf(by)) this.until.set(name, now + Math.min(ms, longestWaitMs))
  }
}

const namesOf = ({ network, userId }: WorkedFor): string[] => [`network ${network}`, `person ${userId}`]
