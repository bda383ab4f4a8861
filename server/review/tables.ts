import { index, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { sides } from '../../shared/permissions.ts'
import { severities, threadKinds, threadStates, type Anchor } from '../../shared/review.ts'
import { users } from '../accounts/tables.ts'
import { moment } from '../db/columns.ts'
import { documents } from '../documents/tables.ts'
import { projects } from '../projects/tables.ts'

/** A point that somebody raised. Names and sides are kept as they were when the server stamped them. */
export const threads = pgTable(
  'threads',
  {
    id: text().primaryKey(),
    projectId: text()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    documentId: text().references(() => documents.id, { onDelete: 'cascade' }),
    number: integer().notNull(),
    anchor: jsonb().$type<Anchor>().notNull(),
    kind: text({ enum: threadKinds }).notNull(),
    severity: text({ enum: severities }).notNull(),
    state: text({ enum: threadStates }).notNull().default('open'),
    changes: integer().notNull().default(0),
    authorId: text()
      .notNull()
      .references(() => users.id),
    authorName: text().notNull(),
    authorSide: text({ enum: sides }).notNull(),
    createdAt: moment().notNull().defaultNow(),
    closedById: text().references(() => users.id),
    closedByName: text(),
    closedBySide: text({ enum: sides }),
    closedAt: moment(),
    closedReason: text(),
  },
  (table) => [uniqueIndex().on(table.projectId, table.number), index().on(table.documentId)],
)

export const comments = pgTable(
  'comments',
  {
    id: text().primaryKey(),
    threadId: text()
      .notNull()
      .references(() => threads.id, { onDelete: 'cascade' }),
    authorId: text()
      .notNull()
      .references(() => users.id),
    authorName: text().notNull(),
    authorSide: text({ enum: sides }).notNull(),
    body: text().notNull(),
    /** The order within the thread: the thread's count of changes when it was added. */
    position: integer().notNull(),
    createdAt: moment().notNull().defaultNow(),
  },
  (table) => [uniqueIndex().on(table.threadId, table.position)],
)
