import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { phases, roles, sides } from '../../shared/permissions.ts'
import { users } from '../accounts/tables.ts'
import { id, timestamptz } from '../db/columns.ts'

export const projects = pgTable('projects', {
  id: id(),
  name: text().notNull(),
  phase: text({ enum: phases }).notNull().default('active'),
  createdBy: text()
    .notNull()
    .references(() => users.id),
  createdAt: timestamptz().notNull().defaultNow(),
  updatedAt: timestamptz().notNull().defaultNow(),
})

export const members = pgTable(
  'members',
  {
    projectId: text()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    userId: text()
      .notNull()
      .references(() => users.id),
    side: text({ enum: sides }).notNull(),
    role: text({ enum: roles }).notNull(),
    joinedAt: timestamptz().notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.userId] }), index().on(table.userId)],
)

/** `tokenHash` is the SHA-256 of the secret in the link; used once. */
export const invites = pgTable(
  'invites',
  {
    id: id(),
    projectId: text()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    tokenHash: text().notNull().unique(),
    side: text({ enum: sides }).notNull(),
    role: text({ enum: roles }).notNull(),
    createdBy: text()
      .notNull()
      .references(() => users.id),
    createdAt: timestamptz().notNull().defaultNow(),
    expiresAt: timestamptz().notNull(),
    usedBy: text().references(() => users.id),
    usedAt: timestamptz(),
  },
  (table) => [index().on(table.projectId)],
)
