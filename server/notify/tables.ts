import { index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { locales } from '../../shared/accounts.ts'
import { deliveryProblems, mailChoices, noticeKinds, webhookKinds } from '../../shared/notify.ts'
import { sides } from '../../shared/permissions.ts'
import { severities } from '../../shared/review.ts'
import { users } from '../accounts/tables.ts'
import { id, timestamptz } from '../db/columns.ts'
import { resources } from '../resources/tables.ts'
import { projects } from '../projects/tables.ts'

/** What concerns a user; `excerpt` is of the comment, if one is named; `mailedAt` is set when a mail told it. */
export const notices = pgTable(
  'notices',
  {
    id: id(),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    projectId: text()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    resourceId: text().references(() => resources.id, { onDelete: 'cascade' }),
    threadId: text(),
    commentId: text(),
    revisionId: text(),
    kind: text({ enum: noticeKinds }).notNull(),
    actorId: text()
      .notNull()
      .references(() => users.id),
    actorName: text().notNull(),
    actorSide: text({ enum: sides }).notNull(),
    number: integer(),
    severity: text({ enum: severities }),
    letter: text(),
    excerpt: text().notNull(),
    createdAt: timestamptz().notNull().defaultNow(),
    readAt: timestamptz(),
    mailedAt: timestamptz(),
  },
  (table) => [
    index().on(table.userId, table.createdAt),
    index().on(table.threadId),
    index().on(table.commentId),
    index().on(table.actorId, table.mailedAt),
  ],
)

/** When a user was in a resource: `since` is the end of the visit before the one that `lastAt` belongs to. */
export const visits = pgTable(
  'visits',
  {
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    resourceId: text()
      .notNull()
      .references(() => resources.id, { onDelete: 'cascade' }),
    since: timestamptz(),
    lastAt: timestamptz().notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.resourceId] })],
)

/** `token` stands in the link that ends a user's mails: it opens nothing else. */
export const mailPreferences = pgTable('mail_preferences', {
  userId: text()
    .primaryKey()
    .references(() => users.id, { onDelete: 'cascade' }),
  mail: text({ enum: mailChoices }).notNull().default('immediate'),
  token: text().notNull().unique(),
})

/** Where a project's news are sent. `secret` and the address sign and open: neither is ever shown again. */
export const webhooks = pgTable(
  'webhooks',
  {
    id: id(),
    projectId: text()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    kind: text({ enum: webhookKinds }).notNull(),
    url: text().notNull(),
    secret: text().notNull(),
    locale: text({ enum: locales }).notNull(),
    createdBy: text()
      .notNull()
      .references(() => users.id),
    createdAt: timestamptz().notNull().defaultNow(),
  },
  (table) => [index().on(table.projectId)],
)

export const deliveries = pgTable(
  'deliveries',
  {
    id: id(),
    webhookId: text()
      .notNull()
      .references(() => webhooks.id, { onDelete: 'cascade' }),
    what: text({ enum: [...noticeKinds, 'test'] }).notNull(),
    attempt: integer().notNull(),
    status: integer(),
    problem: text({ enum: deliveryProblems }),
    at: timestamptz().notNull().defaultNow(),
  },
  (table) => [index().on(table.webhookId, table.at)],
)
