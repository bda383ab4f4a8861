import { index, pgTable, text } from 'drizzle-orm/pg-core'
import { tokenScopes } from '../../shared/tokens.ts'
import { users } from '../accounts/tables.ts'
import { id, timestamptz } from '../db/columns.ts'
import { projects } from '../projects/tables.ts'

/**
 * Personal tokens of the interface. `tokenHash` is the SHA-256 of the secret: a copy of this table opens nothing. They go
 * with their account, and a trigger ends them with its password, whoever sets another.
 */
export const apiTokens = pgTable(
  'api_tokens',
  {
    id: id(),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    tokenHash: text().notNull().unique(),
    scope: text({ enum: tokenScopes }).notNull(),
    /** Null: for all projects of the owner. */
    projectId: text().references(() => projects.id, { onDelete: 'cascade' }),
    createdAt: timestamptz().notNull().defaultNow(),
    expiresAt: timestamptz().notNull(),
    lastUsedAt: timestamptz(),
  },
  (table) => [index().on(table.userId)],
)
