import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { databaseHome } from './cluster.ts'
import { isDatabaseFree } from './connect.ts'
import { embeddedConnection } from './embedded-postgres.ts'
import { databaseAccount } from './postgres-binaries.ts'
import { isAlive, livingPostmaster } from './postmaster.ts'

/** How long an orderly shutdown may take; after that it ends at once and recovers at its next start (ms). */
const stoppingMs = 2_000

/**
 * Ends the built-in PostgreSQL that a killed process left running in `dataDir`, unless another process uses it.
 * It does nothing where there is none.
 */
export async function endLeftDatabase(dataDir: string): Promise<void> {
  if (!existsSync(dataDir)) return
  const postmaster = livingPostmaster(join(databaseHome(dataDir, databaseAccount()), 'cluster'))
  if (postmaster === null) return
  const client = new pg.Client({ ...embeddedConnection(dataDir), connectionTimeoutMillis: 2_000 })
  // it ends while we are connected
  client.on('error', () => {})
  await client.connect()
  // held until it ends, so that nobody begins with it meanwhile
  if (!(await isDatabaseFree(client))) return client.end()
  process.kill(postmaster, 'SIGINT')
  for (const asked = Date.now(); isAlive(postmaster);) {
    if (Date.now() - asked > stoppingMs) process.kill(postmaster, 'SIGQUIT')
    // oxlint-disable-next-line no-await-in-loop -- the pause between two looks
    await pause(20)
  }
}
