import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { openDatabase, type Database } from '../../../server/db/database.ts'
import { templateDatabase } from './postgres-server.ts'

export interface TestDatabase {
  /** As the role that serves, which reads and writes rows only; `asOwner` may do more. */
  database: Database
  connection: pg.PoolConfig
  ownerConnection: pg.PoolConfig
  /** Ends the connections and removes the database. */
  drop(): Promise<void>
}

/** A migrated, empty database of the test's own, on the run's PostgreSQL. */
export const createTestDatabase = (): Promise<TestDatabase> =>
  createDatabase(`template ${templateDatabase} strategy file_copy`)

/** One without any table. */
export const createEmptyDatabase = (): Promise<TestDatabase> => createDatabase('')

async function createDatabase(from: string): Promise<TestDatabase> {
  const { app, owner } = inject('postgres')
  const name = `test_${randomBytes(8).toString('hex')}`
  await run(owner, `create database ${name} ${from}`)
  const connection = { ...app, database: name }
  const pool = new pg.Pool(connection)
  // a connection that is still closing may hear that its database is dropped
  pool.on('error', () => {})
  return {
    database: openDatabase(pool),
    connection,
    ownerConnection: { ...owner, database: name },
    async drop() {
      await pool.end()
      await owners.get(name)?.$client.end()
      owners.delete(name)
      await run(owner, `drop database ${name} with (force)`)
    },
  }
}

const owners = new Map<string, Database>()

/** The same database as the owner of its tables: past every trigger, as somebody who has the whole machine. */
export function asOwner(database: Database): Database {
  const name = database.$client.options.database!
  const known = owners.get(name)
  if (known) return known
  const pool = new pg.Pool({ ...inject('postgres').owner, database: name, max: 2 })
  pool.on('error', () => {})
  const opened = openDatabase(pool)
  owners.set(name, opened)
  return opened
}

async function run(connection: pg.ClientConfig, statement: string): Promise<void> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
