import { sql } from 'drizzle-orm'
import { integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { users } from '../accounts/tables.ts'
import { bytea, bytesOf, filesNamedIn, id, moment } from '../db/columns.ts'
import { documents } from '../documents/tables.ts'

/** A captured document: its text as schema JSON, and the Yjs state it was read from. */
export const versions = pgTable(
  'versions',
  {
    id: id(),
    documentId: text()
      .notNull()
      .references(() => documents.id, { onDelete: 'cascade' }),
    number: integer().notNull(),
    name: text().notNull(),
    content: jsonb().$type<{ type: 'doc'; [key: string]: unknown }>().notNull(),
    files: filesNamedIn(sql`content`),
    contentBytes: bytesOf(sql`content`),
    state: bytea().notNull(),
    createdBy: text()
      .notNull()
      .references(() => users.id),
    createdAt: moment().notNull().defaultNow(),
  },
  (table) => [uniqueIndex().on(table.documentId, table.number)],
)
