/** So long requests wait for connections that come in, in milliseconds, and so long none waits after that. */
const longestMs = 500
const pauseMs = 25

/**
 * Lets connections in before requests are begun. The system hands over one new connection in each turn of the event loop
 * only, so while a turn is long, as many answers are under way, whoever comes stands behind all that came before, however
 * few of these may be answered at a time. While nothing is begun turns are short, and hundreds come in within the time of
 * one of them.
 */
export function createAcceptPriority(now: () => number = () => performance.now()) {
  const waiting: (() => void)[] = []
  /** Since when requests wait; null when they do not. */
  let since: number | null = null
  let hasCome = false
  let freeUntil = -Infinity

  /** Called once in each turn, after what came in. */
  function look(): void {
    if (hasCome && now() - since! < longestMs) {
      hasCome = false
      return void setImmediate(look)
    }
    if (hasCome) freeUntil = now() + pauseMs
    since = null
    for (const begin of waiting.splice(0)) begin()
  }

  return {
    /** A connection came in. */
    note(): void {
      if (now() < freeUntil) return
      hasCome = true
      if (since !== null) return
      since = now()
      setImmediate(look)
    },
    /** Calls `begin` when no more connections come in, or now. */
    after(begin: () => void): void {
      if (since === null) begin()
      else waiting.push(begin)
    },
  }
}
