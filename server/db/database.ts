import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import type { PgTransaction } from 'drizzle-orm/pg-core'
import type { Pool } from 'pg'

/** The one database, PostgreSQL; queries are drizzle's, with columns named in snake case. */
export type Database = NodePgDatabase & { $client: Pool }

/** The database or a transaction on it. */
// oxlint-disable-next-line typescript/no-explicit-any -- drizzle's own bound for a transaction of any schema
export type Queries = Database | PgTransaction<any, any, any>

export const openDatabase = (pool: Pool): Database => drizzle({ client: pool, casing: 'snake_case' })
