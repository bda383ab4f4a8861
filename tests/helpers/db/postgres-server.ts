import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { openDatabase } from '../../../server/db/database.ts'
import { startEmbeddedPostgres, type EmbeddedConnection } from '../../../server/db/embedded-postgres.ts'
import { migrateDatabase } from '../../../server/db/migrate.ts'
import { grantToApp } from '../../../server/db/roles.ts'
import { shared } from '../shared-setup.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** As the product serves, and as the owner of everything. */
    postgres: { app: EmbeddedConnection; owner: EmbeddedConnection }
  }
}

/** The migrated database that every test's own is copied from. */
export const templateDatabase = 'template_countersign'

/** One PostgreSQL for a whole run of tests. fsync is off: no test that uses it asks what a power cut leaves. */
export default shared('postgres', async (provide) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-test-'))
  // run by root, the database has another account; where that cannot enter, it would lie elsewhere and stay behind
  chmodSync(dataDir, 0o755)
  const postgres = await startEmbeddedPostgres({ dataDir, fsync: false })
  const admin = new pg.Client(postgres.ownerConnection)
  await admin.connect()
  await admin.query(`create database ${templateDatabase}`)
  await admin.end()
  const pool = new pg.Pool({ ...postgres.ownerConnection, database: templateDatabase })
  await migrateDatabase(openDatabase(pool))
  await grantToApp(pool)
  await pool.end()
  provide('postgres', { app: postgres.connection, owner: postgres.ownerConnection })
  return async () => {
    await postgres.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
})
