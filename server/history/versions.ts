import { and, desc, eq, getTableColumns, isNotNull, lt, max, sql, type SQL } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import type { VersionSummary } from '../../shared/history.ts'
import { leaveForOthers } from '../../shared/rules/fair-share.ts'
import type { TrailActor, TrailDetails } from '../../shared/trail.ts'
import { users } from '../accounts/tables.ts'
import type { Queries, Transaction } from '../db/database.ts'
import { bytesFromPieces, textFromPieces } from '../db/in-pieces.ts'
import { resources } from '../resources/tables.ts'
import type { Booking, DiskShare } from '../files/disk-share.ts'
import { hashInPieces, sha256InPieces } from '../files/pieces.ts'
import { appendTrail } from '../trail/append.ts'
import type { WrittenCapture } from './capture.ts'
import { versions } from './tables.ts'

/** What bounds the versions of a document, and those of a project together. */
export interface VersionBounds {
  limits: Pick<
    Limits,
    'versionsPerDocument' | 'projectVersionBytes' | 'restoreWaitMs' | 'restoreAttempts' | 'restoreAttemptsMs'
  >
  /** Left out where nobody waits to be refused. */
  diskShare?: Pick<DiskShare, 'storing'>
}

/**
 * Keeps a capture under a name; numbers count 1, 2, 3 … within the document, each given once. `tailOf` is asked when all
 * that takes long is stored and nothing of it is seen yet: the version is numbered as soon as it resolves, with what was
 * written since the capture, if anything, and not kept when it rejects.
 * @throws Refusal `too_many_versions`, `versions_full`, `own_share_full` and `storage_full` where no more are kept
 */
export async function saveVersion(
  database: Queries,
  documentId: string,
  by: TrailActor,
  name: string,
  capture: WrittenCapture,
  { limits, diskShare }: VersionBounds,
  tailOf?: TailOf,
): Promise<VersionSummary> {
  const keep = (booking?: Booking) => {
    booking?.take(capture.state.length + capture.content.length)
    const tail: TailOf = async (tx) => {
      const since = (await tailOf?.(tx)) ?? null
      if (since) booking?.take(since.length)
      return since
    }
    return keepVersion(database, documentId, by, name, capture, limits, tail)
  }
  return diskShare ? diskShare.storing(by.userId, keep) : keep()
}

/** Resolves with what was written since a capture, as an update; null where that is nothing. */
type TailOf = (tx: Transaction) => Promise<Uint8Array | null>

async function keepVersion(
  database: Queries,
  documentId: string,
  by: TrailActor,
  name: string,
  { state, content }: WrittenCapture,
  limits: VersionBounds['limits'],
  tailOf: TailOf,
): Promise<VersionSummary> {
  const contentSha256 = await sha256InPieces(content)
  const stateHash = await hashInPieces(state)
  const row = await database.transaction(async (db) => {
    // What takes seconds for megabytes comes first, under no number yet: whoever else works on the document would wait.
    const [{ id } = { id: '' }] = await db
      .insert(versions)
      .values({
        documentId,
        name,
        createdBy: by.userId,
        state: (await bytesFromPieces(db, state)) as SQL<Uint8Array>,
        content: sql`${await textFromPieces(db, content)}::jsonb`,
      })
      .returning({ id: versions.id })
    const tail = await tailOf(db)
    const [document] = await db
      .select({ projectId: resources.projectId, title: resources.title })
      .from(resources)
      .where(eq(resources.id, documentId))
      .for('no key update')
    const [last] = await db
      .select({ number: max(versions.number) })
      .from(versions)
      .where(eq(versions.documentId, documentId))
    const number = (last?.number ?? 0) + 1
    if (number > limits.versionsPerDocument) {
      throw new Refusal('too_many_versions', { limit: limits.versionsPerDocument })
    }
    const ofThis = and(
      eq(versions.documentId, documentId),
      eq(versions.createdBy, by.userId),
      isNotNull(versions.number),
    )
    const own = await db.$count(versions, ofThis)
    leaveForOthers({ held: number - 1, own, added: 1, limit: limits.versionsPerDocument })
    const [saved] = await db
      .update(versions)
      .set({
        number,
        // it is of this moment, and not of when the first of it was stored
        createdAt: sql`clock_timestamp()`,
        ...(tail && { tail: (await bytesFromPieces(db, tail)) as SQL<Uint8Array>, isContentDue: true }),
      })
      .where(eq(versions.id, id))
      .returning(summaryColumns)
    const { projectId, title } = document!
    const subject = { document: { id: documentId, title }, version: { id: saved!.id, number, name } }
    // how its text reads is not known yet where it has a tail; state and tail stay as they are
    const details: TrailDetails = tail
      ? { stateSha256: stateHash.update(tail).digest('hex') }
      : { contentSha256 }
    await appendTrail(db, projectId, [{ actor: by, action: 'version.kept', subject, details }])
    // last: how it is packed is known now, and the trail lets one act of a project at a time come so far
    const { projectVersionBytes: limit } = limits
    const { held: all, own: ownBytes, added } = await storedBytes(db, projectId, by.userId, saved!.id)
    if (all > limit) throw new Refusal('versions_full', { limit: Math.floor(limit / 1_048_576) })
    leaveForOthers({ held: all - added, own: ownBytes - added, added, limit })
    return saved!
  })
  return summaryOf(row, by.name)
}

/** What the kept versions of a project, those that one person kept, and one of them take in the database, packed as they are there. */
async function storedBytes(
  db: Queries,
  projectId: string,
  userId: string,
  versionId: string,
): Promise<{ held: number; own: number; added: number }> {
  const { state, content, tail } = versions
  const packed = sql`pg_column_size(${state}) + pg_column_size(${content}) + coalesce(pg_column_size(${tail}), 0)`
  const isOwn = eq(versions.createdBy, userId)
  const [row] = await db
    .select({
      held: sql`coalesce(sum(${packed}), 0)`.mapWith(Number),
      own: sql`coalesce(sum(${packed}) filter (where ${isOwn}), 0)`.mapWith(Number),
      added: sql`coalesce(sum(${packed}) filter (where ${eq(versions.id, versionId)}), 0)`.mapWith(Number),
    })
    .from(versions)
    .innerJoin(resources, eq(resources.id, versions.documentId))
    .where(eq(resources.projectId, projectId))
  return row!
}

/** A page of the document's versions, the latest first: those with a lower number than `before`, or the latest. */
export async function listVersions(
  db: Queries,
  documentId: string,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<VersionSummary[]> {
  const rows = await db
    .select({ version: summaryColumns, by: users.name })
    .from(versions)
    .innerJoin(users, eq(users.id, versions.createdBy))
    .where(and(eq(versions.documentId, documentId), before ? lt(versions.number, before) : undefined))
    .orderBy(desc(versions.number))
    .limit(limit)
  return rows.map(({ version, by }) => summaryOf(version, by))
}

const {
  content: _content,
  state: _state,
  tail: _tail,
  isContentDue: _isContentDue,
  files: _files,
  contentBytes: _bytes,
  ...ofSummary
} = getTableColumns(versions)

/** What is read of a version to tell of it. */
export const summaryColumns = ofSummary

/** `createdBy` is the name that people read. */
export function summaryOf(
  row: Pick<typeof versions.$inferSelect, keyof typeof summaryColumns>,
  createdBy: string,
): VersionSummary {
  const { id, documentId, number, name, createdAt } = row
  if (number === null) throw new Error('a version that is not numbered yet was read')
  return { id, documentId, number, name, createdBy, createdAt: createdAt.toISOString() }
}
