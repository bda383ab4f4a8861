import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import { Rate } from './rate.ts'

/** So many people are remembered; what is forgotten starts full. */
const mostRemembered = 10_000

/**
 * How often a person's changes may be refused only when they are in the document, which is then read again for
 * everybody. Lives as long as the process and is of all rooms, so that neither coming back nor going elsewhere fills it.
 */
export class BrokenBudget {
  private readonly limits: Limits
  private readonly rates = new Map<string, Rate>()

  constructor(limits: Limits) {
    this.limits = limits
  }

  /** Throws `too_many_updates` when a person has broken so much that nothing more of theirs is tried for now. */
  check(userId: string): void {
    if (this.rates.get(userId)?.has(performance.now()) === false) throw new Refusal('too_many_updates')
  }

  /** A change of theirs has broken the document. */
  note(userId: string): void {
    let rate = this.rates.get(userId)
    if (!rate) {
      if (this.rates.size >= mostRemembered) this.rates.clear()
      const { brokenChangesPerMinute } = this.limits
      rate = new Rate(brokenChangesPerMinute / 60, brokenChangesPerMinute)
      this.rates.set(userId, rate)
    }
    rate.take(performance.now())
  }
}
