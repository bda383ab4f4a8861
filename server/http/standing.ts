import { AsyncLocalStorage } from 'node:async_hooks'
import type { Transaction } from '../db/database.ts'

/** Looks again, within a transaction, whether who asked may still do so. @throws Refusal as the request's first check */
export type StandingCheck = (tx: Transaction) => Promise<void>

const asking = new AsyncLocalStorage<StandingCheck | null>()
const checked = new WeakSet<Transaction>()

/** Does a request's work so that `stillMay` knows, however deep within, who asked. */
export const withStanding = <Result>(check: StandingCheck, work: () => Promise<Result>): Promise<Result> =>
  asking.run(check, work)

/** The request's check, for work that is done later and elsewhere; null outside of a request. */
export const standingCheck = (): StandingCheck | null => asking.getStore() ?? null

/** Tells what was done and committed already: it happened, whatever has become of who did it. */
export const asDone = <Result>(work: () => Promise<Result>): Promise<Result> => asking.run(null, work)

/**
 * Makes sure, in the transaction that commits an act, that who asked for it may still do so: between the request's first
 * check and its commit may lie a body that comes slowly, a conversion, or a queue. Each transaction is checked once.
 *
 * To be exact it is called where no change of standing can be committed any more before this transaction is: each of
 * them is in the trail, so `appendTrail` calls it while it holds the trail's head.
 */
export async function stillMay(tx: Transaction): Promise<void> {
  const check = asking.getStore()
  if (!check || checked.has(tx)) return
  await check(tx)
  checked.add(tx)
}
