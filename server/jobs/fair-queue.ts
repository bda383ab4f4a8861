import { Refusal } from '../../shared/errors.ts'

interface Bounds {
  /** So many run at a time; all others wait. */
  atOnce: number
  /** So many wait, of all sources. */
  waiting: number
  /** So many wait of one source. */
  waitingPerSource: number
  /** About how long one takes (ms), to tell who is refused when to come again. */
  eachMs: number
}

/**
 * Runs costly work a few at a time. Sources take turns, so that whoever asks for a lot waits for it alone.
 * What would wait behind too much is refused with `too_many_requests` and not begun.
 */
export function createFairQueue({ atOnce, waiting, waitingPerSource, eachMs }: Bounds) {
  /** Who waits, by source; the source whose turn is next stands first. */
  const lines = new Map<string, (() => void)[]>()
  let running = 0
  let waitingNow = 0

  function begin(): void {
    const next = lines.entries().next().value
    if (!next || running >= atOnce) return
    const [source, line] = next
    lines.delete(source)
    const start = line.shift()!
    if (line.length > 0) lines.set(source, line)
    waitingNow--
    running++
    start()
  }

  return async <Result>(source: string, work: () => Promise<Result>): Promise<Result> => {
    const line = lines.get(source) ?? []
    if (waitingNow >= waiting || line.length >= waitingPerSource) {
      const seconds = Math.max(1, Math.ceil((waitingNow * eachMs) / atOnce / 1_000))
      throw new Refusal('too_many_requests', { seconds })
    }
    await new Promise<void>((resolve) => {
      line.push(resolve)
      lines.set(source, line)
      waitingNow++
      begin()
    })
    try {
      return await work()
    } finally {
      running--
      begin()
    }
  }
}
