import { eq, sql } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import {
  trailStart,
  type TrailAction,
  type TrailActor,
  type TrailDetails,
  type TrailEntry,
  type TrailHead,
  type TrailSubject,
} from '../../shared/trail.ts'
import type { Database, Transaction } from '../db/database.ts'
import type { Env } from '../http/route.ts'
import { isAsked, stillMay, tokenOf } from '../http/access-recheck.ts'
import { budgetOf } from './budget.ts'
import { canonicalJson, sha256Hex } from './canonical.ts'
import { trailEntries, trailHeads } from './tables.ts'

/** What was done, as the one who did it says it; the server adds the place in the chain and the time. */
export interface Act extends Pick<TrailEntry, 'action'> {
  actor: TrailActor
  subject?: TrailSubject
  details?: TrailDetails
}

/** Who acts, from a request inside a project. */
export const actorOf = ({ user, scope }: Pick<Env['Variables'], 'user' | 'scope'>) => ({
  userId: user.id,
  name: user.name,
  side: scope.side,
})

/**
 * Writes what was done into the project's trail, in the transaction that does it: both are there or neither.
 *
 * It is the last thing of its transaction that takes a lock. The head's row serialises everything that is done in a
 * project, and is held until the commit. Whoever holds it waits for nobody any more, so it is never part of a ring of
 * transactions that wait for each other, in whatever order they locked the project's, a point's or other rows before.
 *
 * Changes of access have their entries too, so that under the head's lock it is certain who may still act: a request of
 * somebody who was removed since it came is refused here, also when what it does leaves no entry.
 *
 * `held` is the head of a transaction that holds it already. Returns where the chain ends then; null where nothing was
 * to be written. Not for a `repeatable read` transaction: PostgreSQL refuses it the head when others wrote since the snapshot.
 * @throws Refusal `too_many_requests`, `trail_full`, `trail_broken` where the head does not fit the entries, and what the request's first check throws
 */
export async function appendTrail(
  tx: Transaction,
  projectId: string,
  acts: Act[],
  held?: HeldHead,
): Promise<TrailHead | null> {
  if (acts.length === 0) {
    await stillMay(tx)
    return null
  }
  const head = held ?? (await holdTrail(tx, projectId))
  const isDone = !isAsked(tx) && acts.every(({ action }) => ofVersions.has(action))
  await stillMay(tx)
  let { entries: seq, hash } = head
  // taken under the lock, so that times follow the order
  const at = new Date().toISOString()
  const rows = acts.map(({ actor, action, subject = {}, details = {} }) => {
    const { userId, name, side } = actor
    seq += 1
    const token = tokenOf(tx, userId)
    const by = { userId, name, side, ...(token !== undefined && { token }) }
    const entry = { projectId, seq, at, actor: by, action, subject, details }
    const line = canonicalJson(wellFormed({ ...entry, previous: hash }))
    hash = sha256Hex(line)
    return { seq, line, hash }
  })
  const bytes = rows.reduce((sum, { line }) => sum + Buffer.byteLength(line), 0)
  const written = { userId: acts[0]!.actor.userId, acts, bytes }
  budgetOf(tx)?.book(written, head.bytes, isDone)
  await insertNext(tx, projectId, rows, { entries: seq, hash, bytes: head.bytes + bytes })
  return { entries: seq, hash }
}

/** Under the head's lock these numbers are free, unless head and entries were not changed together. */
async function insertNext(
  tx: Transaction,
  projectId: string,
  rows: { seq: number; line: string; hash: string }[],
  head: HeldHead,
): Promise<void> {
  const [seqs, lines, hashes] = [
    rows.map(({ seq }) => seq),
    rows.map(({ line }) => line),
    rows.map(({ hash }) => hash),
  ]
  try {
    await tx.execute(sql`
      with written as (
        insert into ${trailEntries} (project_id, seq, line, hash)
        select ${projectId}, seq, line, hash
        from unnest(${sql.param(seqs)}::int[], ${sql.param(lines)}::text[], ${sql.param(hashes)}::text[])
          as entry(seq, line, hash)
      )
      update ${trailHeads} set entries = ${head.entries}, hash = ${head.hash}, bytes = ${head.bytes}
      where project_id = ${projectId}`)
  } catch (failure) {
    if (!isTaken(failure)) throw failure
    throw Object.assign(new Refusal('trail_broken'), { cause: failure })
  }
}

/** PostgreSQL's code for a value that a unique index has already, behind drizzle's wrapping. */
const isTaken = (error: unknown): boolean => (error as { cause?: { code?: string } }).cause?.code === '23505'

/** With the edit of a room, what a restore did is committed before its entries are. */
const ofVersions: ReadonlySet<TrailAction> = new Set(['version.kept', 'version.restored'])

/** For what changes no row of its own, such as a download. */
export async function recordAct(database: Database, projectId: string, act: Act): Promise<void> {
  await database.transaction((tx) => appendTrail(tx, projectId, [act]))
}

/** Where the chain ends, and what its lines are in bytes. */
export type HeldHead = TrailHead & { bytes: number }

/**
 * The chain's head, held until the transaction ends: nothing comes between it and what is appended next, which it is
 * passed on to. After this no lock may be taken that somebody else could hold.
 */
export async function holdTrail(tx: Transaction, projectId: string): Promise<HeldHead> {
  const held = () =>
    tx
      .select({ entries: trailHeads.entries, hash: trailHeads.hash, bytes: trailHeads.bytes })
      .from(trailHeads)
      .where(eq(trailHeads.projectId, projectId))
      .for('update')
  const [head] = await held()
  if (head) return head
  await tx.insert(trailHeads).values({ projectId, entries: 0, hash: trailStart }).onConflictDoNothing()
  const [first] = await held()
  return first!
}

/** As the database keeps text: half a surrogate pair, which canonical JSON refuses, is a replacement character. */
const wellFormed = (value: object): object =>
  JSON.parse(
    JSON.stringify(value, (_key, inner: unknown) =>
      typeof inner === 'string' ? inner.replace(/\p{Surrogate}/gu, '\u{fffd}') : inner,
    ),
  ) as object
