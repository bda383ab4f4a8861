import type { Incoming } from '../connection/connection.ts'
import type { RoomText } from '../text/room-text.ts'
import type { Taken } from '../text/writing.ts'
import type { Steps } from '../gate/steps.ts'

/** An update of more bytes is long: what is in so many takes 20 ms at most. */
export const longUpdate = 16_384

/** So often a check may have to begin anew, because others went first. */
const mostBegun = 3

/** The check of a long update, which others' changes may go before. */
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

/** Begins the check of an update, or goes on with the one that an earlier turn has begun, if the text allows that. */
export function checkOf(change: Incoming, text: RoomText): Steps<Taken> {
  const { id } = change.from.admitted.user
  if (change.update.length <= longUpdate) return text.takeInSteps(change.update, id)
  const begun = begunChecks.get(change)
  if (begun?.steps && text.state.mayGoOn(id, begun.since)) {
    begun.isResumed = true
    return begun.steps
  }
  const count = (begun?.count ?? 0) + 1
  const steps = text.takeInSteps(change.update, id)
  begunChecks.set(change, { steps, since: text.state.now(id), count, isResumed: false })
  return steps
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
