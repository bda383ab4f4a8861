import { setTimeout as pause } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { LogEntry } from '../rooms/ports.ts'
import { LogHeads } from './log-heads.ts'

const bind = `
    insert into document_clients (document_id, client_id, user_id)
    select * from unnest($6::text[], $7::bigint[], $8::text[])
    on conflict do nothing
  `

/** Whoever holds a document's row, to rename it or to keep a version, keeps nobody's words waiting: its mark is left out. */
const touch = `
    update resources set updated_at = now()
    where id in (select id from resources where id = any($9::text[]) for no key update skip locked)
  `

/**
 * One statement, so one transaction: numbers each entry after the last of its document, binds client ids that are
 * new, and marks documents as changed. Two processes that number the same document at once meet on the primary key.
 * The updates are one value, cut up there: a list of them would be written out and read by its hexadecimal digits.
 */
const numberStatement = `
  with entries as (
    select document_id, user_id, substr($3::bytea, begins, lengths) as update, position
    from unnest($1::text[], $2::text[], $4::integer[], $5::integer[]) with ordinality
      as entry(document_id, user_id, begins, lengths, position)
  ), heads as (
    select document_id, greatest(
      (select max(seq) from document_updates logged where logged.document_id = open.document_id),
      (select seq from document_bases base where base.document_id = open.document_id),
      0
    ) as seq
    from (select distinct document_id from entries) open
  ), numbered as (
    select entries.*, heads.seq + row_number() over (partition by document_id order by position) as seq
    from entries join heads using (document_id)
  ), bound as (${bind}), touched as (${touch})
  insert into document_updates (document_id, seq, user_id, update)
  select document_id, seq, user_id, update from numbered
  returning document_id, seq`

/**
 * The same for documents whose last number this process knows. Where another has logged more meanwhile, the number is
 * taken, which the primary key says; or what it logged is folded by now, and then there is no number for it.
 */
const insertKnown = (seqs: string): string => `
  insert into document_updates (document_id, seq, user_id, update)
  select document_id,
    case when exists (
      select from document_bases base where base.document_id = entry.document_id and base.seq >= entry.seq
    ) then null else seq end,
    user_id, substr($3::bytea, begins, lengths)
  from unnest($1::text[], $2::text[], $4::integer[], $5::integer[], ${seqs}::bigint[])
    as entry(document_id, user_id, begins, lengths, seq)`

/** Most of typing meets no new client id and marks nothing: what is not in a statement is not prepared at each. */
const knownStatement = insertKnown('$6')
const knownStatementWithMore = `with bound as (${bind}), touched as (${touch}) ${insertKnown('$10')}`

/**
 * Another process numbered the same document at the same moment; then the statement is repeated, after a pause of
 * chance, as two that go on in step would meet again.
 */
const uniqueViolation = '23505'
const notNullViolation = '23502'
const mostTries = 20
const longestPauseMs = 64

/** Writes entries into the log of a database, and marks the documents of `stale` as changed. Fails as the database says. */
export function openAppend(pool: Pool): (entries: LogEntry[], stale: string[]) => Promise<void> {
  const heads = new LogHeads()
  let underWay = 0

  async function number(values: unknown[]): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        const { rows } = await pool.query<{ document_id: string; seq: string }>({
          name: 'append',
          text: numberStatement,
          values,
        })
        for (const { document_id, seq } of rows) heads.note(document_id, Number(seq))
        return
      } catch (failure) {
        if (codeOf(failure) !== uniqueViolation || tries === mostTries) throw failure
      }
      await pause(Math.random() * Math.min(2 ** tries, longestPauseMs))
    }
  }

  /** False, and nothing is written, where the numbers are not free. */
  async function appendKnown(updates: unknown[], more: unknown[] | null, seqs: number[]): Promise<boolean> {
    try {
      await pool.query(
        more
          ? {
              name: 'append-known-with-more',
              text: knownStatementWithMore,
              values: [...updates, ...more, seqs],
            }
          : { name: 'append-known', text: knownStatement, values: [...updates, seqs] },
      )
      return true
    } catch (failure) {
      const code = codeOf(failure)
      if (code !== uniqueViolation && code !== notNullViolation) throw failure
      return false
    }
  }

  return async (entries, stale) => {
    const updates = updatesOf(entries)
    const more = [...clientsOf(entries), stale]
    const hasMore = stale.length > 0 || entries.some(({ clientIds }) => clientIds.length > 0)
    // one that fails beside another would leave a number out, which somebody else might take later
    const seqs = underWay === 0 ? heads.take(entries) : null
    underWay++
    try {
      if (seqs && (await appendKnown(updates, hasMore ? more : null, seqs))) return
      heads.forget(entries)
      await number([...updates, ...more])
    } catch (failure) {
      heads.forget(entries)
      throw failure
    } finally {
      underWay--
    }
  }
}

/** Documents, authors, and the updates as one value with where each begins in it and how long it is. */
function updatesOf(entries: LogEntry[]): unknown[] {
  let end = 1
  return [
    entries.map(({ roomId }) => roomId),
    entries.map(({ userId }) => userId),
    Buffer.concat(entries.map(({ update }) => update)),
    entries.map(({ update }) => (end += update.length) - update.length),
    entries.map(({ update }) => update.length),
  ]
}

/** The client ids that are new, as lists of documents, ids and users. */
function clientsOf(entries: LogEntry[]): unknown[] {
  const clients = entries.flatMap(({ roomId, userId, clientIds }) =>
    clientIds.map((clientId) => ({ roomId, userId, clientId })),
  )
  return [
    clients.map(({ roomId }) => roomId),
    clients.map(({ clientId }) => clientId),
    clients.map(({ userId }) => userId),
  ]
}

/** The code of a failure of PostgreSQL. */
export const codeOf = (failure: unknown): unknown =>
  typeof failure === 'object' && failure !== null && 'code' in failure ? failure.code : undefined
