/** What waits for a free process. */
export interface Waiting {
  /** Where who asks comes from: accounts cost nothing, networks do. */
  network: string
  projectId: string
  userId: string
  kind: 'quick' | 'long'
}

/**
 * Who is next: networks take turns, within a network projects, and within a project who came first. A project whose
 * first is held back by a bound is passed over, so its long conversions hold up nobody else's, nor its own quick ones.
 */
export function createQueue<One extends Waiting>() {
  /** As they came. */
  const all = new Set<One>()
  /** By network and by project, each in the order of their turns. */
  const networks = new Map<string, Map<string, One[]>>()

  function remove(one: One): boolean {
    if (!all.delete(one)) return false
    const projects = networks.get(one.network)!
    const waiting = projects.get(one.projectId)!
    waiting.splice(waiting.indexOf(one), 1)
    if (waiting.length === 0) projects.delete(one.projectId)
    if (projects.size === 0) networks.delete(one.network)
    return true
  }

  return {
    add(one: One): void {
      all.add(one)
      const projects = networks.get(one.network) ?? new Map<string, One[]>()
      networks.set(one.network, projects)
      const waiting = projects.get(one.projectId)
      if (waiting) waiting.push(one)
      else projects.set(one.projectId, [one])
    },
    /** False when it does not wait any more. */
    remove,
    /** Takes out the next that may run now. */
    next(mayRun: (one: One) => boolean): One | undefined {
      for (const [network, projects] of networks) {
        for (const [projectId, waiting] of projects) {
          const one = waiting.find(mayRun)
          if (!one) continue
          remove(one)
          toTheEnd(projects, projectId)
          toTheEnd(networks, network)
          return one
        }
      }
      return undefined
    },
    count(matches: (one: One) => boolean): number {
      let count = 0
      for (const one of all) if (matches(one)) count++
      return count
    },
    /**
     * Whose place a newcomer gets when no more of its kind may wait: the last of the longest line, of networks and
     * within the network of people. Undefined when the newcomer's own would be as long.
     */
    displacedBy(newcomer: Pick<Waiting, 'network' | 'userId' | 'kind'>): One | undefined {
      const waiting = [...all].filter(({ kind }) => kind === newcomer.kind)
      const network = longestLine(waiting, (one) => one.network)
      const own = waiting.filter((one) => one.network === newcomer.network)
      const isOwn = network.length <= own.length + 1
      const person = longestLine(isOwn ? own : network, ({ userId }) => userId)
      const theirs = own.filter(({ userId }) => userId === newcomer.userId).length
      return isOwn && person.length <= theirs + 1 ? undefined : person.at(-1)
    },
    /** Empties it. */
    drain(): One[] {
      const drained = [...all]
      all.clear()
      networks.clear()
      return drained
    },
  }
}

function toTheEnd<Key, Value>(map: Map<Key, Value>, key: Key): void {
  const value = map.get(key)
  if (value === undefined) return
  map.delete(key)
  map.set(key, value)
}

/** Of several that are as long the one that was begun last. */
function longestLine<One>(waiting: One[], lineOf: (one: One) => string): One[] {
  const lines = new Map<string, One[]>()
  for (const one of waiting) {
    const line = lines.get(lineOf(one))
    if (line) line.push(one)
    else lines.set(lineOf(one), [one])
  }
  return [...lines.values()].reduce((longest, line) => (line.length >= longest.length ? line : longest), [])
}
