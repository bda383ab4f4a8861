import { rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { onTestFinished } from 'vitest'
import { databaseHome } from '../../../server/db/cluster.ts'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../../server/db/embedded-postgres.ts'
import { databaseAccount } from '../../../server/db/postgres-binaries.ts'
import { makeDataDir } from './app-process.ts'

/** Removed last, when what the test opened has ended. */
export function removeAfterwards(folder: string): string {
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A data folder of the test's own. */
export const newDataDir = (): string => removeAfterwards(makeDataDir())

/** Starts the built-in database in a data folder; it is stopped when the test is over. */
export async function startPostgres(
  dataDir: string,
  options: Omit<Parameters<typeof startEmbeddedPostgres>[0], 'dataDir'> = {},
): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, ...options })
  onTestFinished(() => postgres.stop())
  return postgres
}

/** The rows that a statement gives, over a connection of its own. */
export async function query(connection: pg.ClientConfig, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 5_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.query(statement)).rows
  } finally {
    await client.end().catch(() => {})
  }
}

/** Where the database of a data folder has its files. */
export const clusterOf = (dataDir: string): string =>
  join(databaseHome(dataDir, databaseAccount()), 'cluster')
