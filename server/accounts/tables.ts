import { sql } from 'drizzle-orm'
import { check, index, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { locales } from '../../shared/accounts.ts'
import { id, timestamptz } from '../db/columns.ts'

/** Without e-mail and password it is a guest, who came by a link and may become an account later. */
export const users = pgTable(
  'users',
  {
    id: id(),
    /** As it was typed at sign-up, in lower case. Several may name one address; whose it is, is who confirmed it. */
    email: text(),
    /** When somebody who reads this address's mail said that it is theirs; null: nobody has yet. */
    emailConfirmedAt: timestamptz(),
    name: text().notNull(),
    firm: text().notNull().default(''),
    locale: text({ enum: locales }).notNull(),
    passwordHash: text(),
    /** Null when its owner set the password; a trigger notes whatever sets it past the application. */
    passwordSetBy: text({ enum: ['operator'] }),
    createdAt: timestamptz().notNull().defaultNow(),
  },
  ({ email, emailConfirmedAt, passwordHash }) => [
    index().on(email),
    uniqueIndex('users_confirmed_email')
      .on(email)
      .where(sql`${emailConfirmedAt} is not null`),
    check('account', sql`(${email} is null) = (${passwordHash} is null)`),
  ],
)

/**
 * Mails that asked whether an address is theirs who read it. `tokenHash` is the SHA-256 of the secret in the mail, null
 * until it is sent; `usedAt` is when it was answered.
 */
export const emailConfirmations = pgTable(
  'email_confirmations',
  {
    id: id(),
    email: text().notNull(),
    locale: text({ enum: locales }).notNull(),
    tokenHash: text().unique(),
    createdAt: timestamptz().notNull().defaultNow(),
    expiresAt: timestamptz().notNull(),
    usedAt: timestamptz(),
  },
  (table) => [index().on(table.email, table.createdAt)],
)

/** `id` is the SHA-256 of the secret in the cookie: a copy of this table opens nothing. */
export const sessions = pgTable(
  'sessions',
  {
    id: text().primaryKey(),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    expiresAt: timestamptz().notNull(),
    userAgent: text().notNull().default(''),
    createdAt: timestamptz().notNull().defaultNow(),
    /** SHA-256 of the random name that the browser keeps; null for a session from before it had one. */
    browser: text(),
    lastSeenAt: timestamptz().notNull().defaultNow(),
  },
  (table) => [index().on(table.userId)],
)
