/**
 * Sent within a second counts as sent at once: a browser claims a time only for what it had to try again. Older than a
 * year is a device's wrong clock (ms).
 */
const atOnceMs = 1_000
const yearMs = 31_557_600_000

/** When something was written on a device that was offline then; null when it was sent at once, or cannot be true. */
export function writtenEarlier(claimed: string | undefined, now = Date.now()): Date | null {
  const age = now - Date.parse(claimed ?? '')
  return age > atOnceMs && age < yearMs ? new Date(now - age) : null
}
