import { Refusal } from '../../shared/errors.ts'
import type { Author, ThreadState } from '../../shared/review.ts'
import type { threads } from './tables.ts'

type ThreadRow = typeof threads.$inferSelect

const isClosed = (state: ThreadState) => state === 'settled' || state === 'declined'

/**
 * What a change of state writes: who closed a thread, when and why; opening it again takes that back. Null when the
 * thread stands so already: two people who settle at once agree, and the first one's name stays.
 * @throws Refusal `reason_required`; `thread_closed` when a closed thread is to be closed in another way
 */
export function closing(
  row: ThreadRow,
  change: { state: ThreadState; reason?: string },
  by: Author,
  at: Date,
): Partial<ThreadRow> | null {
  const { state, reason } = change
  if (state === row.state) return null
  if (state === 'declined' && !reason) throw new Refusal('reason_required')
  if (isClosed(row.state) && isClosed(state)) throw new Refusal('thread_closed')
  return {
    state,
    changes: row.changes + 1,
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
