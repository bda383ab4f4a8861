import { bigint, pgTable, text } from 'drizzle-orm/pg-core'
import { resources } from '../resources/tables.ts'

/** The words of a resource as they were at `seq` of its changes: a copy to search in, made anew when it is asked for. */
export const resourceTexts = pgTable('resource_texts', {
  resourceId: text()
    .primaryKey()
    .references(() => resources.id, { onDelete: 'cascade' }),
  seq: bigint({ mode: 'number' }).notNull(),
  text: text().notNull(),
  /** The same in one width (NFKC), which is looked through; null: there is no difference. */
  folded: text(),
})
