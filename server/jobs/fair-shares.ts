/** How much may be under way, and how much of it for one owner. */
export interface ShareLimits {
  atOnce: number
  perOwner: number
}

/**
 * Counts what is under way by owner, so that whose work hangs holds up only their own. Half of what may be under way is
 * for those who have nothing under way.
 */
export function createShares({ atOnce, perOwner }: ShareLimits) {
  const underWay = new Set<readonly string[]>()

  return {
    /** Of whom nothing more may begin now. */
    full(): string[] {
      const most = underWay.size < atOnce / 2 ? perOwner : 1
      const counts = new Map<string, number>()
      for (const owner of [...underWay].flat()) counts.set(owner, (counts.get(owner) ?? 0) + 1)
      return [...counts].flatMap(([owner, count]) => (count >= most ? [owner] : []))
    },
    /** Counts one more; returns what ends it. */
    begin(owners: readonly string[]): () => void {
      const own = [...owners]
      if (own.length > 0) underWay.add(own)
      return () => void underWay.delete(own)
    },
  }
}
