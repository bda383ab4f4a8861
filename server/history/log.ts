import type { Logger } from 'pino'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import type { Database } from '../db/database.ts'
import { joinInPieces, pieceBytes } from '../db/in-pieces.ts'
import { isAnswerLost } from '../db/failures.ts'
import type { DiskShare } from '../files/disk-share.ts'
import {
  CommitUnknown,
  type Log,
  type LogEntry,
  type LoggedState,
  type NumberedUpdate,
} from '../rooms/ports.ts'
import { codeOf, openAppend } from './append.ts'
import { baseChecksumInTurns } from './base-checksum.ts'
import { openCompaction } from './compaction.ts'
import { contentCheck } from './content-check.ts'
import { createHistoryBudget } from './history-budget.ts'
import { decodeChunk } from './chunk.ts'

/**
 * A base and what was logged after it, in one statement and so of one moment: read one after the other, a folding that
 * ends in between takes away updates that the older base does not hold. The base comes in pieces, in rows of their own:
 * one of 20 MB is read in one turn of the thread, of 150 ms. It is unpacked once (`offset 0`), and nothing is put in
 * order by the database, which would write it to the disk.
 */
const loadStatement = `
  with base as (select * from document_bases where document_id = $1),
  looked as (select content_check as checked from documents where id = $1)
  select at, seq, substring(state from at for ${pieceBytes}) as update,
    case when at = 1 then vector end as vector, case when at = 1 then deletions end as deletions, sha256, checked
  from (select seq, state || ''::bytea as state, vector, deletions, sha256 from base offset 0) as whole,
    generate_series(1, greatest(octet_length(state), 1), ${pieceBytes}) as at, looked
  union all
  select null, seq, update, null, null, null, checked from document_updates, looked
  where document_id = $1 and seq > coalesce((select seq from base), 0)`

/** What was folded, as chunks, and what was not, of one moment; a number is met in one of them. */
const sinceStatement = `
  select to_seq as seq, chunk, null as update from document_history where document_id = $1 and to_seq > $2
  union all
  select seq, null, update from document_updates
  where document_id = $1 and seq > greatest($2, (select max(to_seq) from document_history where document_id = $1))
  order by seq`

interface LoadedRow {
  /** Where a piece of the base begins, from 1; null for an update. */
  at: number | null
  seq: string
  update: Buffer
  /** With the first piece of a base, as well as its deletions. */
  vector: Buffer | null
  deletions: Buffer | null
  sha256: string | null
  /** The version of the repair that looked through the text. */
  checked: number
}

/** How often a document under work is marked as changed, in milliseconds: a list shows minutes. */
const touchMs = 30_000

/** The log of all documents on PostgreSQL (rules 3 and 7). `share`: of the disk that the database is on; the last: connections that no request takes. */
export function postgresLog(
  database: Database,
  limits: Limits,
  logger?: Logger,
  share?: DiskShare,
  { commits, reads } = { commits: database, reads: database },
): Log {
  const pool = reads.$client
  const append = openAppend(commits.$client)
  const compact = openCompaction(pool.options)
  const budget = createHistoryBudget(reads, limits, share)
  const touchedAt = new Map<string, number>()

  function takeUntouched(entries: LogEntry[]): string[] {
    const now = performance.now()
    const stale = new Set<string>()
    // oldest first, as what is forgotten is added anew at the end
    for (const [roomId, at] of touchedAt) {
      if (now - at < touchMs) break
      touchedAt.delete(roomId)
    }
    for (const { roomId } of entries) {
      if (touchedAt.has(roomId)) continue
      touchedAt.set(roomId, now)
      stale.add(roomId)
    }
    return [...stale]
  }

  return {
    async append(entries) {
      await append(entries, takeUntouched(entries)).catch((failure: unknown) => {
        const refusal = asRefusal(failure)
        throw refusal.code === 'storage_failed' && isAnswerLost(failure)
          ? new CommitUnknown(failure)
          : refusal
      })
    },

    async load(documentId) {
      try {
        return await load(documentId)
      } catch (failure) {
        throw asRefusal(failure)
      }
    },

    async since(documentId, seq) {
      try {
        return await since(documentId, seq)
      } catch (failure) {
        throw asRefusal(failure)
      }
    },

    async noteLookedThrough(documentId) {
      await pool.query('update documents set content_check = $2 where id = $1', [documentId, contentCheck])
    },

    async clients(documentId) {
      await budget.know(documentId).catch((failure: unknown) => {
        throw asRefusal(failure)
      })
      const { rows } = await pool
        .query<{ client_id: string; user_id: string | null }>(
          'select client_id, user_id from document_clients where document_id = $1',
          [documentId],
        )
        .catch((failure: unknown) => {
          throw asRefusal(failure)
        })
      return new Map(rows.map(({ client_id, user_id }) => [Number(client_id), user_id]))
    },

    projectOf: budget.projectOf,
    reserve: budget.reserve,
    note: budget.note,
    release: budget.release,

    async compact(documentId) {
      await compact(documentId)
      await budget.know(documentId, true)
    },
  }

  async function load(documentId: string): Promise<LoggedState> {
    const { rows } = await pool.query<LoadedRow>({ name: 'load', text: loadStatement, values: [documentId] })
    // there is nothing to look at in an empty one
    const isLookedThrough = (rows[0]?.checked ?? contentCheck) >= contentCheck
    const tail = rows.filter(({ at }) => at === null).sort((a, b) => Number(a.seq) - Number(b.seq))
    const updates = tail.map(({ update }): Uint8Array => update)
    const pieces = rows.filter(({ at }) => at !== null).sort((a, b) => a.at! - b.at!)
    const [base] = pieces
    const seq = Number(tail.at(-1)?.seq ?? base?.seq ?? 0)
    if (!base) return { base: null, updates, seq, isLookedThrough }
    const state = pieces.length === 1 ? base.update : await joinInPieces(pieces.map(({ update }) => update))
    const read = { state, vector: base.vector!, deletions: base.deletions! }
    if ((await baseChecksumInTurns(read)) === base.sha256)
      return { base: read, updates, seq, isLookedThrough }
    logger?.error(
      { documentId },
      'a base does not match its checksum; the text is read from the history instead',
    )
    const all = await since(documentId, 0)
    return {
      base: null,
      updates: all.map((logged) => logged.update),
      seq: all.at(-1)?.seq ?? seq,
      isLookedThrough,
    }
  }

  async function since(documentId: string, seq: number): Promise<NumberedUpdate[]> {
    const { rows } = await pool.query<{ seq: string; chunk: Buffer | null; update: Buffer | null }>(
      sinceStatement,
      [documentId, seq],
    )
    const logged = rows.flatMap((row): NumberedUpdate[] =>
      row.chunk ? decodeChunk(row.chunk) : [{ seq: Number(row.seq), update: row.update! }],
    )
    // a chunk may begin before
    return logged.filter((one) => one.seq > seq)
  }
}

const outOfSpace = new Set<unknown>(['53100', 'ENOSPC', 'EDQUOT'])
const foreignKeyViolation = '23503'

/** What a failure of PostgreSQL means to the rooms: no space, no such document, or no database. */
function asRefusal(failure: unknown): Refusal {
  const code = codeOf(failure)
  const refusal = new Refusal(
    outOfSpace.has(code) ? 'storage_full' : code === foreignKeyViolation ? 'not_found' : 'storage_failed',
  )
  refusal.cause = failure
  return refusal
}
