import { setImmediate as nextTurn } from 'node:timers/promises'

/** How long work goes on at one go, in milliseconds. */
const sliceMs = 10

/**
 * For what may take long on the thread that serves: called between any two steps of it, what is returned is to be waited
 * for and lets others have their turn; null until they have waited for as long as a slice.
 */
export function startSlices(): () => Promise<void> | null {
  let began = performance.now()
  const letOthers = async () => {
    await nextTurn()
    began = performance.now()
  }
  return () => (performance.now() - began < sliceMs ? null : letOthers())
}
