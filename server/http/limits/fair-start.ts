import type { Limits } from '../../../shared/limits.ts'
import { TurnLines } from '../../../shared/rules/turn-lines.ts'

type TurnLimits = Pick<Limits, 'requestsAtOnce' | 'requestsAtOncePerNetwork' | 'requestTurnMs'>

/**
 * Begins requests so that however many of one network come at once, another's stands behind a few of them only: of each
 * network a few are answered at a time, and beyond one of each a few of all; the others wait, and networks take turns.
 * What has not been answered within `requestTurnMs` waits for something else, such as its own body, and is counted no
 * longer. `hold` calls what it is given when a request may begin.
 */
export function createTurns(
  { requestsAtOnce, requestsAtOncePerNetwork, requestTurnMs }: TurnLimits,
  hold: (start: () => void) => void = (start) => start(),
) {
  const running = new Map<string, number>()
  /** A network's requests are one line: whose each is, nobody knows yet. */
  const lines = new TurnLines<{ network: string; start: (end: () => void) => void }>()
  let all = 0
  let isBeginningSoon = false

  function mayBegin(network: string): boolean {
    const own = running.get(network) ?? 0
    return own === 0 || (own < requestsAtOncePerNetwork && all < requestsAtOnce)
  }

  /**
   * In a later turn of the event loop. Refusals need nothing that is waited for: hundreds of them, each begun when the
   * one before it has ended, would be one turn, and others wait for its end.
   */
  function beginSoon(): void {
    if (isBeginningSoon) return
    isBeginningSoon = true
    setImmediate(() => {
      isBeginningSoon = false
      beginWhatMay()
    })
  }

  function beginWhatMay(): void {
    for (const { network, start } of lines.next((next) => mayBegin(next.network))) begin(network, start)
  }

  function begin(network: string, start: (end: () => void) => void): void {
    running.set(network, (running.get(network) ?? 0) + 1)
    all++
    let isOver = false
    const end = () => {
      clearTimeout(timer)
      if (isOver) return
      isOver = true
      all--
      const left = running.get(network)! - 1
      if (left > 0) running.set(network, left)
      else running.delete(network)
      beginSoon()
    }
    let timer: NodeJS.Timeout | undefined
    // what is held back has its place, and waits for nothing of its own
    hold(() => {
      timer = setTimeout(end, requestTurnMs).unref()
      start(end)
    })
  }

  return {
    /** Calls `start` when it is the turn of one more request of a network, with what is to be called when it is over. */
    take(network: string, start: (end: () => void) => void): void {
      if (!lines.has(network) && mayBegin(network)) begin(network, start)
      else lines.add(network, network, { network, start })
    },
  }
}
