import { Refusal } from '../../shared/errors.ts'
import { isClosed, type Author, type ThreadState } from '../../shared/review.ts'
import type { threads } from './tables.ts'

type ThreadRow = typeof threads.$inferSelect

/** Who changes a point: `edits` for editors and owners, who may do it for others. */
export interface Changer extends Author {
  edits: boolean
}

/**
 * What a change of state writes: who closed a thread, when and why; opening it again takes that back. Null when the
 * thread stands so already: two people who settle at once agree, and the first one's name stays.
 * @throws Refusal `settle_not_yours`, `not_allowed`, `reason_required`; `thread_closed` when a closed thread is to
 * be answered or closed in another way
 */
export function closing(
  row: ThreadRow,
  change: { state: ThreadState; reason?: string },
  by: Changer,
  at: Date,
): Partial<ThreadRow> | null {
  const { state, reason } = change
  if (state === row.state) return null
  checkStanding(row, state, by)
  if (needsReason(row, state, by) && !reason) throw new Refusal('reason_required')
  if (isClosed(row.state) && state !== 'open') throw new Refusal('thread_closed')
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

/** Settled is said by who raised a point, or by an editor of the same side; declining is an editor's, of any side. */
function checkStanding(row: ThreadRow, state: ThreadState, by: Changer): void {
  const raised = row.authorId === by.userId
  if (state === 'settled') {
    if (!raised && !(by.edits && by.side === row.authorSide)) throw new Refusal('settle_not_yours')
    return
  }
  const may =
    by.edits || (state !== 'declined' && raised) || (state === 'answered' && row.assigneeId === by.userId)
  if (!may) throw new Refusal('not_allowed')
}

const needsReason = (row: ThreadRow, state: ThreadState, by: Changer): boolean =>
  state === 'declined' || (state === 'settled' && row.authorId !== by.userId)
