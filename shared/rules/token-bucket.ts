import { Refusal } from '../errors.ts'

/** A bucket of permits that fills by `perSecond` and holds `burst`; it starts full. */
export class Rate {
  private readonly perSecond: number
  private readonly burst: number
  private permits: number
  private filledAt = 0

  constructor(perSecond: number, burst = perSecond * 2) {
    this.perSecond = perSecond
    this.burst = burst
    this.permits = burst
  }

  /** True when a permit is left. Takes none. */
  has(now: number): boolean {
    return this.take(now, 0) && this.permits >= 1
  }

  /** Puts back permits that were taken and not used. */
  giveBack(count: number): void {
    this.permits = Math.min(this.burst, this.permits + count)
  }

  /** Takes permits; false, and takes none, when fewer are left. `now` in milliseconds of any steady clock. */
  take(now: number, count = 1): boolean {
    // a clock that steps back fills nothing for once, and takes nothing away
    const passedMs = Math.max(0, now - this.filledAt)
    this.permits = Math.min(this.burst, this.permits + (passedMs / 1000) * this.perSecond)
    this.filledAt = now
    if (this.permits < count) return false
    this.permits -= count
    return true
  }

  /** Takes so many permits, or what is left; returns how many it took. */
  takeUpTo(now: number, count: number): number {
    this.take(now, 0)
    const taken = Math.max(0, Math.min(count, this.permits))
    this.permits -= taken
    return taken
  }

  /** Takes permits also when fewer are left: the debt is filled first, and is never more than fills the bucket. */
  overdraw(now: number, count: number): void {
    this.take(now, 0)
    this.permits = Math.max(-this.burst, this.permits - count)
  }

  /** When it was last used, by the clock that its users go by. */
  get usedAt(): number {
    return this.filledAt
  }

  /** How full it is at that time: 1 when nothing is taken, below 0 while there is a debt. Takes and fills none. */
  levelAt(now: number): number {
    return Math.min(1, (this.permits + ((now - this.filledAt) / 1000) * this.perSecond) / this.burst)
  }

  /** Milliseconds until so many permits are left; 0 when they are. With none asked for: until there is no debt. */
  waitMs(now: number, count = 0): number {
    this.take(now, 0)
    return this.permits >= count ? 0 : Math.ceil(((count - this.permits) / this.perSecond) * 1000)
  }
}

/** Takes permits. @throws Refusal `too_many_requests` with the seconds to wait when fewer are left, and takes none */
export function takeOrRefuse(rate: Pick<Rate, 'take' | 'waitMs'>, now: number, count = 1): void {
  if (rate.take(now, count)) return
  throw new Refusal('too_many_requests', { seconds: Math.ceil(rate.waitMs(now, count) / 1_000) })
}

/**
 * How a bucket fills, and what it holds, so that no hour has more than `most` of it: half at once, and the other half
 * as the hour goes on.
 */
export const perHour = (most: number): [perSecond: number, burst: number] => [most / 7_200, most / 2]

/** So many keys are remembered, each a person or a person in a document. */
const mostRemembered = 10_000
/** When they are too many, so many are forgotten in one go. */
const forgottenAtOnce = mostRemembered / 10

/**
 * A bucket for each of many keys. When there are too many, the fullest are forgotten first and start full again: who
 * uses thousands of keys a little empties nobody's memory of a key that is used much.
 */
export class Rates {
  private readonly rates = new Map<string, Rate>()

  /** The bucket of a key that was used before. */
  get(key: string): Rate | undefined {
    return this.rates.get(key)
  }

  /** The bucket of a key, made when it is new or was forgotten. */
  use(key: string, perSecond: number, burst: number): Rate {
    const known = this.rates.get(key)
    if (known) {
      // the oldest stand first, and of equally full ones go first
      this.rates.delete(key)
      this.rates.set(key, known)
      return known
    }
    if (this.rates.size >= mostRemembered) this.forget()
    const rate = new Rate(perSecond, burst)
    this.rates.set(key, rate)
    return rate
  }

  private forget(): void {
    const all = [...this.rates]
    const now = all.reduce((latest, [, rate]) => Math.max(latest, rate.usedAt), 0)
    const fullest = all.toSorted(([, one], [, other]) => other.levelAt(now) - one.levelAt(now))
    for (const [key] of fullest.slice(0, forgottenAtOnce)) this.rates.delete(key)
  }
}
