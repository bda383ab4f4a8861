import { desc, sql } from 'drizzle-orm'
import { bigint, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { sides } from '../../shared/permissions.ts'
import { meanings, revisionStates, type PrintFinding } from '../../shared/signoff.ts'
import { users } from '../accounts/tables.ts'
import { bytea, id, timestamptz } from '../db/columns.ts'
import { projects } from '../projects/tables.ts'

/** A frozen state of the project. Of a signed one the package is stored too. `record` is the canonical JSON (RFC 8785) whose SHA-256 is signed; it never changes. */
export const revisions = pgTable(
  'revisions',
  {
    id: id(),
    projectId: text()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    letter: text().notNull(),
    description: text().notNull(),
    state: text({ enum: revisionStates }).notNull().default('open'),
    record: text().notNull(),
    recordSha256: text().notNull(),
    /** What the print on trial found, before anybody signed. */
    findings: jsonb().$type<PrintFinding[]>().notNull().default([]),
    /** The file of the package that was stored when the last signature had been given; null until then. */
    packageSha256: text(),
    /** What the instance's key signed when it was stored (`packageStatement`), and the PEM that it is checked with. */
    packageSignature: bytea(),
    packagePublicKey: text(),
    /** The entry of the trail that puts it forward, and what the instance's key signed of both (`putForwardStatement`). */
    putForwardEntry: integer(),
    putForwardSignature: bytea(),
    putForwardPublicKey: text(),
    createdBy: text()
      .notNull()
      .references(() => users.id),
    createdAt: timestamptz().notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex().on(table.projectId, table.letter),
    uniqueIndex('revisions_one_open_index')
      .on(table.projectId)
      .where(sql`state = 'open'`),
    index('revisions_sealing_index')
      .on(table.createdAt)
      .where(sql`package_sha256 is null and state in ('sealing', 'signed')`),
  ],
)

/** The order of `latestFirst`, for the database. */
export const byLatest = [desc(sql`length(${revisions.letter})`), desc(revisions.letter)]

/** What may be found of a stored package's file: that the store has none, or that it is not what was stored. */
export const packageFindings = ['missing', 'changed'] as const
export type PackageFinding = (typeof packageFindings)[number]

/** What was found of the files of stored packages when they were last looked at. It may change, as files are put back. */
export const packageChecks = pgTable(
  'package_checks',
  {
    revisionId: text()
      .notNull()
      .references(() => revisions.id, { onDelete: 'cascade' }),
    /** The file that it is about: what was found of one says nothing of another that the revision's row may name. */
    packageSha256: text().notNull(),
    finding: text({ enum: packageFindings }),
    /** The size of what was stored; null until it was read once and found to be that. */
    bytes: bigint({ mode: 'number' }),
    /** What the store said of the file that was last read as a whole; null where none was. */
    mark: text(),
    /** When its bytes were last looked for in order to read them all; null until then. */
    checkedAt: timestamptz(),
  },
  (table) => [primaryKey({ columns: [table.revisionId, table.packageSha256] })],
)

/**
 * One signature a person and revision: how many each side gives says the revision's record. `statement` is the canonical JSON whose bytes `signature` (Ed25519) covers, and
 * `publicKey` the PEM of the key that it is checked with; null until the next start for one from before it was kept.
 */
export const signatures = pgTable(
  'signatures',
  {
    id: id(),
    revisionId: text()
      .notNull()
      .references(() => revisions.id, { onDelete: 'cascade' }),
    userId: text()
      .notNull()
      .references(() => users.id),
    side: text({ enum: sides }).notNull(),
    name: text().notNull(),
    firm: text().notNull(),
    meaning: text({ enum: meanings }).notNull(),
    statement: text().notNull(),
    signature: bytea().notNull(),
    publicKey: text(),
    signedAt: timestamptz().notNull(),
  },
  (table) => [uniqueIndex().on(table.revisionId, table.userId)],
)
