import { sql } from 'drizzle-orm'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'
import type { Database } from '../../server/db/database.ts'

/** How many statements wait for a lock in a database, which is asked outside of any transaction. */
export async function waitingForLocks(database: Pick<Database, 'execute'>): Promise<number> {
  const { rows } = await database.execute(
    sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return rows.length
}

/** Holds what a statement locks, in a transaction of its own as the database's owner; let go when the test ends at the latest. */
export async function holdLock({ $client }: Database, statement: string, values: string[] = []) {
  const client = new pg.Client({ ...inject('postgres').owner, database: $client.options.database })
  await client.connect()
  let isHeld = true
  const free = async () => {
    if (!isHeld) return
    isHeld = false
    // its end takes the transaction back
    await client.end()
  }
  onTestFinished(free)
  await client.query('begin')
  await client.query(statement, values)
  return free
}
