import { observable } from '../observable.ts'

/** False as soon as this browser did not keep what was to be kept of a text, until it keeps again. */
export const deviceKeeps = observable(true)
