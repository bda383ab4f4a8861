import { bigint, pgTable, text } from 'drizzle-orm/pg-core'
import { documents } from '../documents/tables.ts'

/** The plain text of a document as it was at `seq` of its log: a copy to search in, made anew when it is asked for. */
export const documentTexts = pgTable('document_texts', {
  documentId: text()
    .primaryKey()
    .references(() => documents.id, { onDelete: 'cascade' }),
  seq: bigint({ mode: 'number' }).notNull(),
  text: text().notNull(),
  /** The same in one width (NFKC), which is looked through; null: there is no difference. */
  folded: text(),
})
