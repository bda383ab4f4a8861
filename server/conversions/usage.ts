import type { Used, Waiting } from './queue.ts'

/** What has been forgotten down to this is nothing; in milliseconds. */
const nothingMs = 1

/** After so many names, those that have used nothing of late are let go. */
const namesBetweenSweeps = 1_000

/**
 * How much processor time networks, projects and people have used of late, in milliseconds: half of it is forgotten
 * every `halfLifeMs`.
 */
export function createUsage(halfLifeMs: number, now = () => performance.now()) {
  const used = new Map<string, { ms: number; at: number }>()
  let sweepAt = namesBetweenSweeps

  const left = ({ ms, at }: { ms: number; at: number }, time: number): number =>
    ms * 0.5 ** ((time - at) / halfLifeMs)

  function sweep(time: number): void {
    for (const [name, one] of used) if (left(one, time) < nothingMs) used.delete(name)
    sweepAt = used.size + namesBetweenSweeps
  }

  return {
    add(one: Waiting, ms: number): void {
      const time = now()
      for (const name of namesOf(one)) {
        const before = used.get(name)
        used.set(name, { ms: (before ? left(before, time) : 0) + ms, at: time })
      }
      if (used.size > sweepAt) sweep(time)
    },
    /** Of how many names something is kept. */
    size: () => used.size,
    /** As of one moment, so that what is the same stays the same while many are compared. */
    asOfNow(): (one: Waiting) => Used {
      const time = now()
      const of = (name: string): number => {
        const found = used.get(name)
        return found ? left(found, time) : 0
      }
      return (one) => {
        const [network, project, person] = namesOf(one)
        return [of(network), of(project), of(person)]
      }
    },
  }
}

const namesOf = ({ network, projectId, userId }: Waiting) =>
  [`network ${network}`, `project ${projectId}`, `person ${userId}`] as const
