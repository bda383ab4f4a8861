import type { Log } from '../rooms/ports.ts'

/** A commit takes milliseconds; one that takes longer is late (ms). */
const lateMs = 1_500

/**
 * The same log, and whether something has waited too long to be written down in it: a database that answers a question
 * may still commit nothing.
 */
export function watchAppends(log: Log): { log: Log; isLate(): boolean } {
  /** When each append under way was asked for, in their order. */
  const since = new Set<{ at: number }>()
  return {
    log: {
      ...log,
      async append(entries) {
        const asked = { at: performance.now() }
        since.add(asked)
        try {
          return await log.append(entries)
        } finally {
          since.delete(asked)
        }
      },
    },
    isLate() {
      const [first] = since
      return first !== undefined && performance.now() - first.at > lateMs
    },
  }
}
