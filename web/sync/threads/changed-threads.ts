import { askedAtOnce, type Thread } from '../../../shared/review.ts'
import { readingPace } from '../reading-pace.ts'
import { api, ApiError, call, passesByItself, type ApiErrorCode } from '../../api.ts'

/** Of many changes at once, they are read once (ms). */
const betweenReadings = 200
/** Waits after a reading that failed (ms). */
const waits = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000]

/** Reads threads that are told by their ids only. */
export interface ChangedThreads {
  add(threads: readonly { id: string }[]): void
  stop(): void
}

/** `onRead` takes in what was read; `onTooMany` is called where they are to be read with all others. */
export function readChangedThreads(
  projectId: string,
  { onRead, onTooMany }: { onRead(threads: Thread[]): void; onTooMany(): void },
): ChangedThreads {
  const wanted = new Set<string>()
  let isReading = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let isStopped = false
  let failures = 0
  const read = async () => {
    timer = undefined
    isReading = true
    const ids = [...wanted]
    wanted.clear()
    if (ids.length > askedAtOnce) return onTooMany()
    const asked = { param: { projectId }, query: { ids: ids.join(',') } }
    let found: Thread[]
    try {
      found = (await call(api.projects[':projectId'].threads.$get(asked))).threads
    } catch (error) {
      // one of many is refused: all others are to be read all the same, unless nothing is to be read here any more
      if (!mayPass(error)) return isOfOne(error) && !isStopped ? onTooMany() : undefined
      for (const id of ids) wanted.add(id)
      failures++
      pauseMs = Math.max(waits[Math.min(failures, waits.length) - 1]!, secondsOf(error) * 1_000)
      return
    }
    failures = 0
    // behind the reading: what is thrown here would be thrown by the next reading too
    if (!isStopped) onRead(found)
  }
  const pace = readingPace()
  let pauseMs = betweenReadings
  /** One reading after the other, so that none stands before what else the person asks for. */
  function readSoon(): void {
    if (isReading || isStopped) return
    if (timer !== undefined) return
    const waitMs = Math.max(pauseMs, pace.waitMs(performance.now(), 1))
    timer = setTimeout(() => {
      pace.overdraw(performance.now(), 1)
      pauseMs = betweenReadings
      void read()
        .catch((error: unknown) => reportError(error))
        .finally(() => {
          isReading = false
          if (wanted.size > 0) readSoon()
        })
    }, waitMs)
  }
  return {
    add(threads) {
      if (threads.length === 0) return
      for (const { id } of threads) wanted.add(id)
      readSoon()
    },
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}

/** Where much is on its way, all threads would be more: the same few are asked for again, later. */
const mayPass = (error: unknown): boolean =>
  !(error instanceof ApiError) || passesByItself(error) || again.has(error.code)
const again: ReadonlySet<ApiErrorCode> = new Set(['unexpected_reply', 'internal'])

/** Refused for what was asked, rather than for who asks. */
const isOfOne = (error: unknown): boolean =>
  error instanceof ApiError && error.status >= 400 && ![401, 403, 404].includes(error.status)

/** What the server says that one has to wait. */
const secondsOf = (error: unknown): number =>
  error instanceof ApiError ? Number(error.params.seconds) || 0 : 0
