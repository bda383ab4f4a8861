import { Refusal } from '../../../shared/errors.ts'
import type { ChangeCost, ConflictBudget } from './conflict-budget.ts'
import type { Log } from '../ports.ts'

const nothing: ChangeCost = { conflictSteps: 0, movedItems: 0 }

/**
 * What a room's changes use up of what their senders may cost others. Of changes that no commit has taken it can be
 * given back: a turn that is repeated, or that the log did not take, costs nobody twice.
 */
export class Spending {
  private readonly roomId: string
  private readonly log: Log
  private readonly conflicts: ConflictBudget
  private spent: { userId: string; bytes: number; cost: ChangeCost }[] = []

  constructor(roomId: string, log: Log, conflicts: ConflictBudget) {
    this.roomId = roomId
    this.log = log
    this.conflicts = conflicts
  }

  /**
   * Throws a Refusal when one of the budgets is used up, and has taken nothing of the log's then. Each fills again, so
   * that the same change passes later: `too_many_updates`, or the log's own.
   */
  spend(userId: string, bytes: number, cost = nothing): void {
    if (!this.conflicts.take(this.roomId, userId, cost)) throw new Refusal('too_many_updates')
    this.log.reserve(this.roomId, userId, bytes)
    this.spent.push({ userId, bytes, cost })
  }

  /** As the budget says: what the checks of a person's changes work is counted, whatever becomes of the changes. */
  mayWork(userId: string, moves: number): boolean {
    return this.conflicts.mayWork(userId, moves)
  }

  worked(userId: string, moves: number): void {
    this.conflicts.charge(userId, moves)
  }

  /** Counts what is made already; the next change is refused for it, where it was too much. */
  note(userId: string, bytes: number): void {
    this.log.note(this.roomId, userId, bytes)
    this.spent.push({ userId, bytes, cost: nothing })
  }

  /** All of it is committed. */
  settle(): void {
    this.spent = []
  }

  /** Nothing of it was committed. */
  giveBack(): void {
    for (const { userId, bytes, cost } of this.spent) {
      this.log.release(this.roomId, userId, bytes)
      this.conflicts.giveBack(this.roomId, userId, cost)
    }
    this.spent = []
  }
}
