import { observable, type Observed } from '../observable.ts'

const isKept = observable(true)
const failing = new Set<object>()

/** False as soon as this browser does not keep what is to be kept of a text that is open, until it keeps again. */
export const deviceKeeps: Observed<boolean> = isKept

/** Notes whether a text's copy keeps what is written; one that is closed has nothing to keep. */
export function noteKeeps(copy: object, keeps: boolean): void {
  if (keeps) failing.delete(copy)
  else failing.add(copy)
  isKept.set(failing.size === 0)
}
