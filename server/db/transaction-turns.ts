import type { Database } from './database.ts'

/**
 * Runs of one person so many transactions at a time, in the order in which they were asked for; the others wait without
 * a connection. Whoever has many requests wait for a row that somebody holds would take every connection otherwise.
 */
export function createTransactionTurns(atOncePerPerson: number) {
  const people = new Map<string, { running: number; waiting: (() => void)[] }>()

  return async function run<Result>(userId: string, transact: () => Promise<Result>): Promise<Result> {
    const person = people.get(userId) ?? { running: 0, waiting: [] }
    people.set(userId, person)
    if (person.running < atOncePerPerson) person.running++
    else await new Promise<void>((begin) => person.waiting.push(begin))
    try {
      return await transact()
    } finally {
      const next = person.waiting.shift()
      // its place goes to the next one
      if (next) next()
      else if (--person.running === 0) people.delete(userId)
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

/** Runs a transaction of a person when it is its turn. */
export type TransactionTurns = ReturnType<typeof createTransactionTurns>
