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
    this.permits = Math.min(this.burst, this.permits + ((now - this.filledAt) / 1000) * this.perSecond)
    this.filledAt = now
    if (this.permits < count) return false
    this.permits -= count
    return true
  }
}
