import { and, asc, count, desc, eq, inArray } from 'drizzle-orm'
import { schemaVersion } from '../../shared/document/schema-version.ts'
import { Refusal } from '../../shared/errors.ts'
import { revisionLetter, type PrintFinding, type RevisionRecord } from '../../shared/signoff.ts'
import type { TrailHead } from '../../shared/trail.ts'
import { users } from '../accounts/tables.ts'
import { newId } from '../db/columns.ts'
import type { Database, Queries } from '../db/database.ts'
import { listDocuments } from '../documents/documents.ts'
import { files } from '../files/tables.ts'
import type { Capture } from '../history/versions.ts'
import type { Scope } from '../http/route.ts'
import { members, projects } from '../projects/tables.ts'
import { listThreads } from '../review/threads.ts'
import type { Rooms } from '../rooms/ports.ts'
import { appendTrail } from '../trail/append.ts'
import { readHead } from '../trail/read.ts'
import { canonicalJson, sha256Hex } from '../trail/canonical.ts'
import { refuseBlocked } from './must-points.ts'
import { shownFiles } from './shown-files.ts'
import { noteRevision } from './news.ts'
import { revisions } from './tables.ts'

/**
 * Freezes the project's state as its next revision. Rows come from one snapshot of the database, and each text is
 * the document's committed state. Every act is in the snapshot together with its entry in the trail, so `stateAt`, the
 * trail's length there, says exactly which acts the record holds; what others do meanwhile comes behind it. Refuses
 * with `revision_open` while another revision waits for signatures, with `revision_empty` when there is no document,
 * and with `must_open` while a point that must be settled is not, and with `unprintable` for what cannot be printed. Returns the revision's id.
 */
export async function putForward(
  database: Database,
  rooms: Pick<Rooms, 'read'>,
  scope: Scope,
  description: string,
  capture: (state: Uint8Array) => Promise<Capture>,
  tryPrint: (record: RevisionRecord) => Promise<PrintFinding[]>,
): Promise<string> {
  // Before the transaction: a room reads with a connection of its own, and waiting for it would keep one idle.
  const texts = new Map<string, Capture['content']>()
  for (const { id } of await listDocuments(database, scope.projectId)) {
    // oxlint-disable-next-line no-await-in-loop -- fifty texts at once would hold up the rooms
    texts.set(id, (await capture(await rooms.read(id))).content)
  }
  const at = new Date()
  const { record, state } = await database.transaction(
    async (tx) => {
      const [open] = await tx
        .select({ letter: revisions.letter })
        .from(revisions)
        .where(and(eq(revisions.projectId, scope.projectId), eq(revisions.state, 'open')))
      if (open) throw new Refusal('revision_open', { letter: open.letter })
      return {
        record: await captureRecord(tx, texts, scope, description, at),
        state: await readHead(tx, scope.projectId),
      }
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  )
  if (!record.documents.length) throw new Refusal('revision_empty')
  refuseBlocked(record)
  // What cannot be printed is told before anybody signs, not when the package is made.
  const findings = await tryPrint(record)
  try {
    return await keepRevision(database, scope, record, state, findings)
  } catch (error) {
    // Two at once: the indexes let one of them in.
    if (isTaken(error)) throw new Refusal('revision_open', { letter: '' })
    throw error
  }
}

/** Not in the snapshot's transaction: the trail's head moves on while others act, and no snapshot may lock it then. */
async function keepRevision(
  database: Database,
  { projectId }: Scope,
  record: RevisionRecord,
  state: TrailHead,
  findings: PrintFinding[],
): Promise<string> {
  const { revision: letter, description, putForward: put } = record
  const { userId, name, side } = put.by
  const actor = { userId, name, side }
  const text = canonicalJson(record)
  const recordSha256 = sha256Hex(text)
  const id = newId()
  await database.transaction(async (tx) => {
    await tx.insert(revisions).values({
      id,
      projectId,
      letter,
      description,
      record: text,
      recordSha256,
      findings,
      createdBy: userId,
      createdAt: new Date(put.at),
    })
    await noteRevision(tx, projectId, 'revision', actor, { id, letter, description })
    const details = { recordSha256, stateAt: state.entries }
    const act = { action: 'revision.put_forward', subject: { revision: { id, letter } }, details } as const
    await appendTrail(tx, projectId, [{ ...act, actor }])
  })
  return id
}

async function captureRecord(
  tx: Queries,
  texts: Map<string, Capture['content']>,
  { projectId, userId }: Scope,
  description: string,
  at: Date,
): Promise<RevisionRecord> {
  const [project] = await tx
    .select({ id: projects.id, name: projects.name })
    .from(projects)
    .where(eq(projects.id, projectId))
  const people = await tx
    .select({
      userId: users.id,
      name: users.name,
      firm: users.firm,
      side: members.side,
      role: members.role,
    })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(eq(members.projectId, projectId))
    .orderBy(asc(members.joinedAt), asc(users.id))
  const [{ earlier } = { earlier: 0 }] = await tx
    .select({ earlier: count() })
    .from(revisions)
    .where(eq(revisions.projectId, projectId))
  const [previous] = await tx
    .select({ revision: revisions.letter, recordSha256: revisions.recordSha256 })
    .from(revisions)
    .where(eq(revisions.projectId, projectId))
    .orderBy(desc(revisions.createdAt))
    .limit(1)

  // A document that was created since the texts were read comes with the next revision.
  const documents = (await listDocuments(tx, projectId)).flatMap(({ id, kind, title }) => {
    const content = texts.get(id)
    return content ? [{ id, kind, title, content }] : []
  })
  const threads = await listThreads(tx, projectId)
  const said = threads.flatMap(({ comments }) => comments.map(({ content }) => content))
  const shown = [...shownFiles([documents.map((document) => document.content), said])]
  const { role: _, ...by } = people.find((person) => person.userId === userId)!
  return {
    format: 'countersign-revision',
    version: 1,
    project: project!,
    revision: revisionLetter(earlier),
    description,
    putForward: { by, at: at.toISOString() },
    documentSchema: schemaVersion,
    documents,
    files: shown.length
      ? await tx
          .select({
            sha256: files.sha256,
            name: files.name,
            mediaType: files.mediaType,
            bytes: files.bytes,
          })
          .from(files)
          .where(and(eq(files.projectId, projectId), inArray(files.sha256, shown)))
          .orderBy(asc(files.sha256))
      : [],
    threads,
    members: people,
    previous: previous ?? null,
  }
}

/** PostgreSQL's code for a value that a unique index has already, behind drizzle's wrapping. */
const isTaken = (error: unknown): boolean => (error as { cause?: { code?: string } }).cause?.code === '23505'
