import { Rates, type Rate } from './token-bucket.ts'

/** A bucket of permits, as `Rate` says of each of these. */
export type Bucket = Pick<Rate, 'has' | 'take' | 'overdraw' | 'giveBack' | 'waitMs'>

/** A bucket for each of many keys. */
export interface Buckets {
  /** The bucket of a key; one that is new, or was forgotten, starts full. */
  use(key: string, perSecond: number, burst: number): Bucket
}

/** How often each of many keys came, in windows of one length that begin with a key's first. */
export interface Windows {
  /** Counts a key once more; `until`: when its window is over. Times are of the clock on the wall (ms). */
  count(key: string, now?: number): { count: number; until: number }
}

/**
 * What throttles and limits count with (a port). What is counted under one name is the same for whoever asks by that
 * name, in every process that shares the counter. It answers at once, as a limit costs those who are within it nothing:
 * one that several processes share counts on its share of a bucket, and settles with the others afterwards.
 *
 * What guards the processor of one process, such as the budgets of rooms, is counted in that process and not here.
 */
export interface Counter {
  buckets(name: string): Buckets
  windows(name: string, windowMs: number): Windows
}

/** A counter of this process alone, in memory: a restart forgets. */
export function inProcessCounter(): Counter {
  const buckets = new Map<string, Rates>()
  const windows = new Map<string, Windows>()
  return {
    buckets: (name) => known(buckets, name, () => new Rates()),
    windows: (name, windowMs) => known(windows, name, () => createWindows(windowMs)),
  }
}

function known<Kept>(kept: Map<string, Kept>, name: string, make: () => Kept): Kept {
  const found = kept.get(name)
  if (found) return found
  const made = make()
  kept.set(name, made)
  return made
}

/** Keys that came in neither this nor the last window are forgotten all at once, without looking at each. */
function createWindows(windowMs: number): Windows {
  type Counted = { count: number; until: number }
  let latest = new Map<string, Counted>()
  let former = new Map<string, Counted>()
  let turnedAt = -Infinity

  return {
    count(key, now = Date.now()) {
      // a clock that was put back ends no window too late
      const passedMs = Math.abs(now - turnedAt)
      if (passedMs >= windowMs) {
        former = passedMs < 2 * windowMs ? latest : new Map()
        latest = new Map()
        turnedAt = now
      }
      let counted = latest.get(key)
      if (!counted) {
        counted = former.get(key) ?? { count: 0, until: now + windowMs }
        former.delete(key)
        latest.set(key, counted)
      }
      if (counted.until <= now || counted.until > now + windowMs) {
        counted.count = 0
        counted.until = now + windowMs
      }
      counted.count++
      return counted
    },
  }
}
