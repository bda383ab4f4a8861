import { setTimeout as pause } from 'node:timers/promises'

/**
 * Asks again until something holds; false when it does not within `timeoutMs`. It is asked once at least, and what
 * asking throws is thrown.
 */
export async function holdsWithin(
  timeoutMs: number,
  pauseMs: number,
  condition: () => Promise<boolean>,
): Promise<boolean> {
  for (const deadline = Date.now() + timeoutMs; ;) {
    if (await condition()) return true
    if (Date.now() > deadline) return false
    await pause(pauseMs)
  }
}
