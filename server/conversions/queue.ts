/** What waits for a free process. */
export interface Waiting {
  /** Where who asks comes from: accounts cost nothing, networks do. */
  network: string
  projectId: string
  userId: string
  kind: 'quick' | 'long'
}

/** What a network, a project and a person have used of late, in that order. */
export type Used = readonly [network: number, project: number, person: number]

/**
 * Who is next: of the network that has used least of late, of its project that has, of its person that has, and then
 * who came first. What is held back by a bound is passed over, so that it holds up nothing else.
 */
export function createQueue<One extends Waiting>() {
  /** As they came. */
  const all = new Set<One>()

  return {
    add(one: One): void {
      all.add(one)
    },
    /** False when it does not wait any more. */
    remove: (one: One): boolean => all.delete(one),
    /** Takes out the next that may run now. */
    next(mayRun: (one: One) => boolean, usedBy: (one: One) => Used): One | undefined {
      let first: { one: One; used: Used } | undefined
      for (const one of all) {
        const used = usedBy(one)
        if ((!first || isLess(used, first.used)) && mayRun(one)) first = { one, used }
      }
      if (first) all.delete(first.one)
      return first?.one
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
      return drained
    },
  }
}

function isLess(one: Used, other: Used): boolean {
  const at = one.findIndex((used, index) => used !== other[index])
  return at >= 0 && one[at]! < other[at]!
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
