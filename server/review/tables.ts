import { sql } from 'drizzle-orm'
import { boolean, check, date, index, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { sides } from '../../shared/permissions.ts'
import {
  categories,
  decisions,
  severities,
  stages,
  threadKinds,
  threadStates,
  toolings,
  type Anchor,
} from '../../shared/review.ts'
import { users } from '../accounts/tables.ts'
import { bytesOf, filesNamedIn, id, timestamptz } from '../db/columns.ts'
import { resources } from '../resources/tables.ts'
import { projects } from '../projects/tables.ts'

/** Whose it is, with name and side as the server stamped them. */
const author = () => ({
  authorId: text()
    .notNull()
    .references(() => users.id),
  authorName: text().notNull(),
  authorSide: text({ enum: sides }).notNull(),
})

/** A reviewer's comments on a document, published together with a decision. */
export const reviews = pgTable(
  'reviews',
  {
    id: text().primaryKey(),
    projectId: text()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    resourceId: text().references(() => resources.id, { onDelete: 'cascade' }),
    decision: text({ enum: decisions }).notNull(),
    summary: text().notNull(),
    ...author(),
    createdAt: timestamptz().notNull().defaultNow(),
  },
  (table) => [index().on(table.projectId)],
)

/** A point that somebody raised. Names and sides are kept as they were when the server stamped them. */
export const threads = pgTable(
  'threads',
  {
    id: text().primaryKey(),
    projectId: text()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    resourceId: text().references(() => resources.id, { onDelete: 'cascade' }),
    /** By which a point is called; given when it is published. */
    number: integer(),
    anchor: jsonb().$type<Anchor>().notNull(),
    anchorBytes: bytesOf(sql`anchor`),
    kind: text({ enum: threadKinds }).notNull(),
    severity: text({ enum: severities }).notNull(),
    category: text({ enum: categories }),
    tooling: text({ enum: toolings }),
    stage: text({ enum: stages }),
    assigneeId: text().references(() => users.id),
    dueOn: date({ mode: 'string' }),
    draft: boolean().notNull().default(false),
    replacement: jsonb().$type<{ type: string; [key: string]: unknown }[]>(),
    files: filesNamedIn(sql`replacement`),
    replacementBytes: bytesOf(sql`replacement`),
    accepted: boolean().notNull().default(false),
    /** Which attempt the last acceptance was given to: whose reply was lost asks again, a second one is refused. */
    acceptedAttempt: text(),
    reviewId: text().references(() => reviews.id),
    state: text({ enum: threadStates }).notNull().default('open'),
    /** A version: of two copies of a thread the one of more changes is the newer. */
    changes: integer().notNull().default(0),
    /** Of the comments that are published, the one that was added last. */
    lastPosition: integer().notNull().default(0),
    ...author(),
    createdAt: timestamptz().notNull().defaultNow(),
    closedById: text().references(() => users.id),
    closedByName: text(),
    closedBySide: text({ enum: sides }),
    closedAt: timestamptz(),
    closedReason: text(),
  },
  (table) => [
    // as it is read from the latest on: what has no number comes last
    uniqueIndex().on(table.projectId, table.number.desc().nullsLast()),
    index().on(table.resourceId),
    check('threads_numbered_once_published', sql`draft = (number is null)`),
  ],
)

export const comments = pgTable(
  'comments',
  {
    id: text().primaryKey(),
    threadId: text()
      .notNull()
      .references(() => threads.id, { onDelete: 'cascade' }),
    ...author(),
    body: text().notNull(),
    content: jsonb().$type<{ type: 'doc'; [key: string]: unknown }>(),
    files: filesNamedIn(sql`content`),
    bytes: bytesOf(sql`body`, sql`content`),
    draft: boolean().notNull().default(false),
    reviewId: text().references(() => reviews.id),
    writtenAt: timestamptz(),
    editedAt: timestamptz(),
    withdrawnAt: timestamptz(),
    /** The order within the thread, from 0; given when it is published. */
    position: integer(),
    createdAt: timestamptz().notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex().on(table.threadId, table.position),
    check('comments_placed_once_published', sql`draft = (position is null)`),
    index('comments_drafts_index')
      .on(table.authorId)
      .where(sql`draft`),
  ],
)

/** What a comment said before each edit: nothing that was said in a project is lost. */
export const commentEdits = pgTable(
  'comment_edits',
  {
    id: id(),
    commentId: text()
      .notNull()
      .references(() => comments.id, { onDelete: 'cascade' }),
    body: text().notNull(),
    content: jsonb().$type<{ type: 'doc'; [key: string]: unknown }>(),
    files: filesNamedIn(sql`content`),
    bytes: bytesOf(sql`body`, sql`content`),
    at: timestamptz().notNull().defaultNow(),
  },
  (table) => [index().on(table.commentId)],
)
