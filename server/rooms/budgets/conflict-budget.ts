import type { Limits } from '../../../shared/limits.ts'
import { Rates, type Rate } from '../../../shared/rules/token-bucket.ts'

/** What a change costs, as `checkUpdate` counts it; `clientIds`: those that it writes with first. */
export interface ChangeCost {
  conflictSteps: number
  movedItems: number
  clientIds?: readonly number[]
}

/**
 * What each person's edits may cost over time: to be put in order, in one document, which they cost again for each who
 * opens it, and in all together; and to be cut and joined, in all documents together. What may come at once is so many
 * changes at the limit of one, so that each budget holds the largest, and none waits for ever. Lives as long as the
 * process, so that leaving the room does not fill it.
 */
export class ConflictBudget {
  private readonly limits: Limits
  private readonly orders = new Rates()
  private readonly moves = new Rates()
  private readonly clientIds = new Rates()

  constructor(limits: Limits) {
    this.limits = limits
  }

  /** False, and takes nothing, when a person has used up so much that this has to come again later. */
  take(roomId: string, userId: string, { conflictSteps, movedItems, clientIds = [] }: ChangeCost): boolean {
    if (conflictSteps === 0 && movedItems === 0 && clientIds.length === 0) return true
    const now = performance.now()
    const { conflictStepsPerSecond, conflictDocumentsPerSecond, conflictDocumentsAtOnce } = this.limits
    const burst = this.limits.conflictSteps * this.limits.conflictUpdatesAtOnce
    const wanted: [rate: Rate, count: number][] = []
    if (conflictSteps > 0) {
      const here = this.orders.use(`${roomId} ${userId}`, conflictStepsPerSecond, burst)
      const everywhere = this.orders.use(
        userId,
        conflictStepsPerSecond * conflictDocumentsPerSecond,
        burst * conflictDocumentsAtOnce,
      )
      wanted.push([here, conflictSteps], [everywhere, conflictSteps])
    }
    if (movedItems > 0) wanted.push([this.movesOf(userId), movedItems])
    if (clientIds.length > 0) {
      const { clientIdsAtOnce, clientIdsPerHour } = this.limits
      const ids = this.clientIds.use(`${roomId} ${userId}`, clientIdsPerHour / 3_600, clientIdsAtOnce)
      wanted.push([ids, clientIds.length])
    }
    const refused = wanted.findIndex(([rate, count]) => !rate.take(now, count))
    if (refused === -1) return true
    for (const [rate, count] of wanted.slice(0, refused)) rate.giveBack(count)
    return false
  }

  /** Counts work for a person that takes as long as so many moves; false, and counts nothing, where they have no more. */
  mayWork(userId: string, moves: number): boolean {
    return this.movesOf(userId).take(performance.now(), moves)
  }

  /** Counts such work that is done: `mayWork` is false until the debt is filled. */
  charge(userId: string, moves: number): void {
    if (moves > 0) this.movesOf(userId).overdraw(performance.now(), moves)
  }

  private movesOf(userId: string): Rate {
    const { movedItemsPerSecond, movedItems, movingUpdatesAtOnce } = this.limits
    return this.moves.use(userId, movedItemsPerSecond, movedItems * movingUpdatesAtOnce)
  }

  /** What was taken was not used. */
  giveBack(roomId: string, userId: string, { conflictSteps, movedItems, clientIds = [] }: ChangeCost): void {
    this.clientIds.get(`${roomId} ${userId}`)?.giveBack(clientIds.length)
    this.orders.get(`${roomId} ${userId}`)?.giveBack(conflictSteps)
    this.orders.get(userId)?.giveBack(conflictSteps)
    this.moves.get(userId)?.giveBack(movedItems)
  }
}
