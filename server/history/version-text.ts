import { and, eq, sql } from 'drizzle-orm'
import type { VersionSummary } from '../../shared/history.ts'
import { users } from '../accounts/tables.ts'
import { convertGiven } from '../conversions/convert.ts'
import type { Converter, Requester } from '../conversions/task.ts'
import type { Database, Queries } from '../db/database.ts'
import { bytesOfRow, decoded, textFromPieces, textInPieces } from '../db/in-pieces.ts'
import { captureTask, contentOfUpdates } from './capture.ts'
import { versions } from './tables.ts'
import { summaryColumns, summaryOf } from './versions.ts'

/**
 * A version with its text as JSON, in parts, which are passed on as they are: taking megabytes apart would hold up
 * everybody.
 */
export type StoredVersion = VersionSummary & { contentText: Iterable<string> }

/** Where versions are, and what reads their texts. */
interface Sources {
  database: Database
  converter: Converter
}

/** What the text of a version is as JSON, in bytes, as it was kept with it; 0 when the document has none with this id. */
export async function versionBytes(db: Queries, documentId: string, versionId: string): Promise<number> {
  const [row] = await db
    .select({ bytes: versions.contentBytes })
    .from(versions)
    .where(and(eq(versions.id, versionId), eq(versions.documentId, documentId)))
  return row?.bytes ?? 0
}

/**
 * One version with its text, which is read for whoever asks where it was not yet; undefined when the document has none
 * with this id.
 */
export async function readVersion(
  { database, converter }: Sources,
  documentId: string,
  versionId: string,
  by: Requester,
): Promise<StoredVersion | undefined> {
  const [row] = await database
    .select({ version: summaryColumns, isDue: versions.isContentDue, by: users.name })
    .from(versions)
    .innerJoin(users, eq(users.id, versions.createdBy))
    .where(and(eq(versions.documentId, documentId), eq(versions.id, versionId)))
  if (!row) return undefined
  if (row.isDue) await readDueContent({ database, converter }, versionId, by)
  // it never changes
  const pieces = await textInPieces(database, sql`${versions.content}::text`, thisOne(versionId))
  return { ...summaryOf(row.version, row.by), contentText: decoded(pieces) }
}

/** What is being read, so that whoever asks for it meanwhile waits for the same. */
const underWay = new Map<string, Promise<void>>()

/**
 * Reads the text that a version's state and tail make, away from the thread that serves unless it is short, and keeps it
 * with the version. It is read to its end for whoever comes next, also when who asked for it has gone.
 */
export function readDueContent(sources: Sources, versionId: string, by: Requester): Promise<void> {
  const asked = underWay.get(versionId)
  // who is refused was refused for what they had asked for before
  if (asked) return asked.catch(() => readDueContent(sources, versionId, by))
  const { signal: _, ...reader } = by
  const reading = readContent(sources, versionId, reader).finally(() => underWay.delete(versionId))
  underWay.set(versionId, reading)
  return reading
}

async function readContent(
  { database, converter }: Sources,
  versionId: string,
  by: Requester,
): Promise<void> {
  const isThis = eq(versions.id, versionId)
  const [sizes] = await database
    .select({ bytes: sql`octet_length(${versions.state}) + octet_length(${versions.tail})`.mapWith(Number) })
    .from(versions)
    .where(and(isThis, versions.isContentDue))
  if (!sizes) return
  const updates = () =>
    Promise.all(
      [versions.state, versions.tail].map((one) => bytesOfRow(database, sql`${one}`, thisOne(versionId))),
    )
  const content = await convertGiven(converter, captureTask, contentOfUpdates, updates, sizes.bytes, by)
  await database.transaction(async (tx) => {
    await tx
      .update(versions)
      .set({ content: sql`${await textFromPieces(tx, content)}::jsonb`, isContentDue: false })
      .where(and(isThis, versions.isContentDue))
  })
}

const thisOne = (versionId: string) => sql`${versions} where ${versions.id} = ${versionId}`
