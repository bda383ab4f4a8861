import { prosemirrorJSONToYDoc } from '@tiptap/y-tiptap'
import { and, asc, count, eq, inArray, isNull } from 'drizzle-orm'
import * as Y from 'yjs'
import { schema } from '../../shared/document/schema.ts'
import { textField } from '../../shared/document/text-field.ts'
import type { DocumentKind, DocumentSummary } from '../../shared/documents.ts'
import { Refusal } from '../../shared/errors.ts'
import type { TrailActor } from '../../shared/trail.ts'
import type { Database, Queries } from '../db/database.ts'
import { touchProject } from '../projects/standing.ts'
import { appendTrail, type Act } from '../trail/append.ts'
import { changesOf } from '../trail/changes.ts'
import { documentClients, documents, documentUpdates } from './tables.ts'

type DocumentRow = typeof documents.$inferSelect

/** A document's text as JSON of the document schema. */
export interface DocumentContent {
  type: 'doc'
  [key: string]: unknown
}

/**
 * Creates a document together with its first text, as one entry of its log in the same transaction (rule 12): no
 * browser ever seeds it, so it is never seeded twice. Even a blank one holds a paragraph for that reason.
 */
export async function createDocument(
  database: Queries,
  given: { projectId: string; userId: string; kind: DocumentKind; title: string; content: DocumentContent },
): Promise<string> {
  const { projectId, userId, kind, title, content } = given
  const doc = prosemirrorJSONToYDoc(schema, content, textField)
  const update = Y.encodeStateAsUpdate(doc)
  return database.transaction(async (db) => {
    const [created] = await db
      .insert(documents)
      .values({ projectId, kind, title, createdBy: userId })
      .returning({ id: documents.id })
    const documentId = created!.id
    await db.insert(documentUpdates).values({ documentId, seq: 1, userId, update })
    await db.insert(documentClients).values({ documentId, clientId: doc.clientID, userId })
    await touchProject(db, projectId)
    return documentId
  })
}

/** The project's documents that were not removed, the oldest first. */
export async function listDocuments(db: Queries, projectId: string): Promise<DocumentSummary[]> {
  const rows = await db
    .select()
    .from(documents)
    .where(and(eq(documents.projectId, projectId), isNull(documents.removedAt)))
    .orderBy(asc(documents.createdAt))
  return rows.map(toSummary)
}

/** How many documents each of these projects has; a project without one is not in the map. */
export async function countDocuments(db: Queries, projectIds: string[]): Promise<Map<string, number>> {
  const rows = await db
    .select({ projectId: documents.projectId, size: count() })
    .from(documents)
    .where(and(inArray(documents.projectId, projectIds), isNull(documents.removedAt)))
    .groupBy(documents.projectId)
  return new Map(rows.map(({ projectId, size }) => [projectId, size]))
}

/** @throws Refusal `not_found` when the document does not exist or was removed */
export async function readDocument(db: Queries, documentId: string): Promise<DocumentSummary> {
  const [row] = await db.select().from(documents).where(isPresent(documentId))
  if (!row) throw new Refusal('not_found')
  return toSummary(row)
}

/** @throws Refusal `not_found` */
export async function renameDocument(
  database: Database,
  documentId: string,
  title: string,
  actor: TrailActor,
): Promise<DocumentSummary> {
  return changeDocument(database, documentId, { title, updatedAt: new Date() }, (before) => {
    const details = changesOf(before, { title })
    return 'title' in details ? { actor, action: 'document.renamed', details } : null
  })
}

/** Takes a document out of sight. Its log stays, as signed revisions may name it. @throws Refusal `not_found` */
export async function removeDocument(
  database: Database,
  documentId: string,
  actor: TrailActor,
): Promise<void> {
  await changeDocument(database, documentId, { removedAt: new Date() }, () => ({
    actor,
    action: 'document.removed',
  }))
}

async function changeDocument(
  database: Database,
  documentId: string,
  change: Partial<typeof documents.$inferInsert>,
  actOn: (before: DocumentRow) => Act | null,
): Promise<DocumentSummary> {
  return database.transaction(async (db) => {
    const [before] = await db.select().from(documents).where(isPresent(documentId)).for('no key update')
    if (!before) throw new Refusal('not_found')
    const [row] = await db.update(documents).set(change).where(eq(documents.id, documentId)).returning()
    await touchProject(db, before.projectId)
    const act = actOn(before)
    const subject = { document: { id: documentId, title: row!.title } }
    if (act) await appendTrail(db, before.projectId, [{ ...act, subject }])
    return toSummary(row!)
  })
}

const isPresent = (documentId: string) => and(eq(documents.id, documentId), isNull(documents.removedAt))

const toSummary = (row: DocumentRow): DocumentSummary => ({
  id: row.id,
  projectId: row.projectId,
  kind: row.kind,
  title: row.title,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})
