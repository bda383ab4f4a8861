import { Refusal } from '../../shared/errors.ts'
import { blockingPoints, type PointState } from '../../shared/signoff.ts'

/** @throws Refusal `must_open` when a record holds points that must be settled and are not */
export function refuseBlocked(threads: readonly PointState[]): void {
  const count = blockingPoints(threads).length
  if (count > 0) throw new Refusal('must_open', { count })
}
