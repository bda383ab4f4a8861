import { SliceLine, sliceMs, type WorkedFor } from './slice-line.ts'

/**
 * A step counts as no longer than this (ms): after one of minutes, or when the process was stopped for an hour, others
 * have had their turn long before twice that time is over.
 */
const longestStepMs = 100

const line = new SliceLine()

export interface Slices {
  /**
   * Called between any two steps. What is returned is to be waited for and lets others have their turn; null while a
   * slice lasts. `isLong`: the next step may be long by itself, so that it waits also at the beginning.
   */
  pause(isLong?: boolean): Promise<void> | null
  /** What comes next is somebody's: it counts as theirs, and waits as theirs. */
  workFor(by: WorkedFor): void
  /** Called behind the last step. */
  over(): void
}

/**
 * For what may take long on the thread that serves, and is done step by step. `isUrgent`: asked while it waits whether
 * somebody waits for its end; then the thread is others' no longer than a slice took.
 */
export const startSlices = (isUrgent?: () => boolean): Slices => new SharedSlices(isUrgent)

/** Each change that a room takes begins with one: no closures, which would be made for each. */
class SharedSlices implements Slices {
  private began = performance.now()
  private by: WorkedFor | null = null
  private used = 0
  private isEarly = false
  private readonly isUrgent: (() => boolean) | undefined

  constructor(isUrgent?: () => boolean) {
    this.isUrgent = isUrgent
  }

  pause(isLong = false): Promise<void> | null {
    const now = performance.now()
    const isUsedUp = now - this.began >= sliceMs
    if (!isUsedUp && !(isLong && !line.isFree(now))) return null
    this.count(now)
    return this.letOthers()
  }

  workFor(by: WorkedFor): void {
    this.by = by
  }

  over(): void {
    const now = performance.now()
    // what is short, and waited for nothing, is no long work
    if (now - this.began >= sliceMs || this.used > 0) this.count(now)
  }

  private count(now: number): void {
    const took = Math.min(now - this.began, longestStepMs)
    this.used += took
    line.work(took, now, this.by, this.isEarly)
    this.began = now
  }

  private async letOthers(): Promise<void> {
    this.isEarly = await line.wait(this.by, this.used, this.isUrgent)
    this.began = performance.now()
  }
}
