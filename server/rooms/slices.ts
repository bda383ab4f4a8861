import { setImmediate as nextTurn } from 'node:timers/promises'

/** How long work goes on at one go, in milliseconds. */
const sliceMs = 10

/**
 * For long work on the thread that serves: called between any two steps of it, what is returned lets others have their
 * turn as soon as they have waited for as long as a slice.
 */
export function startSlices(): () => Promise<void> {
  let began = performance.now()
  return async () => {
    if (performance.now() - began < sliceMs) return
    await nextTurn()
    began = performance.now()
  }
}
