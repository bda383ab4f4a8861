import { setTimeout as passed } from 'node:timers/promises'

/** How long work goes on at one go, in milliseconds; a step may take longer. */
const sliceMs = 10
/** The thread is others' for so many times what a slice took: who asks the database five times waits for one, not five. */
const timesForOthers = 2

/**
 * A step counts as no longer than this (ms): after one of minutes, or when the process was stopped for an hour, others
 * have had their turn long before twice that time is over.
 */
const longestStepMs = 100

/** Until when the thread is others': all that works in slices shares it, or many rooms would follow each other. */
let othersUntil = 0

export interface Slices {
  /**
   * Called between any two steps. What is returned is to be waited for and lets others have their turn; null while a
   * slice lasts. `isLong`: the next step may be long by itself, so that it waits also at the beginning.
   */
  pause(isLong?: boolean): Promise<void> | null
  /** Called behind the last step. */
  over(): void
}

/** For what may take long on the thread that serves, and is done step by step. */
export const startSlices = (): Slices => new SharedSlices()

/** Each change that a room takes begins with one: no closures, which would be made for each. */
class SharedSlices implements Slices {
  private began = performance.now()

  pause(isLong = false): Promise<void> | null {
    const now = performance.now()
    return this.isUsedUp(now) || (isLong && now < othersUntil) ? this.letOthers() : null
  }

  over(): void {
    this.isUsedUp(performance.now())
  }

  /** True when a slice is used up: the thread is others' then. */
  private isUsedUp(now: number): boolean {
    if (now - this.began < sliceMs) return false
    const took = Math.min(now - this.began, longestStepMs)
    othersUntil = Math.max(othersUntil, now + took * timesForOthers)
    this.began = now
    return true
  }

  private async letOthers(): Promise<void> {
    for (let left = othersUntil - performance.now(); left > 0; left = othersUntil - performance.now()) {
      await passed(Math.ceil(left))
    }
    this.began = performance.now()
  }
}
