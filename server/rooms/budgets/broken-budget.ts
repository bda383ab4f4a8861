import { Refusal } from '../../../shared/errors.ts'
import type { Limits } from '../../../shared/limits.ts'
import { Rates } from '../../../shared/rules/token-bucket.ts'

/**
 * How often a person's changes may be refused only when they are in the document, which is then read again for
 * everybody. Lives as long as the process and is of all rooms, so that neither coming back nor going elsewhere fills it.
 */
export class BrokenBudget {
  private readonly limits: Limits
  private readonly rates = new Rates()

  constructor(limits: Limits) {
    this.limits = limits
  }

  /** Throws `too_many_updates` when a person has broken so much that nothing more of theirs is tried for now. */
  check(userId: string): void {
    if (this.rates.get(userId)?.has(performance.now()) === false) throw new Refusal('too_many_updates')
  }

  /** A change of theirs has broken the document. */
  note(userId: string): void {
    const { brokenChangesPerMinute } = this.limits
    this.rates.use(userId, brokenChangesPerMinute / 60, brokenChangesPerMinute).take(performance.now())
  }
}
