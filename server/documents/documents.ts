import { prosemirrorJSONToYDoc } from '@tiptap/y-tiptap'
import { and, asc, eq, isNull, sql, type SQL } from 'drizzle-orm'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'
import { schema } from '../../shared/document/schema.ts'
import { textField } from '../../shared/document/text-field.ts'
import type { DocumentKind, DocumentSummary } from '../../shared/documents.ts'
import { Refusal } from '../../shared/errors.ts'
import type { ResourceSummary } from '../../shared/projects.ts'
import type { TrailActor } from '../../shared/trail.ts'
import type { Database, Queries } from '../db/database.ts'
import { touchProject } from '../projects/membership.ts'
import { projects } from '../projects/tables.ts'
import { isPresent } from '../resources/resources.ts'
import { resources } from '../resources/tables.ts'
import { appendTrail, type Act } from '../trail/append.ts'
import { changesOf } from '../trail/changes.ts'
import { documentKind } from './kind.ts'
import { beginLog } from '../history/history.ts'
import { documents } from '../history/tables.ts'

/** A document's resource, and what only documents have. */
type DocumentRow = { resource: typeof resources.$inferSelect; document: typeof documents.$inferSelect }

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
  return database.transaction(async (db) => {
    const [resource] = await db
      .insert(resources)
      .values({ projectId, kind: documentKind.name, title, createdBy: userId })
      .returning({ id: resources.id })
    const documentId = resource!.id
    await db.insert(documents).values({ id: documentId, kind })
    await beginLog(db, { documentId, userId, doc })
    await touchProject(db, projectId)
    return documentId
  })
}

/** All of a project that can be opened and was not removed, the oldest first, and the documents among it. */
export async function listOpened(
  db: Queries,
  projectId: string,
): Promise<{ documents: DocumentSummary[]; resources: ResourceSummary[] }> {
  const rows = await db
    .select({ resource: resources, document: documents })
    .from(resources)
    .leftJoin(documents, eq(documents.id, resources.id))
    .where(and(eq(resources.projectId, projectId), isNull(resources.removedAt)))
    .orderBy(asc(resources.createdAt))
  return {
    documents: rows.flatMap(({ resource, document }) =>
      document ? [toSummary({ resource, document })] : [],
    ),
    resources: rows.map(({ resource: { id, kind, title } }) => ({ id, kind, title })),
  }
}

/** How many documents a project has, as an expression of a statement in which `projectId` is known. */
export const documentCount = (projectId: string | AnyPgColumn): SQL<number> =>
  sql`(
    select count(*) from ${documents} join ${resources} on ${resources.id} = ${documents.id}
    where ${resources.projectId} = ${projectId} and ${resources.removedAt} is null
  )`.mapWith(Number)

/** How many documents a project has. */
export async function countDocuments(db: Queries, projectId: string): Promise<number> {
  const { rows } = await db.execute(sql`select ${documentCount(projectId)} as count`)
  return Number(rows[0]!.count)
}

/** A document, and how its project is called. @throws Refusal `not_found` when it does not exist or was removed */
export async function readDocument(
  db: Queries,
  documentId: string,
): Promise<{ document: DocumentSummary; projectName: string }> {
  const [row] = await db
    .select({ resource: resources, document: documents, projectName: projects.name })
    .from(documents)
    .innerJoin(resources, eq(resources.id, documents.id))
    .innerJoin(projects, eq(projects.id, resources.projectId))
    .where(isPresent(documentId))
  if (!row) throw new Refusal('not_found')
  return { document: toSummary(row), projectName: row.projectName }
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
  change: Partial<typeof resources.$inferInsert>,
  actOn: (before: DocumentRow['resource']) => Act | null,
): Promise<DocumentSummary> {
  return database.transaction(async (db) => {
    const [before] = await selectDocuments(db).where(isPresent(documentId)).for('no key update')
    if (!before) throw new Refusal('not_found')
    const { projectId } = before.resource
    const [resource] = await db.update(resources).set(change).where(eq(resources.id, documentId)).returning()
    await touchProject(db, projectId)
    const act = actOn(before.resource)
    const subject = { document: { id: documentId, title: resource!.title } }
    if (act) await appendTrail(db, projectId, [{ ...act, subject }])
    return toSummary({ resource: resource!, document: before.document })
  })
}

const selectDocuments = (db: Queries) =>
  db
    .select({ resource: resources, document: documents })
    .from(documents)
    .innerJoin(resources, eq(resources.id, documents.id))

const toSummary = ({ resource, document }: DocumentRow): DocumentSummary => ({
  id: resource.id,
  projectId: resource.projectId,
  kind: document.kind,
  title: resource.title,
  createdAt: resource.createdAt.toISOString(),
  updatedAt: resource.updatedAt.toISOString(),
})
