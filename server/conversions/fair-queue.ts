import { Refusal } from '../../shared/errors.ts'
import { TurnLines } from '../../shared/rules/turn-lines.ts'

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
  /** Each source is one line. */
  const lines = new TurnLines<Waiting>()
  let running = 0
  let waitingNow = 0

  function begin(): void {
    if (running >= atOnce) return
    for (const { start } of lines.next(() => true)) {
      waitingNow--
      running++
      return start()
    }
  }

  function remove(source: string, one: Waiting): boolean {
    const wasWaiting = lines.remove(source, source, one)
    if (wasWaiting) waitingNow--
    return wasWaiting
  }

  const tooMany = () =>
    new Refusal('too_many_requests', {
      seconds: Math.max(1, Math.ceil((waitingNow * eachMs) / atOnce / 1_000)),
    })

  /** Makes room for one more of a source. @throws when it would be among the longest itself */
  function makeRoomFor(source: string): void {
    const length = lines.countOf(source, source)
    if (length >= waitingPerSource) throw tooMany()
    if (waitingNow < waiting) return
    let longest: { person: string; items: readonly Waiting[] } = { person: source, items: [] }
    for (const line of lines.lines()) if (line.items.length > longest.items.length) longest = line
    const last = longest.items.at(-1)
    if (!last || longest.items.length <= length + 1) throw tooMany()
    const failure = tooMany()
    remove(longest.person, last)
    last.refuse(failure)
  }

  return async <Result>(
    source: string,
    work: () => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> => {
    signal?.throwIfAborted()
    makeRoomFor(source)
    await new Promise<void>((resolve, reject) => {
      const one: Waiting = {
        start: () => (signal?.removeEventListener('abort', giveUp), resolve()),
        refuse: (failure) => (signal?.removeEventListener('abort', giveUp), reject(failure)),
      }
      const giveUp = () => remove(source, one) && one.refuse(signal!.reason)
      signal?.addEventListener('abort', giveUp, { once: true })
      lines.add(source, source, one)
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
