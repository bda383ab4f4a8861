import type { Limits } from '../../shared/limits.ts'
import type { Sharer } from './jobs.ts'

/**
 * Counts what is under way by project and by person, so that whose receivers hang holds up only their own. Half of what
 * may be under way is for those who have nothing under way.
 */
export function createShares({
  deliveriesAtOnce,
  deliveriesPerProject,
}: Pick<Limits, 'deliveriesAtOnce' | 'deliveriesPerProject'>) {
  const underWay = new Set<Sharer>()

  function fullOf(key: keyof Sharer): string[] {
    const most = underWay.size < deliveriesAtOnce / 2 ? deliveriesPerProject : 1
    const counts = new Map<string, number>()
    for (const one of underWay) counts.set(one[key], (counts.get(one[key]) ?? 0) + 1)
    return [...counts].flatMap(([id, count]) => (count >= most ? [id] : []))
  }

  return {
    /** Of whom nothing more may begin now. */
    full: () => ({ projectIds: fullOf('projectId'), userIds: fullOf('userId') }),
    /** Counts one more; returns what ends it. */
    begin(sharer: Sharer | null): () => void {
      const own = sharer && { ...sharer }
      if (own) underWay.add(own)
      return () => void (own && underWay.delete(own))
    },
  }
}
