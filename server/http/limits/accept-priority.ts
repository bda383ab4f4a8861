/** Slices of time, and no budgets: so long requests wait for connections that come in, in milliseconds, and no more of all time than this share. */
const longestMs = 500
const shareOfTime = 1 / 10
/** Of a turn that takes longer the rest is what was begun before, which would take it anyway; but not for longer than this. */
const countedMs = 2
const mostMs = 1_000
/** With less than so many of them left it is waited for again before requests wait. */
const leastMs = 25

/**
 * Lets connections in before requests are begun. The system hands over one new connection in each turn of the event loop
 * only, so while a turn is long, as many answers are under way, whoever comes stands behind all that came before, however
 * few of these may be answered at a time. While nothing is begun turns are short, and hundreds come in within the time of
 * one of them. Whoever opens connections without end takes a small share of the time.
 */
export function createAcceptPriority(now: () => number = () => performance.now()) {
  const waiting: (() => void)[] = []
  /** Since when requests wait; null when they do not. */
  let since: number | null = null
  let turnAt = 0
  let spent = 0
  let hasCome = false
  /** How long requests may wait, as it was at a time. */
  let left = { ms: longestMs, at: -Infinity }

  const leftAt = (at: number): number => Math.min(longestMs, left.ms + (at - left.at) * shareOfTime)

  /** Called once in each turn, after what came in. */
  function look(): void {
    const at = now()
    spent += Math.min(at - turnAt, countedMs)
    turnAt = at
    const isOverdue = at - since! >= mostMs
    if (hasCome && spent < left.ms && !isOverdue) {
      hasCome = false
      return void setImmediate(look)
    }
    left = { ms: isOverdue ? 0 : Math.max(0, left.ms - spent), at }
    since = null
    for (const begin of waiting.splice(0)) begin()
  }

  return {
    /** A connection was taken. */
    note(): void {
      hasCome = true
      if (since !== null) return
      const at = now()
      if (leftAt(at) < leastMs) return
      left = { ms: leftAt(at), at }
      since = turnAt = at
      spent = 0
      setImmediate(look)
    },
    /** Calls `begin` when no more connections come in, or now. */
    after(begin: () => void): void {
      if (since === null) begin()
      else waiting.push(begin)
    },
  }
}
