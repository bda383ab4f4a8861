import { eq, sql, type SQLWrapper } from 'drizzle-orm'
import { schemaVersion } from '../../shared/document/schema-version.ts'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import {
  frozenDocument,
  type Obstacles,
  type PrintFinding,
  type RevisionRecord,
} from '../../shared/signoff.ts'
import type { TrailHead } from '../../shared/trail.ts'
import { users } from '../accounts/tables.ts'
import { newId } from '../db/columns.ts'
import type { Database, Transaction } from '../db/database.ts'
import { textFromPieces } from '../db/in-pieces.ts'
import { documentKind } from '../documents/kind.ts'
import type { DiskShare } from '../files/disk-share.ts'
import { sha256InPieces } from '../files/pieces.ts'
import { files } from '../files/tables.ts'
import type { Scope } from '../http/route.ts'
import type { Converter, Requester } from '../conversions/task.ts'
import { members, projects } from '../projects/tables.ts'
import type { BareThread, FreezeDeps, ResourceKinds } from '../resources/kinds.ts'
import { listResources } from '../resources/resources.ts'
import { readAudience } from '../notify/audience.ts'
import { appendTrail } from '../trail/append.ts'
import { readPutForwardAndHead } from '../trail/read.ts'
import { canonicalInPieces, type WrittenJson } from '../trail/canonical.ts'
import { freezeResources, refuseObstacles, type FrozenResources, type SnapshotResource } from './freezing.ts'
import { refuseBlocked } from './blocking-threads.ts'
import { filesOf } from './record-files.ts'
import { readBareThreads, readRecordThreads, type RecordThreads } from './record-threads.ts'
import { letterOfNext } from './missing.ts'
import { noteRevision } from './notify-members.ts'
import { noteFacts } from './record-facts.ts'
import { findingsSha256, signedPutForward } from './proofs.ts'
import type { SigningKey } from './signing-key.ts'
import { byLatest, revisions } from './tables.ts'

/** What putting forward reads with and converts with. */
export interface Freezing {
  database: Database
  kinds: ResourceKinds
  converter: Converter
  requester: Requester
  /** As `FreezeDeps` has it. */
  charge: FreezeDeps['charge']
}

/** What bounds a revision, and those of a project together. */
export interface RevisionBounds {
  limits: Pick<
    Limits,
    | 'signedTextCharacters'
    | 'signedHiddenCharacters'
    | 'revisionFileBytes'
    | 'revisionsPerProject'
    | 'projectRecordBytes'
  >
  diskShare: Pick<DiskShare, 'storing'>
}

/** A text of a record whose content may be written already. */
type Unwritten<Text extends { content: object }> = Omit<Text, 'content'> & {
  content: Text['content'] | WrittenJson
}

/** A record whose contents and points may be written already. */
export type UnwrittenRecord = Omit<RevisionRecord, 'documents' | 'resources' | 'threads'> & {
  documents: readonly Unwritten<RevisionRecord['documents'][number]>[]
  resources?: readonly { id: string; kind: string; title: string; content: object }[]
  threads: readonly (RevisionRecord['threads'][number] | WrittenJson)[]
}

/** Signs for what is put forward. */
type PuttingKey = Pick<SigningKey, 'sign' | 'publicKeyPem'>

/**
 * Prints a record on trial, and tells what the print shows in another way than it was written.
 * @throws Refusal `unprintable` with the place, or what refuses a conversion
 */
export type TryPrint = (record: UnwrittenRecord, by: Requester) => Promise<PrintFinding[]>

/**
 * Freezes the project's state as its next revision. Texts (base and log), points, people and the trail's position come
 * from one snapshot of the database, and are of one moment. Every act is in the snapshot together with its entry in the
 * trail, so `stateAt`, the trail's length there, says exactly which acts the record holds, and each document's `seq`
 * which updates; what others do meanwhile comes behind it. Texts are converted afterwards, in converter processes.
 * Refuses with `revision_open` while another revision waits for signatures, with `revision_missing` where one was taken
 * out of the database, with `revision_empty` when there is no
 * document, with `must_open` while a point that must be settled is not, with `text_lossy` for a text that does not
 * convert without loss and with `proposal_unwritten` for an accepted proposal that the text never had, with
 * `texts_too_large` and `pictures_too_large` for more than is printed at once, which is told before the long work begins, with `unprintable` for
 * what cannot be printed, and with `too_many_revisions` or `revisions_full` where the project keeps no more. Returns the
 * revision's id.
 */
export async function putForward(
  freezing: Freezing & RevisionBounds & { tryPrint: TryPrint; key: PuttingKey },
  scope: Scope,
  description: string,
): Promise<string> {
  const { database } = freezing
  const at = new Date()
  const snapshot = await inOneMoment(database, async (tx) => {
    const earlier = await readEarlier(tx, scope.projectId)
    const open = earlier.find(({ state }) => state === 'open')
    if (open) throw new Refusal('revision_open', { letter: open.letter })
    refuseFull({ ...sizeOf(earlier), revisions: earlier.length + 1 }, freezing.limits)
    const { entries, head: state } = await readPutForwardAndHead(tx, scope.projectId)
    const letter = letterOfNext(earlier, entries)
    const said = await readRecordThreads(tx, scope.projectId)
    const read = await readSnapshot(tx, freezing.kinds, scope.projectId)
    const [previous] = earlier.map((one) => ({ revision: one.letter, recordSha256: one.recordSha256 }))
    return { ...read, ...said, letter, state, previous: previous ?? null }
  })
  if (!snapshot.resources.length) throw new Refusal('revision_empty')
  refuseBlocked(snapshot.threads)
  const frozen = await freezeSnapshot(freezing, snapshot)
  refuseObstacles(frozen.obstacles)
  refuseTooLarge(snapshot.resources, frozen, freezing.limits)
  const { record, leftOut } = recordOf(snapshot, frozen, scope, description, at, freezing.limits)
  // What cannot be printed is told before anybody signs, not when the package is made.
  const findings = [...(await freezing.tryPrint(record, freezing.requester)), ...leftOut]
  try {
    return await keepRevision(freezing, scope, record, snapshot.state, findings)
  } catch (error) {
    // Two at once: the indexes let one of them in.
    if (isTaken(error)) throw new Refusal('revision_open', { letter: '' })
    throw error
  }
}

/** @throws Refusal `texts_too_large` and `too_many_hidden`, with the one that has the most */
function refuseTooLarge(
  resources: SnapshotResource[],
  { texts }: FrozenResources,
  { signedTextCharacters, signedHiddenCharacters }: SignedLimits,
): void {
  const { size, largest } = sumOf(resources, ({ id }) => texts.get(id)?.size ?? 0)
  if (size > signedTextCharacters) {
    // as pages that people know: rounded, so that a text just over the limit is not told to be just as large
    const pages = (characters: number) => Math.ceil(characters / charactersPerPage / 10) * 10
    const limit = pages(signedTextCharacters)
    throw new Refusal('texts_too_large', { pages: pages(size), limit, title: largest.title })
  }
  const hidden = sumOf(resources, ({ id }) => texts.get(id)?.hidden ?? 0)
  if (hidden.size <= signedHiddenCharacters) return
  const { title } = hidden.largest
  throw new Refusal('too_many_hidden', { count: hidden.size, limit: signedHiddenCharacters, title })
}

type SignedLimits = Pick<Limits, 'signedTextCharacters' | 'signedHiddenCharacters'>

function sumOf(resources: SnapshotResource[], sizeOf: (one: SnapshotResource) => number) {
  const size = resources.reduce((sum, one) => sum + sizeOf(one), 0)
  const largest = resources.reduce((one, other) => (sizeOf(other) > sizeOf(one) ? other : one))
  return { size, largest }
}

/** Of a page of writing with a small table, as JSON with its marks and tables. */
const charactersPerPage = 5_250

/** What would be refused now, without putting anything forward. */
export async function findObstacles(freezing: Freezing, projectId: string): Promise<Obstacles> {
  const snapshot = await inOneMoment(freezing.database, async (tx) => ({
    resources: await readResources(tx, freezing.kinds, projectId),
    threads: await readBareThreads(tx, projectId),
  }))
  return (await freezeSnapshot(freezing, snapshot)).obstacles
}

const inOneMoment = <Result>(database: Database, read: (tx: Transaction) => Promise<Result>) =>
  database.transaction(read, { isolationLevel: 'repeatable read', accessMode: 'read only' })

const freezeSnapshot = (
  { database, converter, requester: by, charge }: Freezing,
  { resources, threads }: { resources: SnapshotResource[]; threads: BareThread[] },
): Promise<FrozenResources> => freezeResources({ database, converter, by, charge }, resources, threads)

/** Not in the snapshot's transaction: the trail's head moves on while others act, and no snapshot may lock it then. */
async function keepRevision(
  { database, limits, diskShare, key }: RevisionBounds & { database: Database; key: PuttingKey },
  { projectId }: Scope,
  record: UnwrittenRecord,
  state: TrailHead,
  findings: PrintFinding[],
): Promise<string> {
  const { revision: letter, description, putForward: put } = record
  const { userId, name, side } = put.by
  const actor = { userId, name, side }
  const json = await canonicalInPieces(record)
  // its package is told no more that there is no room for it: that holds the pictures once again, and prints of them
  const pictures = record.files.reduce((sum, { bytes }) => sum + bytes, 0)
  const bytes = json.length + 2 * pictures
  const recordSha256 = await sha256InPieces(json)
  noteFacts(recordSha256, record)
  const id = newId()
  const keep = async (tx: Transaction): Promise<void> => {
    const row = {
      id,
      projectId,
      letter,
      description,
      record: await textFromPieces(tx, json),
      recordSha256,
      findings,
      createdBy: userId,
      createdAt: new Date(put.at),
    }
    const doing = tx.insert(revisions).values(row).returning({ id: revisions.id })
    const audience = await readAudience(tx, projectId, { doing })
    await noteRevision(tx, audience, projectId, 'revision', actor, { id, letter, description })
    const details = { recordSha256, findingsSha256: findingsSha256(findings), stateAt: state.entries }
    const act = { action: 'revision.put_forward', subject: { revision: { id, letter } }, details } as const
    const { entries: seq, hash } = (await appendTrail(tx, projectId, [{ ...act, actor }]))!
    const entry = { seq, hash }
    const signed = signedPutForward(key, { id, projectId, recordSha256, createdBy: userId, entry })
    const signing = tx
      .update(revisions)
      .set(signed)
      .where(eq(revisions.id, id))
      .returning({ id: revisions.id })
    // known now, as it is packed by the database
    refuseFull(await readStored(tx, projectId, signing), limits)
  }
  await diskShare.storing(userId, (booking) => {
    booking.take(bytes)
    return database.transaction(keep)
  })
  return id
}

interface StoredRevisions {
  revisions: number
  /** As the database has packed their records. */
  bytes: number
}

const packedBytes = sql<number>`pg_column_size(${revisions.record})`

/** What the project's revisions take, withdrawn ones too, when something is `done` that changes none of their records. */
async function readStored(tx: Transaction, projectId: string, done: SQLWrapper): Promise<StoredRevisions> {
  const { rows } = await tx.execute<{ revisions: string; bytes: string }>(sql`
    with done as ${done}
    select count(*) as revisions, coalesce(sum(${packedBytes}), 0) as bytes
    from ${revisions} where ${revisions.projectId} = ${projectId}`)
  return { revisions: Number(rows[0]!.revisions), bytes: Number(rows[0]!.bytes) }
}

/** The project's revisions, the latest first, withdrawn ones too. */
const readEarlier = (tx: Transaction, projectId: string) =>
  tx
    .select({
      id: revisions.id,
      letter: revisions.letter,
      state: revisions.state,
      recordSha256: revisions.recordSha256,
      bytes: packedBytes.mapWith(Number),
    })
    .from(revisions)
    .where(eq(revisions.projectId, projectId))
    .orderBy(...byLatest)

const sizeOf = (earlier: readonly { bytes: number }[]): StoredRevisions => ({
  revisions: earlier.length,
  bytes: earlier.reduce((sum, { bytes }) => sum + bytes, 0),
})

/** @throws Refusal `too_many_revisions`, `revisions_full` where it is over a limit */
function refuseFull(held: StoredRevisions, limits: RevisionBounds['limits']): void {
  const { revisionsPerProject: most, projectRecordBytes: limit } = limits
  if (held.revisions > most) throw new Refusal('too_many_revisions', { limit: most })
  if (held.bytes > limit) throw new Refusal('revisions_full', { limit: Math.floor(limit / 1_048_576) })
}

type Snapshot = Awaited<ReturnType<typeof readSnapshot>>

async function readResources(
  tx: Transaction,
  kinds: ResourceKinds,
  projectId: string,
): Promise<SnapshotResource[]> {
  const read: SnapshotResource[] = []
  for (const resource of await listResources(tx, projectId)) {
    const freeze = await kinds.get(resource.kind)?.freeze(tx, resource.id)
    read.push({ ...resource, freeze: freeze ?? null })
  }
  return read
}

/** What a record is made of besides its points and the revisions before it, of the transaction's moment. */
async function readSnapshot(tx: Transaction, kinds: ResourceKinds, projectId: string) {
  const { rows } = await tx.execute(sql`select
    (select json_build_object('id', id, 'name', name) from ${projects} where id = ${projectId}) as project,
    (select coalesce(json_agg(json_build_object('userId', ${users.id}, 'name', ${users.name}, 'firm', ${users.firm},
        'side', ${members.side}, 'role', ${members.role}) order by ${members.joinedAt}, ${users.id}), '[]')
      from ${members} join ${users} on ${users.id} = ${members.userId}
      where ${members.projectId} = ${projectId}) as people,
    (select coalesce(json_agg(json_build_object('sha256', ${files.sha256}, 'name', ${files.name},
        'mediaType', ${files.mediaType}, 'bytes', ${files.bytes}) order by ${files.sha256}), '[]')
      from ${files} where ${files.projectId} = ${projectId}) as kept`)
  const facts = rows[0] as unknown as ProjectFacts
  return { ...facts, resources: await readResources(tx, kinds, projectId) }
}

interface ProjectFacts {
  project: RevisionRecord['project']
  people: RevisionRecord['members']
  kept: Parameters<typeof filesOf>[2]
}

function recordOf(
  snapshot: Snapshot & RecordThreads & { letter: string; previous: RevisionRecord['previous'] },
  { texts, changedQuotes }: FrozenResources,
  { userId }: Scope,
  description: string,
  at: Date,
  limits: Pick<Limits, 'revisionFileBytes'>,
): { record: UnwrittenRecord; leftOut: PrintFinding[] } {
  const { project, people, previous, resources, threads, written, pictures, kept, letter } = snapshot
  const shown = resources.map(({ id, title }) => ({ title, sha256s: texts.get(id)!.pictures }))
  const { files: held, leftOut } = filesOf(shown, pictures, kept, limits)
  const documents: UnwrittenRecord['documents'][number][] = []
  const others: NonNullable<UnwrittenRecord['resources']>[number][] = []
  for (const { id, kind, title } of resources) {
    const { facts, content } = texts.get(id)!
    if (kind !== documentKind.name) others.push({ ...facts, id, kind, title, content })
    else documents.push({ ...documentFacts.parse({ ...facts, id, title }), content })
  }
  const hasOthers = others.length > 0 || threads.some(({ anchor }) => anchor.type === 'place')
  const author = people.find((person) => person.userId === userId)
  // removed since the request began
  if (!author) throw new Refusal('not_found')
  const { role: _, ...by } = author
  const record: UnwrittenRecord = {
    format: 'countersign-revision',
    version: hasOthers ? 3 : 2,
    project,
    revision: letter,
    description,
    putForward: { by, at: at.toISOString() },
    documentSchema: schemaVersion,
    documents,
    ...(hasOthers && { resources: others }),
    files: held,
    threads: written,
    changedQuotes: threads.map(({ id }) => id).filter((id) => changedQuotes.has(id)),
    members: people,
    previous,
  }
  return { record, leftOut }
}

/** What a record says of a document besides its text. */
const documentFacts = frozenDocument.omit({ content: true })

/** PostgreSQL's code for a value that a unique index has already, behind drizzle's wrapping. */
const isTaken = (error: unknown): boolean => (error as { cause?: { code?: string } }).cause?.code === '23505'
