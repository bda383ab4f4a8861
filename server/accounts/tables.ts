import { index, pgTable, text } from 'drizzle-orm/pg-core'
import { locales } from '../../shared/accounts.ts'
import { id, moment } from '../db/columns.ts'

export const users = pgTable('users', {
  id: id(),
  email: text().notNull().unique(),
  name: text().notNull(),
  firm: text().notNull().default(''),
  locale: text({ enum: locales }).notNull(),
  passwordHash: text().notNull(),
  createdAt: moment().notNull().defaultNow(),
})

/** `id` is the SHA-256 of the secret in the cookie: a copy of this table opens nothing. */
export const sessions = pgTable(
  'sessions',
  {
    id: text().primaryKey(),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    expiresAt: moment().notNull(),
    userAgent: text().notNull().default(''),
    createdAt: moment().notNull().defaultNow(),
    lastSeenAt: moment().notNull().defaultNow(),
  },
  (table) => [index().on(table.userId)],
)
