/** What waits for a free process. */
export interface Waiting {
  projectId: string
  userId: string
  kind: 'quick' | 'long'
}

/**
 * Who is next: projects take turns, and within a project who came first. A project whose first is held back by a bound
 * is passed over, so its long conversions hold up nobody else's, nor its own quick ones.
 */
export function createQueue<One extends Waiting>() {
  /** In the order of their turns. */
  const projects = new Map<string, One[]>()
  let size = 0

  function remove(one: One): boolean {
    const waiting = projects.get(one.projectId)
    const at = waiting?.indexOf(one) ?? -1
    if (at < 0) return false
    waiting!.splice(at, 1)
    if (waiting!.length === 0) projects.delete(one.projectId)
    size--
    return true
  }

  return {
    get size() {
      return size
    },
    add(one: One): void {
      const waiting = projects.get(one.projectId)
      if (waiting) waiting.push(one)
      else projects.set(one.projectId, [one])
      size++
    },
    /** False when it does not wait any more. */
    remove,
    /** Takes out the next that may run now. */
    next(mayRun: (one: One) => boolean): One | undefined {
      for (const [projectId, waiting] of projects) {
        const one = waiting.find(mayRun)
        if (!one) continue
        remove(one)
        const rest = projects.get(projectId)
        if (rest) {
          projects.delete(projectId)
          projects.set(projectId, rest)
        }
        return one
      }
      return undefined
    },
    count(matches: (one: One) => boolean): number {
      let count = 0
      for (const waiting of projects.values()) count += waiting.filter(matches).length
      return count
    },
    /** Empties it. */
    drain(): One[] {
      const all = [...projects.values()].flat()
      projects.clear()
      size = 0
      return all
    },
  }
}
