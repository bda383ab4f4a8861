import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate } from 'drizzle-orm/node-postgres/migrator'
import pg from 'pg'
import { createEmptyDatabase, type TestDatabase } from './database.ts'

/**
 * A database as version 0.1.0 left it after a day of real work, made through that version's own routes: two sample
 * projects (English and Chinese), a document with a base, history and a log, a guest with a point, drafts, a review,
 * proposals, an edited and a withdrawn comment, a webhook with deliveries, notices, a trail; revision `a` signed by
 * both sides, `b` signed once and withdrawn, `c` signed once and open. The key in it signs nothing but this.
 */
interface Populated {
  /** How many of the migrations the database had. */
  migrations: number
  people: Record<'password' | 'owner' | 'maker' | 'viewer' | 'guestCookie', string>
  projectId: string
  documentId: string
  revisions: Record<'a' | 'b' | 'c', string>
  /** Each table's rows as PostgreSQL writes them in JSON. */
  tables: Record<string, unknown[]>
  /** The data folder: path → content in base64. */
  files: Record<string, string>
}

const readPopulated = (): Populated =>
  JSON.parse(
    gunzipSync(
      readFileSync(join(import.meta.dirname, '../../db/fixtures/populated-0004.json.gz')),
    ).toString(),
  ) as Populated

/** That database as it was, not migrated any further, with its data folder. */
export async function restorePopulated(): Promise<Populated & { own: TestDatabase; dataDir: string }> {
  const populated = readPopulated()
  const own = await createEmptyDatabase()
  const pool = new pg.Pool({ ...own.ownerConnection, max: 1 })
  await migrateTo(pool, populated.migrations)
  // rows as they were: no trigger has a say in a restore, and tables come in any order
  await pool.query('set session_replication_role = replica')
  for (const [table, rows] of Object.entries(populated.tables)) {
    await insertRows(pool, table, rows)
  }
  await pool.query(
    `select setval(pg_get_serial_sequence(quote_ident(table_name), column_name), 1000000)
     from information_schema.columns where table_schema = 'public' and is_identity = 'YES'`,
  )
  await pool.end()
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-test-'))
  for (const [path, content] of Object.entries(populated.files)) {
    mkdirSync(dirname(join(dataDir, path)), { recursive: true })
    writeFileSync(join(dataDir, path), Buffer.from(content, 'base64'), { mode: 0o600 })
  }
  return { ...populated, own, dataDir }
}

async function insertRows(pool: pg.Pool, table: string, rows: unknown[]): Promise<void> {
  const { rows: found } = await pool.query<{ columns: string }>(
    `select string_agg(quote_ident(column_name), ', ') as columns from information_schema.columns
     where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER'`,
    [table],
  )
  const { columns } = found[0]!
  await pool.query(
    `insert into "${table}" (${columns}) overriding system value select ${columns} from json_populate_recordset(null::"${table}", $1)`,
    [JSON.stringify(rows)],
  )
}

/** Runs the first `count` migrations only. */
async function migrateTo(pool: pg.Pool, count: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-migrations-'))
  cpSync(join(import.meta.dirname, '../../../server/db/migrations'), folder, { recursive: true })
  const path = join(folder, 'meta/_journal.json')
  const journal = JSON.parse(readFileSync(path, 'utf8')) as { entries: unknown[] }
  writeFileSync(path, JSON.stringify({ ...journal, entries: journal.entries.slice(0, count) }))
  await migrate(drizzle(pool), { migrationsFolder: folder })
  rmSync(folder, { recursive: true })
}
