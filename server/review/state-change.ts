import { isClosed, type Author, type ThreadState } from '../../shared/review.ts'
import { refusalOfState, type Asker } from '../../shared/rules/thread-rules.ts'
import { refuse } from './refusals.ts'
import type { threads } from './tables.ts'

type ThreadRow = typeof threads.$inferSelect

/** Who changes a point, with where they stand in its project. */
export type Changer = Author & Asker

/**
 * What a change of state writes: who closed a thread, when and why; opening it again takes that back. Null when the
 * thread stands so already: two people who settle at once agree, and the first one's name stays.
 * @throws Refusal what `refusalOfState` says
 */
export function stateChange(
  row: ThreadRow,
  change: { state: ThreadState; reason?: string },
  by: Changer,
  at: Date,
): Partial<ThreadRow> | null {
  const { state, reason } = change
  refuse(refusalOfState(row, change, by))
  if (state === row.state) return null
  return {
    state,
    accepted: false,
    ...(isClosed(state)
      ? {
          closedById: by.userId,
          closedByName: by.name,
          closedBySide: by.side,
          closedAt: at,
          closedReason: reason || null,
        }
      : { closedById: null, closedByName: null, closedBySide: null, closedAt: null, closedReason: null }),
  }
}
