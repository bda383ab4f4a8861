import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { openDatabase } from '../../server/db/database.ts'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../server/db/embedded-postgres.ts'
import { migrateDatabase } from '../../server/db/migrate.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    postgres: EmbeddedPostgres['connection']
  }
}

/** The migrated database that every test's own is copied from. */
export const templateDatabase = 'template_countersign'

/** One PostgreSQL for a whole run of tests. fsync is off: no test that uses it asks what a power cut leaves. */
export default async function setup(project: TestProject) {
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-test-'))
  // run by root, the database has another account; where that cannot enter, it would lie elsewhere and stay behind
  chmodSync(dataDir, 0o755)
  const postgres = await startEmbeddedPostgres({ dataDir, fsync: false })
  const admin = new pg.Client(postgres.connection)
  await admin.connect()
  await admin.query(`create database ${templateDatabase}`)
  await admin.end()
  const pool = new pg.Pool({ ...postgres.connection, database: templateDatabase })
  await migrateDatabase(openDatabase(pool))
  await pool.end()
  project.provide('postgres', postgres.connection)
  return async () => {
    await postgres.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}
