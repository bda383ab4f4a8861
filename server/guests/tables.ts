import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { guestRoles } from '../../shared/guests.ts'
import { sides } from '../../shared/permissions.ts'
import { users } from '../accounts/tables.ts'
import { id, timestamptz } from '../db/columns.ts'
import { resources } from '../resources/tables.ts'
import { projects } from '../projects/tables.ts'

/**
 * A link that lets one person without an account into some resources of a project. `tokenHash` is the SHA-256 of
 * the secret in the link, `codeHash` the argon2id hash of the access code; `userId` is who took it.
 */
export const guestLinks = pgTable(
  'guest_links',
  {
    id: id(),
    projectId: text()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    tokenHash: text().notNull().unique(),
    codeHash: text(),
    label: text().notNull(),
    side: text({ enum: sides }).notNull(),
    role: text({ enum: guestRoles }).notNull(),
    createdBy: text()
      .notNull()
      .references(() => users.id),
    createdAt: timestamptz().notNull().defaultNow(),
    expiresAt: timestamptz().notNull(),
    revokedAt: timestamptz(),
    userId: text().references(() => users.id),
    takenAt: timestamptz(),
  },
  (table) => [index().on(table.projectId), index().on(table.userId)],
)

/** Files that a document has shown, put there by somebody who could read them: a guest may show them there again. */
export const shownFiles = pgTable(
  'shown_files',
  {
    resourceId: text()
      .notNull()
      .references(() => resources.id, { onDelete: 'cascade' }),
    sha256: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.resourceId, table.sha256] })],
)

/** What a guest's link opens. */
export const guestResources = pgTable(
  'guest_resources',
  {
    linkId: text()
      .notNull()
      .references(() => guestLinks.id, { onDelete: 'cascade' }),
    resourceId: text()
      .notNull()
      .references(() => resources.id, { onDelete: 'cascade' }),
  },
  (table) => [primaryKey({ columns: [table.linkId, table.resourceId] })],
)
