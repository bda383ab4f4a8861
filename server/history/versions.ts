import { and, desc, eq, getTableColumns, max } from 'drizzle-orm'
import { yXmlFragmentToProseMirrorRootNode } from '@tiptap/y-tiptap'
import * as Y from 'yjs'
import { readKept } from '../../shared/document/kept-content.ts'
import { readText } from '../../shared/document/read-text.ts'
import { schema } from '../../shared/document/schema.ts'
import { textField } from '../../shared/document/text-field.ts'
import { findViolations } from '../../shared/document/violations.ts'
import type { Version, VersionSummary } from '../../shared/history.ts'
import type { TrailActor } from '../../shared/trail.ts'
import { users } from '../accounts/tables.ts'
import type { Queries } from '../db/database.ts'
import { documents } from '../documents/tables.ts'
import { convert } from '../jobs/convert.ts'
import { isObject, type Converter, type Requester, type Task } from '../jobs/task.ts'
import { appendTrail } from '../trail/append.ts'
import { canonicalJson, sha256Hex } from '../trail/canonical.ts'
import { versions } from './tables.ts'

/** A document at one moment: its Yjs state, and the text that it holds as JSON of the document schema. */
export interface Capture {
  state: Uint8Array
  content: { type: 'doc'; [key: string]: unknown }
}

export function captureOf(doc: Y.Doc): Capture {
  const fragment = doc.getXmlFragment(textField)
  // y-tiptap leaves out what the schema does not take: old or broken content is read without losing a word
  const isSound = findViolations(fragment).length === 0
  const root =
    fragment.length === 0 || isSound
      ? yXmlFragmentToProseMirrorRootNode(fragment, schema)
      : readKept(schema, readText(fragment, schema).toJSON())
  // plain data, so that it compares equal with what the database gives back
  return { state: Y.encodeStateAsUpdate(doc), content: JSON.parse(JSON.stringify(root.toJSON())) }
}

export const captureTask: Task<Uint8Array, Capture> = { name: 'capture', kind: 'quick', isOutput: isObject }

/** Reads a committed state away from the thread that serves, unless it is short. */
export const convertState = (converter: Converter, state: Uint8Array, by: Requester): Promise<Capture> =>
  convert(converter, captureTask, captureOfState, state, state.length, by)

/** Reads a committed state as one Yjs update. */
export function captureOfState(state: Uint8Array): Capture {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, state)
  return captureOf(doc)
}

/** Keeps a capture under a name; numbers count 1, 2, 3 … within the document, each given once. */
export async function saveVersion(
  database: Queries,
  documentId: string,
  by: TrailActor,
  name: string,
  capture: Capture,
): Promise<VersionSummary> {
  const row = await database.transaction(async (db) => {
    const [document] = await db
      .select({ projectId: documents.projectId, title: documents.title })
      .from(documents)
      .where(eq(documents.id, documentId))
      .for('no key update')
    const [last] = await db
      .select({ number: max(versions.number) })
      .from(versions)
      .where(eq(versions.documentId, documentId))
    const number = (last?.number ?? 0) + 1
    const [saved] = await db
      .insert(versions)
      .values({ documentId, number, name, createdBy: by.userId, ...capture })
      .returning()
    const { projectId, title } = document!
    const subject = { document: { id: documentId, title }, version: { id: saved!.id, number, name } }
    const details = { contentSha256: sha256Hex(canonicalJson(capture.content)) }
    await appendTrail(db, projectId, [{ actor: by, action: 'version.kept', subject, details }])
    return saved!
  })
  return summaryOf(row, by.name)
}

/** The document's versions, the latest first. */
export async function listVersions(db: Queries, documentId: string): Promise<VersionSummary[]> {
  const { content: _content, state: _state, ...columns } = versionColumns
  const rows = await db
    .select({ version: columns, by: users.name })
    .from(versions)
    .innerJoin(users, eq(users.id, versions.createdBy))
    .where(eq(versions.documentId, documentId))
    .orderBy(desc(versions.number))
  return rows.map(({ version, by }) => summaryOf(version, by))
}

/** One version with its text; undefined when the document has none with this id. */
export async function readVersion(
  db: Queries,
  documentId: string,
  versionId: string,
): Promise<Version | undefined> {
  const { state: _state, ...columns } = versionColumns
  const [row] = await db
    .select({ version: columns, by: users.name })
    .from(versions)
    .innerJoin(users, eq(users.id, versions.createdBy))
    .where(and(eq(versions.documentId, documentId), eq(versions.id, versionId)))
  return row && { ...summaryOf(row.version, row.by), content: row.version.content }
}

const versionColumns = getTableColumns(versions)

/** `createdBy` is the name that people read. */
function summaryOf(
  row: Omit<typeof versions.$inferSelect, 'content' | 'state'>,
  createdBy: string,
): VersionSummary {
  const { id, documentId, number, name, createdAt } = row
  return { id, documentId, number, name, createdBy, createdAt: createdAt.toISOString() }
}
