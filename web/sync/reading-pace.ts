import { Rate } from '../../shared/rules/token-bucket.ts'

/** So often the same is read again at once, and then once in so long (ms), as long as others go on changing it. */
const atOnce = 10
const onceInMs = 5_000

/**
 * How often one thing is read again because others changed it: somebody who changes it without end does not use up what
 * this person may ask of the server.
 */
export const readingPace = (): Rate => new Rate(1_000 / onceInMs, atOnce)
