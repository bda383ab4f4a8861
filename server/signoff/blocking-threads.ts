import { Refusal } from '../../shared/errors.ts'
import { blockingThreads, type BlockingFacts } from '../../shared/signoff.ts'

/** @throws Refusal `must_open` when a record holds points that must be settled and are not */
export function refuseBlocked(threads: readonly BlockingFacts[]): void {
  const count = blockingThreads(threads).length
  if (count > 0) throw new Refusal('must_open', { count })
}
