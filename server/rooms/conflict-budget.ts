import type { Limits } from '../../shared/limits.ts'
import { Rate } from './rate.ts'

/** So many people in documents are remembered; what is forgotten starts full. */
const mostRemembered = 10_000

/** So many changes at the limit of one may come at once; each budget holds the largest, so that none waits for ever. */
const ordersAtOnce = 3
const movesAtOnce = 2

/** What a change costs, as `checkUpdate` counts it. */
export interface ChangeCost {
  conflictSteps: number
  movedItems: number
}

/**
 * What each person's edits may cost over time: to be put in order, in one document, which they cost again for each who
 * opens it; and to be cut and joined, in all documents together. Lives as long as the process, so that leaving the
 * room does not fill it.
 */
export class ConflictBudget {
  private readonly limits: Limits
  private readonly orders = new Map<string, Rate>()
  private readonly moves = new Map<string, Rate>()

  constructor(limits: Limits) {
    this.limits = limits
  }

  /** False, and takes nothing, when a person has used up so much that this has to come again later. */
  take(roomId: string, userId: string, { conflictSteps, movedItems }: ChangeCost): boolean {
    const now = performance.now()
    const { conflictStepsPerSecond, movedItemsPerSecond } = this.limits
    const key = `${roomId} ${userId}`
    if (conflictSteps > 0) {
      const rate = rateOf(this.orders, key, conflictStepsPerSecond, this.limits.conflictSteps * ordersAtOnce)
      if (!rate.take(now, conflictSteps)) return false
    }
    if (movedItems === 0) return true
    const rate = rateOf(this.moves, userId, movedItemsPerSecond, this.limits.movedItems * movesAtOnce)
    if (rate.take(now, movedItems)) return true
    this.orders.get(key)?.giveBack(conflictSteps)
    return false
  }

  /** What was taken was not used. */
  giveBack(roomId: string, userId: string, { conflictSteps, movedItems }: ChangeCost): void {
    this.orders.get(`${roomId} ${userId}`)?.giveBack(conflictSteps)
    this.moves.get(userId)?.giveBack(movedItems)
  }
}

function rateOf(rates: Map<string, Rate>, key: string, perSecond: number, burst: number): Rate {
  let rate = rates.get(key)
  if (!rate) {
    if (rates.size >= mostRemembered) rates.clear()
    rates.set(key, (rate = new Rate(perSecond, burst)))
  }
  return rate
}
