import { askedAtOnce, type Thread } from '../../shared/review.ts'
import { api, call } from '../api.ts'

/** Of many changes at once, they are read once (ms). */
const betweenReadings = 200

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
  const read = async () => {
    timer = undefined
    isReading = true
    const ids = [...wanted]
    wanted.clear()
    if (ids.length > askedAtOnce) return onTooMany()
    const asked = { param: { projectId }, query: { ids: ids.join(',') } }
    const { threads } = await call(api.projects[':projectId'].threads.$get(asked))
    if (!isStopped) onRead(threads)
  }
  /** One reading after the other, so that none stands before what else the person asks for. */
  function readSoon(): void {
    if (isReading) return
    timer ??= setTimeout(() => {
      void read()
        .catch(() => isStopped || onTooMany())
        .finally(() => {
          isReading = false
          if (wanted.size > 0 && !isStopped) readSoon()
        })
    }, betweenReadings)
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
