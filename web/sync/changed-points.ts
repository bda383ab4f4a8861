import { isPassing } from '../../shared/errors.ts'
import { askedAtOnce, type Thread } from '../../shared/review.ts'
import { api, ApiError, call, type ApiErrorCode } from '../api.ts'

/** Of many changes at once, they are read once (ms). */
const betweenReadings = 200
/** Waits after a reading that failed (ms). */
const waits = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000]

/** Reads points that are told by their ids only. */
export interface ChangedPoints {
  add(points: readonly { id: string }[]): void
  stop(): void
}

/** `onRead` takes in what was read; `onTooMany` is called where they are to be read with all others. */
export function readChangedPoints(
  projectId: string,
  { onRead, onTooMany }: { onRead(points: Thread[]): void; onTooMany(): void },
): ChangedPoints {
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
    try {
      const { threads } = await call(api.projects[':projectId'].threads.$get(asked))
      failures = 0
      if (!isStopped) onRead(threads)
    } catch (error) {
      if (!mayPass(error)) return
      for (const id of ids) wanted.add(id)
      failures++
      pauseMs = Math.max(waits[Math.min(failures, waits.length) - 1]!, secondsOf(error) * 1_000)
    }
  }
  let pauseMs = betweenReadings
  /** One reading after the other, so that none stands before what else the person asks for. */
  function readSoon(): void {
    if (isReading || isStopped) return
    timer ??= setTimeout(() => {
      pauseMs = betweenReadings
      void read().finally(() => {
        isReading = false
        if (wanted.size > 0) readSoon()
      })
    }, pauseMs)
  }
  return {
    add(points) {
      for (const { id } of points) wanted.add(id)
      readSoon()
    },
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}

/** Where much is on its way, all points would be more: the same few are asked for again, later. */
const mayPass = (error: unknown): boolean =>
  !(error instanceof ApiError) || again.has(error.code) || isPassing(error.code)
const again: ReadonlySet<ApiErrorCode> = new Set(['offline', 'unexpected_reply', 'internal'])

/** What the server says that one has to wait. */
const secondsOf = (error: unknown): number =>
  error instanceof ApiError ? Number(error.params.seconds) || 0 : 0
