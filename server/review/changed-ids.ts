import type { Limits } from '../../shared/limits.ts'
import type { Parts } from './large-lists.ts'

/** A slice, and no budget: nobody hears later than this, however much there was to read (ms). */
const longestPauseMs = 15_000

/**
 * Tells the projects which long points changed, at once where nothing was told lately. All who are there read them
 * then, at their own cost: so what comes soon after waits, the longer the more there was to read, and is told together.
 */
export function announceChangedIds(
  publish: (projectId: string, threadIds: string[]) => Promise<void>,
  { eventReadBytesPerSecond }: Pick<Limits, 'eventReadBytesPerSecond'>,
) {
  const waiting = new Map<string, { bytes: number; ids: Set<string> }>()

  async function tellWaiting(projectId: string): Promise<void> {
    const one = waiting.get(projectId)!
    if (one.ids.size === 0) return void waiting.delete(projectId)
    const { bytes } = one
    const ids = [...one.ids]
    const next = { bytes: 0, ids: new Set<string>() }
    waiting.set(projectId, next)
    let pauseMs = Math.min((bytes / eventReadBytesPerSecond) * 1_000, longestPauseMs)
    try {
      await publish(projectId, ids)
    } catch (failure) {
      // who stays here reads them by no other way
      for (const id of ids) next.ids.add(id)
      next.bytes += bytes
      pauseMs = longestPauseMs
      throw failure
    } finally {
      setTimeout(() => void tellWaiting(projectId).catch(() => {}), pauseMs).unref()
    }
  }

  return async (projectId: string, { ids, bytes }: Parts): Promise<void> => {
    const one = waiting.get(projectId)
    const wanted = one ?? { bytes: 0, ids: new Set<string>() }
    // the same point is read once, however often it changed meanwhile
    if (ids.flat().some((id) => !wanted.ids.has(id))) wanted.bytes += bytes
    for (const id of ids.flat()) wanted.ids.add(id)
    if (one) return
    waiting.set(projectId, wanted)
    await tellWaiting(projectId)
  }
}
