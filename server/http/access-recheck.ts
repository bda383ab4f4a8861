import type { Database, Transaction } from '../db/database.ts'
import { isAnswerLost } from '../db/failures.ts'

/** Looks again, within a transaction, whether who asked may still do so. @throws Refusal as the request's first check */
export type AccessCheck = (tx: Transaction) => Promise<void>

/** The token by which somebody asked. */
interface BorneToken {
  id: string
  userId: string
}

/** By which token a transaction was asked for, if by one. */
const tokens = new WeakMap<Transaction, BorneToken>()

/** What is to be checked before a transaction commits: null when nothing is, or was already. */
const checks = new WeakMap<Transaction, AccessCheck | null>()

/** Whether what was asked for is committed; `unknown` when the database was lost before it said so. */
export type Done = boolean | 'unknown'

/** Who hears of what commits, by the database that is asked. */
const commits = new WeakMap<Database, (isDone: Done) => void>()

/**
 * The database for what a request does: `stillMay` knows in each of its transactions, however deep within, what to check.
 * It goes with the transaction and not with the flow of the program: in Node 20 an AsyncLocalStorage costs each promise
 * of the process something, a quarter of what small rooms take. `onCommit` hears when a transaction that may write
 * begins (false) and when it is committed (true): what fails from then on does not undo the act. A connection that is
 * lost once COMMIT was sent leaves it unknown.
 */
export function asking(
  database: Database,
  check: AccessCheck | null,
  token: BorneToken | null = null,
  onCommit: (isDone: Done) => void = () => {},
): Database {
  const bound = Object.create(database) as Database
  bound.transaction = async (work, config) => {
    const mayWrite = config?.accessMode !== 'read only'
    onCommit(false)
    let isCommitting = false
    try {
      const result = await database.transaction(async (tx) => {
        const made = await work(withCheck(tx, check, token))
        isCommitting = true
        return made
      }, config)
      if (mayWrite) onCommit(true)
      return result
    } catch (failure) {
      if (mayWrite && isCommitting && isAnswerLost(failure)) onCommit('unknown')
      throw failure
    }
  }
  commits.set(bound, onCommit)
  return bound
}

/** For what nobody has to be in for, and what tells of something that happened, whatever has become of who did it. */
export const unchecked = (database: Database, onCommit?: (isDone: Done) => void): Database =>
  asking(database, null, null, onCommit)

/** For what is committed elsewhere than in a transaction of the request: whether it is by now. */
export const noteCommit = (database: Database, isDone: Done): void => commits.get(database)?.(isDone)

/**
 * Makes sure, in the transaction that commits an act, that who asked for it may still do so: between the request's first
 * check and its commit may lie a body that comes slowly, a conversion, or a queue. Each transaction is checked once.
 *
 * To be exact it is called where no change of access can be committed any more before this transaction is: each of
 * them is in the trail, so `appendTrail` calls it while it holds the trail's head.
 *
 * @throws Error in a transaction of neither `asking` nor `unchecked`: nobody is known to have asked for it
 */
export async function stillMay(tx: Transaction): Promise<void> {
  const check = checks.get(tx)
  if (check === undefined) throw new Error('a transaction that nobody asked for')
  await check?.(tx)
  checks.set(tx, null)
}

/** True where somebody is known to have asked for what the transaction does, and has not been looked at again yet. */
export const isAsked = (tx: Transaction): boolean => Boolean(checks.get(tx))

/** The token by which this person asked for what the transaction does; undefined for whoever was there themselves. */
export function tokenOf(tx: Transaction, userId: string): string | undefined {
  const token = tokens.get(tx)
  return token?.userId === userId ? token.id : undefined
}

function withCheck<Tx extends Transaction>(tx: Tx, check: AccessCheck | null, token: BorneToken | null): Tx {
  checks.set(tx, check)
  if (token) tokens.set(tx, token)
  const begin = tx.transaction.bind(tx)
  tx.transaction = (work) => begin((inner) => work(withCheck(inner, check, token)))
  return tx
}
