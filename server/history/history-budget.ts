import { sql } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import type { Database, Transaction } from '../db/database.ts'
import type { DiskShare } from '../files/disk-share.ts'

/** What a row of the log takes besides its update, in bytes: ids, number, time, and its place in the index. */
const rowBytes = 128

/** How long a sum that was read is counted on from, in milliseconds; then it is read anew. */
const knownMs = 60_000

/** A history that is full is looked at again so often, as an owner may have made room; in milliseconds. */
const fullMs = 1_000

const usageStatement = `
  with own as (select id from resources where project_id = $1)
  select
    coalesce((select sum(octet_length(update) + ${rowBytes}) from document_updates
      where document_id in (select id from own)), 0)
    + coalesce((select sum(octet_length(chunk) + ${rowBytes}) from document_history
      where document_id in (select id from own)), 0) as bytes`

/** What a project's edits take, in bytes: the logs of its documents and what was folded of them. */
export async function historyBytes(database: Pick<Database, '$client'>, projectId: string): Promise<number> {
  const { rows } = await database.$client.query<{ bytes: string }>({
    name: 'history-bytes',
    text: usageStatement,
    values: [projectId],
  })
  return Number(rows[0]!.bytes)
}

/** What one document's edits take, in bytes, as a transaction sees it; counted as `historyBytes` counts. */
export async function documentHistoryBytes(tx: Transaction, documentId: string): Promise<number> {
  const { rows } = await tx.execute<{ bytes: string }>(sql`
    select
      coalesce((select sum(octet_length(update) + ${rowBytes}) from document_updates
        where document_id = ${documentId}), 0)
      + coalesce((select sum(octet_length(chunk) + ${rowBytes}) from document_history
        where document_id = ${documentId}), 0) as bytes`)
  return Number(rows[0]!.bytes)
}

interface Usage {
  bytes: number
  readAt: number
  /** What each person wrote in the minute that began at `since`. */
  written: Map<string, { bytes: number; since: number }>
}

/** What a person wrote in the minute that `now` belongs to. */
function writtenBy({ written }: Usage, userId: string, now: number): { bytes: number; since: number } {
  const known = written.get(userId)
  if (known && now - known.since <= 60_000) return known
  const anew = { bytes: 0, since: now }
  written.set(userId, anew)
  return anew
}

/**
 * Keeps count of what a project's history takes, so that the next edit can be refused without asking the database.
 * A count is of this process: what others write is seen when the sum is read anew.
 */
export function createHistoryBudget(database: Database, limits: Limits, share?: DiskShare) {
  const projectOf = new Map<string, string>()
  const usages = new Map<string, Usage>()

  async function readUsage(projectId: string): Promise<void> {
    const bytes = await historyBytes(database, projectId)
    const written = usages.get(projectId)?.written ?? new Map()
    usages.set(projectId, { bytes, readAt: performance.now(), written })
  }

  /** Reads the sum anew while edits go on; when that fails, what is known stays. */
  function refresh(projectId: string, usage: Usage, now: number): void {
    usage.readAt = now
    void readUsage(projectId).catch(() => {})
  }

  async function findProject(documentId: string): Promise<string | null> {
    const known = projectOf.get(documentId)
    if (known !== undefined) return known
    const { rows } = await database.$client.query<{ project_id: string }>(
      'select project_id from resources where id = $1',
      [documentId],
    )
    const found = rows[0]?.project_id ?? null
    if (found !== null) projectOf.set(documentId, found)
    return found
  }

  return {
    /** Of a document that is known. */
    projectOf: (documentId: string): string | undefined => projectOf.get(documentId),

    /** Learns what a document's project holds; `reserve` counts on from there. `anew`: the sum has just changed. */
    async know(documentId: string, anew = false): Promise<void> {
      const projectId = await findProject(documentId)
      if (projectId === null) return
      const usage = usages.get(projectId)
      if (anew || !usage || performance.now() - usage.readAt > knownMs) await readUsage(projectId)
    },

    /**
     * Counts an update that is about to be logged. Throws `history_full`, or `too_many_bytes` for who wrote more than
     * a person does within a minute, or `storage_full` for who has taken more of the disk than is left, and has counted
     * nothing then.
     */
    reserve(documentId: string, userId: string, bytes: number): void {
      const projectId = projectOf.get(documentId) ?? ''
      const usage = usages.get(projectId)
      if (!usage) return
      const taken = bytes + rowBytes
      const now = performance.now()
      const isFull = usage.bytes + taken > limits.historyBytes
      if (now - usage.readAt > (isFull ? fullMs : knownMs)) refresh(projectId, usage, now)
      if (isFull) {
        throw new Refusal('history_full', { limit: limits.historyBytes })
      }
      const own = writtenBy(usage, userId, now)
      if (own.bytes + taken > limits.writtenBytesPerMinute) {
        throw new Refusal('too_many_bytes', { limit: limits.writtenBytesPerMinute })
      }
      share?.take(userId, taken)
      own.bytes += taken
      usage.bytes += taken
    },

    /** Counts an update that is made already, whatever it comes to: the next one is refused for it. */
    note(documentId: string, userId: string, bytes: number): void {
      const usage = usages.get(projectOf.get(documentId) ?? '')
      if (!usage) return
      share?.note(userId, bytes + rowBytes)
      usage.bytes += bytes + rowBytes
      writtenBy(usage, userId, performance.now()).bytes += bytes + rowBytes
    },

    /** Gives back what was counted for an update that is not logged after all. */
    release(documentId: string, userId: string, bytes: number): void {
      const usage = usages.get(projectOf.get(documentId) ?? '')
      if (!usage) return
      const taken = bytes + rowBytes
      share?.giveBack(userId, taken)
      // the sum, or the minute, may have begun anew since
      usage.bytes = Math.max(0, usage.bytes - taken)
      const own = usage.written.get(userId)
      if (own) own.bytes = Math.max(0, own.bytes - taken)
    },
  }
}
