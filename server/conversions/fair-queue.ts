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

interface Waiting {
  start(): void
  refuse(failure: unknown): void
}

/**
 * Runs costly work a few at a time. Sources take turns, so that whoever asks for a lot waits for it alone.
 * What would wait behind too much is refused with `too_many_requests` and not begun: where too many wait of all, it is
 * the last of the source with the most, so that no number of them closes the door to a source that asks for little.
 * What nobody waits for any more, by its `signal`, is not begun either.
 */
export function createFairQueue({ atOnce, waiting, waitingPerSource, eachMs }: Bounds) {
  /** Who waits, by source; the source whose turn is next stands first. */
  const lines = new Map<string, Waiting[]>()
  let running = 0
  let waitingNow = 0

  function begin(): void {
    const next = lines.entries().next().value
    if (!next || running >= atOnce) return
    const [source, line] = next
    lines.delete(source)
    const { start } = line.shift()!
    if (line.length > 0) lines.set(source, line)
    waitingNow--
    running++
    start()
  }

  function remove(source: string, one: Waiting): boolean {
    const line = lines.get(source)
    const at = line?.indexOf(one) ?? -1
    if (!line || at < 0) return false
    line.splice(at, 1)
    if (line.length === 0) lines.delete(source)
    waitingNow--
    return true
  }

  const tooMany = () =>
    new Refusal('too_many_requests', {
      seconds: Math.max(1, Math.ceil((waitingNow * eachMs) / atOnce / 1_000)),
    })

  /** Makes room for one more of a source that has so many waiting. @throws when it would be among the longest itself */
  function makeRoom(length: number): void {
    if (length >= waitingPerSource) throw tooMany()
    if (waitingNow < waiting) return
    const [source, line] = [...lines].reduce(
      (one, other) => (other[1].length > one[1].length ? other : one),
      ['', [] as Waiting[]],
    )
    const last = line.at(-1)
    if (!last || line.length <= length + 1) throw tooMany()
    const failure = tooMany()
    remove(source, last)
    last.refuse(failure)
  }

  return async <Result>(
    source: string,
    work: () => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> => {
    signal?.throwIfAborted()
    makeRoom(lines.get(source)?.length ?? 0)
    await new Promise<void>((resolve, reject) => {
      const one: Waiting = {
        start: () => (signal?.removeEventListener('abort', giveUp), resolve()),
        refuse: (failure) => (signal?.removeEventListener('abort', giveUp), reject(failure)),
      }
      const giveUp = () => remove(source, one) && one.refuse(signal!.reason)
      signal?.addEventListener('abort', giveUp, { once: true })
      const line = lines.get(source) ?? []
      line.push(one)
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
