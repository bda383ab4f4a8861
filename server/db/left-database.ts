import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { databaseHome } from './cluster.ts'
import { isDatabaseFree } from './connect.ts'
import { embeddedConnection } from './embedded-postgres.ts'
import { databaseAccount } from './postgres-binaries.ts'
import { endPostmaster, livingPostmaster } from './postmaster.ts'
import { isWrongPassword } from './roles.ts'

/** How long it may take to answer (ms): after a crash it first reads its log again. */
const recoveringMs = 15_000

/**
 * Ends the built-in PostgreSQL that a killed process left running in `dataDir`, unless another process uses it. One
 * that recovers is waited for, and one that is ending already is left to it. It does nothing where there is none.
 */
export async function endLeftDatabase(dataDir: string): Promise<void> {
  if (!existsSync(dataDir)) return
  const cluster = join(databaseHome(dataDir, databaseAccount()), 'cluster')
  const client = await connectWhileAlive(dataDir, cluster)
  if (client === null) return
  // held until it ends, so that nobody begins with it meanwhile
  const postmaster = (await isDatabaseFree(client)) ? livingPostmaster(cluster) : null
  if (postmaster === null) return client.end()
  await endPostmaster(postmaster)
}

/** A connection to the cluster's database; null when none runs, or not any more. */
async function connectWhileAlive(dataDir: string, cluster: string): Promise<pg.Client | null> {
  for (const began = performance.now(); livingPostmaster(cluster) !== null;) {
    const client = new pg.Client({ ...embeddedConnection(dataDir), connectionTimeoutMillis: 2_000 })
    // it ends while we are connected
    client.on('error', () => {})
    try {
      await client.connect()
      return client
    } catch (failure) {
      await client.end().catch(() => {})
      if (isWrongPassword(failure) || performance.now() - began > recoveringMs) throw failure
    }
    await pause(50)
  }
  return null
}
