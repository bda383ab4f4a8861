import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import type { PgTransaction } from 'drizzle-orm/pg-core'
import type { Pool } from 'pg'

/** The one database, PostgreSQL; queries are drizzle's, with columns named in snake case. */
export type Database = NodePgDatabase & { $client: Pool }

// oxlint-disable-next-line typescript/no-explicit-any -- drizzle's own bound for a transaction of any schema
export type Transaction = PgTransaction<any, any, any>

/** The database or a transaction on it. */
export type Queries = Database | Transaction

export const openDatabase = (pool: Pool): Database => drizzle({ client: pool, casing: 'snake_case' })
