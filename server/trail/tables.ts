import { sql } from 'drizzle-orm'
import { bigint, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'

/**
 * Entries that put a revision forward, sign it or withdraw it, by how their line begins (canonical JSON: `action` is
 * first). The index over them is used by a query that says exactly this.
 */
export const isAboutRevision = sql.raw(
  `(line like '{"action":"revision.put%' or line like '{"action":"revision.signed"%' or line like '{"action":"revision.withdrawn"%')`,
)

/** Of those, the ones that put forward; said beside `isAboutRevision`. */
export const isPutForward = sql.raw(`line like '{"action":"revision.put%'`)

/**
 * The trail of each project, an entry a row. `line` is the entry's canonical JSON, kept as it was hashed, so that it
 * is proved by its bytes however the shape of entries changes; `hash` is its SHA-256. Triggers refuse any change.
 * Without a reference to projects: the trail knows no feature, and a project that goes must not take with it the
 * record of who made it go.
 */
export const trailEntries = pgTable(
  'trail_entries',
  {
    projectId: text().notNull(),
    seq: integer().notNull(),
    line: text().notNull(),
    hash: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.seq] }),
    index('trail_entries_revisions_index').on(table.projectId, table.seq).where(isAboutRevision),
  ],
)

/**
 * Where each project's chain ends, and what its lines are in bytes. Locked by whoever writes an entry, which makes the
 * chain one.
 */
export const trailHeads = pgTable('trail_heads', {
  projectId: text().primaryKey(),
  entries: integer().notNull(),
  hash: text().notNull(),
  bytes: bigint({ mode: 'number' }).notNull().default(0),
})
