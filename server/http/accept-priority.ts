/** So long requests wait for connections that come in, in milliseconds, and no more of all time than this share. */
const longestMs = 500
const shareOfTime = 1 / 10
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
  let hasCome = false
  /** How long requests may wait, as it was at a time. */
  let left = { ms: longestMs, at: -Infinity }

  const leftAt = (at: number): number => Math.min(longestMs, left.ms + (at - left.at) * shareOfTime)

  /** Called once in each turn, after what came in. */
  function look(): void {
    const waited = now() - since!
    if (hasCome && waited < left.ms) {
      hasCome = false
      return void setImmediate(look)
    }
    left = { ms: Math.max(0, left.ms - waited), at: now() }
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
      since = at
      setImmediate(look)
    },
    /** Calls `begin` when no more connections come in, or now. */
    after(begin: () => void): void {
      if (since === null) begin()
      else waiting.push(begin)
    },
  }
}
