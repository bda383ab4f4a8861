import { integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { users } from '../accounts/tables.ts'
import { timestamptz } from '../db/columns.ts'
import { projects } from '../projects/tables.ts'

/** Which files a project holds; the bytes lie in the file store under their SHA-256. */
export const files = pgTable(
  'files',
  {
    projectId: text()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    sha256: text().notNull(),
    name: text().notNull(),
    mediaType: text().notNull(),
    bytes: integer().notNull(),
    width: integer(),
    height: integer(),
    createdBy: text()
      .notNull()
      .references(() => users.id),
    createdAt: timestamptz().notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.sha256] })],
)

/** Who sent a file of a project, by which name: who has its bytes may read it. */
export const fileUploads = pgTable(
  'file_uploads',
  {
    projectId: text()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    sha256: text().notNull(),
    userId: text()
      .notNull()
      .references(() => users.id),
    name: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.sha256, table.userId] })],
)
