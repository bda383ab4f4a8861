import type { Thread, ThreadState } from '../../shared/review.ts'
import type { Places } from './highlights.ts'

export type Filter = 'open' | 'all'

export const isClosed = (state: ThreadState): boolean => state === 'settled' || state === 'declined'

/**
 * The threads as the panel lists them: in the order of their places in the text, those whose text was removed (or is
 * not known yet) behind them by number. A thread that is looked at stays, whatever the filter says.
 */
export function listed(threads: Thread[], places: Places, filter: Filter, active: string | null): Thread[] {
  const place = ({ id }: Thread) => places.get(id)?.from ?? Number.MAX_SAFE_INTEGER
  return threads
    .filter((thread) => filter === 'all' || !isClosed(thread.state) || thread.id === active)
    .sort((one, other) => place(one) - place(other) || one.number - other.number)
}
