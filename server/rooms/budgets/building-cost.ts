import type { ChangeQueue } from '../commit/change-queue.ts'
import type { ReadingBudget } from './reading-budget.ts'

/** Who pays for building a room's document, which the first to write in a quiet room causes. */
export class BuildingCost {
  private readonly queue: ChangeQueue
  private readonly reading: ReadingBudget
  private readonly onReady: () => void
  private isDeferred = false

  /** `onReady`: called when somebody who could not pay can. */
  constructor(queue: ChangeQueue, reading: ReadingBudget, onReady: () => void) {
    this.queue = queue
    this.reading = reading
    this.onReady = onReady
  }

  /**
   * True while none of those whose changes wait may have the document built: their changes wait longer then. Not when
   * it is built already, or for an edit of the server's, which has waited for the text that it read.
   */
  mustWait(isBuilt: boolean): boolean {
    if (isBuilt) return false
    const { waitMs } = this.payer()
    if (waitMs > 0 && !this.isDeferred) {
      this.isDeferred = true
      setTimeout(() => {
        this.isDeferred = false
        this.onReady()
      }, waitMs).unref()
    }
    return waitMs > 0
  }

  /** The document is about to be built from so many bytes; not for building it again that somebody’s broken change has caused. */
  charge(bytes: number): void {
    const { userId } = this.payer()
    if (userId !== null) this.reading.chargeBuilding(userId, bytes)
  }

  /** Of those whose changes wait, the one who may soonest; nobody when all of them were sent away. */
  private payer(): { userId: string | null; waitMs: number } {
    let payer: { userId: string | null; waitMs: number } = { userId: null, waitMs: 0 }
    for (const userId of this.queue.people()) {
      const waitMs = this.reading.waitMs(userId)
      if (payer.userId === null || waitMs < payer.waitMs) payer = { userId, waitMs }
    }
    return payer
  }
}
