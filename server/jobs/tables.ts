import { sql } from 'drizzle-orm'
import { bigint, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { id, timestamptz } from '../db/columns.ts'
import type { Task } from './jobs.ts'

/**
 * Work that outlives a request and a crash. Of two jobs with one `key` the first waits for both. Those of one `line`
 * are done one after the other, by `place`. `owners`: whom it is done for.
 */
export const jobs = pgTable(
  'jobs',
  {
    id: id(),
    key: text().unique(),
    line: text(),
    place: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    task: jsonb().$type<Task>().notNull(),
    owners: text()
      .array()
      .notNull()
      .default(sql`'{}'::text[]`),
    runAt: timestamptz().notNull(),
    attempts: integer().notNull().default(0),
    createdAt: timestamptz().notNull().defaultNow(),
  },
  (table) => [index().on(table.runAt), index().on(table.line, table.place)],
)
