import { sql } from 'drizzle-orm'
import { bigint, boolean, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { documentKinds } from '../../shared/documents.ts'
import { users } from '../accounts/tables.ts'
import { bytea, bytesOf, filesNamedIn, id, timestamptz } from '../db/columns.ts'
import { resources } from '../resources/tables.ts'
import { contentCheck } from './content-check.ts'

/** A resource that has a text, and so a log. */
export const documents = pgTable('documents', {
  id: text()
    .primaryKey()
    .references(() => resources.id, { onDelete: 'cascade' }),
  kind: text({ enum: documentKinds }).notNull(),
  /** By which version of the room's repair its text was looked through; what is new comes in by the gate. */
  contentCheck: integer()
    .notNull()
    .default(0)
    .$defaultFn(() => contentCheck),
})

/** The log: every update of a document in the order of its commit. Append-only (rule 7). `seq` counts from 1. */
export const documentUpdates = pgTable(
  'document_updates',
  {
    documentId: text()
      .notNull()
      .references(() => documents.id, { onDelete: 'cascade' }),
    seq: bigint({ mode: 'number' }).notNull(),
    /** Null: the room itself, which repaired the text. */
    userId: text().references(() => users.id),
    update: bytea().notNull(),
    at: timestamptz().notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.documentId, table.seq] })],
)

/** A cache of the log up to `seq`: the whole state as one update, with the SHA-256 that proves it unharmed. */
export const documentBases = pgTable('document_bases', {
  documentId: text()
    .primaryKey()
    .references(() => documents.id, { onDelete: 'cascade' }),
  seq: bigint({ mode: 'number' }).notNull(),
  state: bytea().notNull(),
  /** The state vector and the deletions of `state`, so that a join need not read all of it to find them. */
  vector: bytea().notNull(),
  deletions: bytea().notNull(),
  /** Over state, vector and deletions, one after the other. */
  sha256: text().notNull(),
  at: timestamptz().notNull().defaultNow(),
})

/**
 * What compaction cut from the log: updates `fromSeq` to `toSeq` with author and time, compressed. `firstAt` and `lastAt`
 * are the range of their times; null in a chunk of before it was noted, until that is next unpacked for its times.
 */
export const documentHistory = pgTable(
  'document_history',
  {
    documentId: text()
      .notNull()
      .references(() => documents.id, { onDelete: 'cascade' }),
    fromSeq: bigint({ mode: 'number' }).notNull(),
    toSeq: bigint({ mode: 'number' }).notNull(),
    updates: integer().notNull(),
    chunk: bytea().notNull(),
    firstAt: timestamptz(),
    lastAt: timestamptz(),
  },
  (table) => [primaryKey({ columns: [table.documentId, table.fromSeq] })],
)

/** Which user a Yjs client id of a document belongs to: bound on first use, for ever (rule 2). */
export const documentClients = pgTable(
  'document_clients',
  {
    documentId: text()
      .notNull()
      .references(() => documents.id, { onDelete: 'cascade' }),
    clientId: bigint({ mode: 'number' }).notNull(),
    /** Null: the room's own, with which nobody writes. */
    userId: text().references(() => users.id),
  },
  (table) => [primaryKey({ columns: [table.documentId, table.clientId] })],
)

/**
 * A captured document: its Yjs state, and its text as schema JSON. What is kept while others write is `state` and `tail`,
 * one update put behind the other, as the text was longer to read than they should wait; `content` is of `state` alone
 * until `tail` was read into it.
 */
export const versions = pgTable(
  'versions',
  {
    id: id(),
    documentId: text()
      .notNull()
      .references(() => documents.id, { onDelete: 'cascade' }),
    /** Null while it is being stored, which no other transaction sees. */
    number: integer(),
    name: text().notNull(),
    content: jsonb().$type<{ type: 'doc'; [key: string]: unknown }>().notNull(),
    files: filesNamedIn(sql`content`),
    contentBytes: bytesOf(sql`content`),
    state: bytea().notNull(),
    tail: bytea(),
    isContentDue: boolean().notNull().default(false),
    createdBy: text()
      .notNull()
      .references(() => users.id),
    createdAt: timestamptz().notNull().defaultNow(),
  },
  (table) => [uniqueIndex().on(table.documentId, table.number)],
)
