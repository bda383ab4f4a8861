import { migrate } from 'drizzle-orm/node-postgres/migrator'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from './database.ts'

/** Brings the database to the newest schema. Safe to call at every start; each step runs once, in a transaction. */
export async function migrateDatabase(database: Database): Promise<void> {
  // beside the bundle in production, beside this file in development
  const beside = join(import.meta.dirname, 'migrations')
  const migrationsFolder = existsSync(beside) ? beside : join(import.meta.dirname, 'db/migrations')
  await migrate(database, { migrationsFolder })
}
