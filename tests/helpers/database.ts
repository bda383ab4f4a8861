import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { openDatabase, type Database } from '../../server/db/database.ts'
import { templateDatabase } from './postgres-server.ts'

export interface TestDatabase {
  database: Database
  connection: pg.PoolConfig
  /** Ends the connections and removes the database. */
  drop(): Promise<void>
}

/** A migrated, empty database of the test's own, on the run's PostgreSQL. */
export const createTestDatabase = (): Promise<TestDatabase> =>
  createDatabase(`template ${templateDatabase} strategy file_copy`)

/** One without any table. */
export const createEmptyDatabase = (): Promise<TestDatabase> => createDatabase('')

async function createDatabase(from: string): Promise<TestDatabase> {
  const server = inject('postgres')
  const name = `test_${randomBytes(8).toString('hex')}`
  await run(server, `create database ${name} ${from}`)
  const connection = { ...server, database: name }
  const pool = new pg.Pool(connection)
  // a connection that is still closing may hear that its database is dropped
  pool.on('error', () => {})
  return {
    database: openDatabase(pool),
    connection,
    async drop() {
      await pool.end()
      await run(server, `drop database ${name} with (force)`)
    },
  }
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
