import { sql } from 'drizzle-orm'
import { check, index, pgTable, text } from 'drizzle-orm/pg-core'
import { locales } from '../../shared/accounts.ts'
import { id, moment } from '../db/columns.ts'

/** Without e-mail and password it is a guest, who came by a link and may become an account later. */
export const users = pgTable(
  'users',
  {
    id: id(),
    email: text().unique(),
    /** When somebody who reads this address's mail said that it is theirs; null: nobody has yet. */
    emailConfirmedAt: moment(),
    name: text().notNull(),
    firm: text().notNull().default(''),
    locale: text({ enum: locales }).notNull(),
    passwordHash: text(),
    createdAt: moment().notNull().defaultNow(),
  },
  ({ email, passwordHash }) => [check('account', sql`(${email} is null) = (${passwordHash} is null)`)],
)

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
