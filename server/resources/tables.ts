import { index, pgTable, text } from 'drizzle-orm/pg-core'
import { users } from '../accounts/tables.ts'
import { id, timestamptz } from '../db/columns.ts'
import { projects } from '../projects/tables.ts'

/**
 * What can be opened, pointed at, followed, given to a guest and signed: one row, whatever its kind. What only one kind
 * has stands in a table of its own, under the same id.
 */
export const resources = pgTable(
  'resources',
  {
    id: id(),
    projectId: text()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    /** The name under which the kind is registered where the application is composed. */
    kind: text().notNull(),
    title: text().notNull(),
    createdBy: text()
      .notNull()
      .references(() => users.id),
    createdAt: timestamptz().notNull().defaultNow(),
    updatedAt: timestamptz().notNull().defaultNow(),
    /** Set when an owner removes it; the row is kept, as signed revisions name it. */
    removedAt: timestamptz(),
  },
  (table) => [index().on(table.projectId)],
)
