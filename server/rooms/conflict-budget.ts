import type { Limits } from '../../shared/limits.ts'
import { Rate } from './rate.ts'

/** Two people who wrote in one place offline cost a few of these; so little is not counted. */
const freeSteps = 500

/** So many people in documents are remembered; what is forgotten starts full. */
const mostRemembered = 10_000

/**
 * What each person's edits may cost in one document to be put in order, over time: they cost it again for each who
 * opens the document. Lives as long as the process, so that leaving the room does not fill it.
 */
export class ConflictBudget {
  private readonly limits: Limits
  private readonly rates = new Map<string, Rate>()

  constructor(limits: Limits) {
    this.limits = limits
  }

  /** False when a person has used up what there is. */
  take(roomId: string, userId: string, steps: number): boolean {
    if (steps <= freeSteps) return true
    const key = `${roomId} ${userId}`
    let rate = this.rates.get(key)
    if (!rate) {
      if (this.rates.size >= mostRemembered) this.rates.clear()
      rate = new Rate(this.limits.conflictStepsPerSecond, this.limits.conflictSteps * 4)
      this.rates.set(key, rate)
    }
    return rate.take(performance.now(), steps)
  }

  /** What was taken was not used. */
  giveBack(roomId: string, userId: string, steps: number): void {
    if (steps > freeSteps) this.rates.get(`${roomId} ${userId}`)?.giveBack(steps)
  }
}
