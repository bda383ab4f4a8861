import type { Limits } from '../../shared/limits.ts'
import { TurnLines } from '../../shared/rules/turn-lines.ts'
import type { Database } from './database.ts'

type TurnLimits = Pick<
  Limits,
  | 'transactionsAtOncePerPerson'
  | 'transactionsAtOncePerProject'
  | 'transactionsAtOncePerNetwork'
  | 'transactionsAtOnce'
  | 'transactionsForOthers'
>

type RestoreLimits = Pick<
  Limits,
  'restoresAtOncePerPerson' | 'restoresAtOncePerProject' | 'restoresAtOncePerNetwork' | 'restoresAtOnce'
>

/** Whose transaction it is, from which network (`wideNetworkOf`), and in which project, if in one. */
export interface TransactionPlace {
  userId: string
  network: string
  projectId: string | null
}

/**
 * Runs so many transactions at a time of one person, one project, one network and in all; the others wait without a
 * connection, as whoever has many requests wait for a row that somebody holds would take every connection otherwise.
 * One person's begin in the order in which they were asked for; networks take turns, and the people of each.
 */
export function createTransactionTurns(limits: TurnLimits) {
  /** By person, project and network; their ids never meet. */
  const running = new Map<string, number>()
  let all = 0
  const lines = new TurnLines<{ place: TransactionPlace; begin: () => void }>()

  const runningOf = (key: string) => running.get(key) ?? 0

  function mayBegin({ userId, network, projectId }: TransactionPlace): boolean {
    const ofNetwork = runningOf(network)
    return (
      runningOf(userId) < limits.transactionsAtOncePerPerson &&
      (projectId === null || runningOf(projectId) < limits.transactionsAtOncePerProject) &&
      ofNetwork < limits.transactionsAtOncePerNetwork &&
      all < limits.transactionsAtOnce + (ofNetwork === 0 ? limits.transactionsForOthers : 0)
    )
  }

  function count({ userId, network, projectId }: TransactionPlace, by: 1 | -1): void {
    all += by
    for (const key of [userId, network, projectId]) {
      if (key === null) continue
      const now = runningOf(key) + by
      if (now === 0) running.delete(key)
      else running.set(key, now)
    }
  }

  function beginWhatMay(): void {
    for (const { place, begin } of lines.next((next) => mayBegin(next.place))) {
      count(place, 1)
      begin()
    }
  }

  return async function run<Result>(
    place: TransactionPlace,
    transact: () => Promise<Result>,
  ): Promise<Result> {
    const { network, userId } = place
    if (lines.countOf(network, userId) === 0 && mayBegin(place)) count(place, 1)
    else await new Promise<void>((begin) => lines.add(network, userId, { place, begin }))
    try {
      return await transact()
    } finally {
      count(place, -1)
      beginWhatMay()
    }
  }
}

/** The database whose transactions `run` begins. */
export function inTurn(
  database: Database,
  run: <Result>(transact: () => Promise<Result>) => Promise<Result>,
): Database {
  const bound = Object.create(database) as Database
  bound.transaction = (work, config) => run(() => database.transaction(work, config))
  return bound
}

/** The turns of transactions that wait for a room's: they last as long as that does, so they take no place of others'. */
export const createRoomTurns = (limits: RestoreLimits): TransactionTurns =>
  createTransactionTurns({
    transactionsAtOncePerPerson: limits.restoresAtOncePerPerson,
    transactionsAtOncePerProject: limits.restoresAtOncePerProject,
    transactionsAtOncePerNetwork: limits.restoresAtOncePerNetwork,
    transactionsAtOnce: limits.restoresAtOnce,
    transactionsForOthers: 0,
  })

/** Runs a person's transaction when it is its turn. */
export type TransactionTurns = ReturnType<typeof createTransactionTurns>
