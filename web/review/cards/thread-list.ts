import type { Thread } from '../../../shared/review.ts'
import type { Ranks } from '../anchors/places.ts'

export type Filter = 'open' | 'all'

/**
 * The threads as the panel lists them: in the order of their places in the text, those whose text was removed (or is
 * not known yet) behind them by number. `isPending` says which are among the open ones. A thread that is looked at
 * stays, whatever the filter says.
 */
export function listed(
  threads: Thread[],
  ranks: Ranks,
  filter: Filter,
  active: string | null,
  isPending: (thread: Thread) => boolean,
): Thread[] {
  const rank = ({ id }: Thread) => ranks.get(id) ?? Number.MAX_SAFE_INTEGER
  return threads
    .filter((thread) => filter === 'all' || isPending(thread) || thread.id === active)
    .sort((one, other) => rank(one) - rank(other) || one.number - other.number)
}
