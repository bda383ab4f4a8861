import type { Incoming } from '../connection/connection.ts'
import type { RoomText } from '../text/room-text.ts'
import type { Taken } from '../text/writing.ts'
import type { Steps } from '../gate/steps.ts'

/** Slices, and no budgets: an update of more bytes is long; what is in so many takes a few milliseconds at most. */
const longUpdate = 4_096

/** So often a check may have to begin anew, because others went first. */
const mostBegun = 3

/** The check of an update that takes longer than a slice: others' changes may go before it. */
interface BegunCheck {
  /** Null where it has to begin anew. */
  steps: Steps<Taken> | null
  since: ReturnType<RoomText['state']['now']>
  /** How often it was begun. */
  count: number
  /** It goes on though others have typed since it was begun. */
  isResumed: boolean
}

const begunChecks = new WeakMap<Incoming, BegunCheck>()

/** It takes long, as can be seen by its length, or as its check did. */
export const isLongUpdate = (change: Incoming): boolean =>
  change.update.length > longUpdate || begunChecks.has(change)

/** Begins the check of an update, or goes on with the one that an earlier turn has begun, if the text allows that. */
export function checkOf(change: Incoming, text: RoomText): Steps<Taken> {
  const { id } = change.from.admitted.user
  const begun = begunChecks.get(change)
  if (begun?.steps && text.state.mayGoOn(id, begun.since)) {
    begun.isResumed = true
    return begun.steps
  }
  const steps = text.takeInSteps(change.update, id)
  if (begun) keepBegun(change, steps, text, begun.count + 1)
  return steps
}

/** A check takes longer than a slice: nothing of the update is in the text yet, and no other change since it began. */
export function checkPauses(change: Incoming, steps: Steps<Taken>, text: RoomText): void {
  if (!begunChecks.has(change)) keepBegun(change, steps, text, 1)
}

/** A check has come to its end. */
export const checkIsOver = (change: Incoming): boolean => begunChecks.delete(change)

function keepBegun(change: Incoming, steps: Steps<Taken>, text: RoomText, count: number): void {
  const since = text.state.now(change.from.admitted.user.id)
  begunChecks.set(change, { steps, since, count, isResumed: false })
}

/** What others sent may go before this one: its check was not begun too often. */
export const mayBePassed = (change: Incoming): boolean => (begunChecks.get(change)?.count ?? 0) < mostBegun

/** True where a check failed that others typed during: it is made anew then, and nobody goes before it. */
export function beginsAnew(change: Incoming): boolean {
  const begun = begunChecks.get(change)
  if (!begun?.isResumed) return false
  begunChecks.set(change, { ...begun, steps: null, count: mostBegun, isResumed: false })
  return true
}
