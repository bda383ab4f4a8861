import { and, asc, eq, inArray } from 'drizzle-orm'
import { PgTransaction } from 'drizzle-orm/pg-core'
import { Refusal } from '../../shared/errors.ts'
import type { Side } from '../../shared/permissions.ts'
import type { Author } from '../../shared/review.ts'
import { stillCounts } from '../../shared/rules/signing-policy.ts'
import { latestFirst, type RevisionSummary, type Signature } from '../../shared/signoff.ts'
import type { Database, Transaction } from '../db/database.ts'
import { members } from '../projects/tables.ts'
import { readAudience } from '../notify/audience.ts'
import { appendTrail } from '../trail/append.ts'
import { missingFrom, namesOfPutForward } from './missing.ts'
import { noteRevision } from './notify-members.ts'
import { cachedFactsOf, factsOf } from './record-facts.ts'
import { readOutline, readParts, readRecordJson, type RecordOutline } from './record-parts.ts'
import { readStoredProofs } from './stored-proofs.ts'
import { readStatement } from './signed-versions.ts'
import { revisions, signatures } from './tables.ts'
import { flawsOf, signersOf, type TrustedKeys } from './verifying.ts'

/** All revisions of a project, the latest first, each held against its proofs. */
export const listSummaries = (
  database: Database,
  keys: TrustedKeys,
  projectId: string,
): Promise<RevisionSummary[]> => summaries(database, keys, projectId)

/** One revision of a project, held against its proofs. @throws Refusal `not_found` for an id that is not the project's */
export const readSummary = (
  database: Database,
  keys: TrustedKeys,
  projectId: string,
  revisionId: string,
): Promise<RevisionSummary> => summaryOf(database, keys, projectId, revisionId)

/** The same, also in a transaction that sees one moment, or that holds the revision's row. @throws Refusal `not_found` */
export async function summaryOf(
  db: Database | Transaction,
  keys: TrustedKeys,
  projectId: string,
  revisionId: string,
): Promise<RevisionSummary> {
  const [found] = await summaries(db, keys, projectId, [revisionId])
  if (!found) throw new Refusal('not_found')
  return found
}

/** Which of these revisions are broken, by id; one that is gone is broken too, as none ever goes. */
export async function brokenAmong(
  database: Database,
  keys: TrustedKeys,
  asked: { projectId: string; revisionId: string }[],
): Promise<Set<string>> {
  const broken = new Set<string>()
  for (const projectId of new Set(asked.map((one) => one.projectId))) {
    const ids = asked.filter((one) => one.projectId === projectId).map(({ revisionId }) => revisionId)
    const found = await summaries(database, keys, projectId, ids)
    const whole = new Set(found.flatMap(({ id, integrity }) => (integrity === 'ok' ? [id] : [])))
    for (const id of ids) if (!whole.has(id)) broken.add(id)
  }
  return broken
}

const inSnapshot = <Result>(database: Database, read: (tx: Transaction) => Promise<Result>) =>
  database.transaction(read, { isolationLevel: 'repeatable read', accessMode: 'read only' })

/** All revisions, or those asked for, and among them those that only the trail tells of any more. */
async function summaries(
  db: Database | Transaction,
  keys: TrustedKeys,
  projectId: string,
  asked?: string[],
): Promise<RevisionSummary[]> {
  const unproved = new Map(keys.unproved)
  const { rows, signed, trail, chainBreak } = await readStoredProofs(db, projectId, asked)
  const there = new Set(rows.map(({ id }) => id))
  const missing = missingFrom(projectId, trail, (id) => there.has(id) || asked?.includes(id) === false)
  if (rows.length === 0) return missing
  const known = cachedFactsOf(rows)
  // of the moment of the rows, or another record might be taken for the one that was hashed
  if (!known && !(db instanceof PgTransaction))
    return inSnapshot(db, (tx) => summaries(tx, keys, projectId, asked))
  const factsByHash = known ?? (await factsOf(db as Transaction, rows))
  const names = namesOfPutForward(trail)
  const open = new Set(rows.flatMap(({ id, state }) => (state === 'open' ? [id] : [])))
  const waiting = signed.filter(({ revisionId }) => open.has(revisionId))
  const lapsed = await lapsedOf(db, projectId, waiting)
  const kept = rows.map(({ hash, nameToday, ...row }) => {
    const own = signed.filter((one) => one.revisionId === row.id)
    const facts = factsByHash.get(hash) ?? null
    const flaws = flawsOf(keys, { row, hash, facts, signatures: own, trail, chainBreak, unproved })
    return {
      id: row.id,
      projectId: row.projectId,
      letter: row.letter,
      description: row.description,
      state: row.state,
      recordSha256: row.recordSha256,
      createdBy: row.createdBy,
      findings: flaws.includes('findings_changed') ? [] : row.findings,
      createdByName: names.get(row.id) ?? nameToday,
      createdAt: row.createdAt.toISOString(),
      requiredSigners: signersOf(facts),
      signatures: own.map(({ id, userId, name, firm, side, meaning, signedAt, statement }) => ({
        id,
        userId,
        name,
        firm,
        side,
        meaning,
        signedAt: signedAt.toISOString(),
        lapsed: lapsed.has(id),
        ...originOf(statement, own),
      })),
      integrity: flaws.length > 0 ? 'broken' : 'ok',
      flaws,
    } satisfies RevisionSummary
  })
  return missing.length > 0 ? [...kept, ...missing].toSorted(latestFirst) : kept
}

/** Of signatures on revisions that are open still, the ids of those that do not count any more. */
async function lapsedOf(
  db: Database | Transaction,
  projectId: string,
  given: { id: string; userId: string; side: Side }[],
): Promise<Set<string>> {
  if (given.length === 0) return new Set()
  const signers = given.map(({ userId }) => userId)
  const found = await db
    .select({ userId: members.userId, side: members.side, role: members.role })
    .from(members)
    .where(and(eq(members.projectId, projectId), inArray(members.userId, signers)))
  return new Set(given.flatMap((one) => (stillCounts(one, found) ? [] : [one.id])))
}

/** How the signer came in, and whether from a browser that another signature came from. */
function originOf(
  statement: string,
  all: { statement: string }[],
): Pick<Signature, 'signIn' | 'sameBrowser'> {
  const { signIn = null, browser = null } = readStatement(statement) ?? {}
  const isFromThere = (one: { statement: string }) =>
    one.statement !== statement && readStatement(one.statement)?.browser === browser
  return { signIn, sameBrowser: browser !== null && all.some(isFromThere) }
}

/** A signature as it is proved: the exact statement and the Ed25519 bytes over it. */
export interface SignedStatement {
  side: Side
  statement: string
  signature: Uint8Array
  /** The PEM of the key that signed, where it was kept. */
  publicKey?: string | null
}

/** A stored revision, and what of its record files are put together by. */
export interface RevisionOutline {
  summary: RevisionSummary
  record: RecordOutline
  statements: SignedStatement[]
}

/** A stored revision with everything that an export is made of. */
export interface StoredRevision extends RevisionOutline {
  /** The canonical JSON in UTF-8, as it was hashed: megabytes, which are taken apart in converter processes only. */
  recordJson: Uint8Array
}

/**
 * Reads a revision as it was frozen, from one snapshot of the database, and with it what is wrong with it, if anything.
 * `record` is null when it is not the record that was put forward: then nothing of it may be shown.
 * @throws Refusal `not_found`
 */
export const readRevision = (
  database: Database,
  keys: TrustedKeys,
  projectId: string,
  revisionId: string,
): Promise<Omit<RevisionOutline, 'record'> & { record: RecordOutline | null }> =>
  inSnapshot(database, (tx) => revisionIn(tx, keys, projectId, revisionId))

async function revisionIn(tx: Transaction, keys: TrustedKeys, projectId: string, revisionId: string) {
  const summary = await summaryOf(tx, keys, projectId, revisionId)
  const statements = await tx
    .select({
      side: signatures.side,
      statement: signatures.statement,
      signature: signatures.signature,
      publicKey: signatures.publicKey,
    })
    .from(signatures)
    .where(eq(signatures.revisionId, summary.id))
    .orderBy(asc(signatures.side), asc(signatures.signedAt), asc(signatures.id))
  const record = isFrozen(summary) ? await readOutline(tx, summary.id) : null
  return { summary, record, statements }
}

/**
 * The same for who looks at it: its parts as they are, which the database takes out of the record. Null when it is not
 * the record that was put forward. @throws Refusal `not_found`
 */
export const readFrozen = (
  database: Database,
  keys: TrustedKeys,
  projectId: string,
  revisionId: string,
): Promise<{ summary: RevisionSummary; parts: Uint8Array[] | null }> =>
  inSnapshot(database, async (tx) => {
    const summary = await summaryOf(tx, keys, projectId, revisionId)
    if (!isFrozen(summary)) return { summary, parts: null }
    return { summary, parts: await readParts(tx, summary.id) }
  })

const isFrozen = ({ flaws }: RevisionSummary): boolean => !flaws.some((flaw) => recordFlaws.has(flaw))

const recordFlaws = new Set<RevisionSummary['flaws'][number]>([
  'revision_missing',
  'record_changed',
  'record_foreign',
  'put_forward_missing',
])

/** For what is handed out. @throws Refusal `not_found`, `revision_broken` when anything is wrong with it */
export const readProvedRevision = async (
  ...asked: Parameters<typeof readRevision>
): Promise<RevisionOutline> => proved(await readRevision(...asked))

/** The same with the whole record, of one moment. */
export const readProvedRecord = (
  database: Database,
  keys: TrustedKeys,
  projectId: string,
  revisionId: string,
): Promise<StoredRevision> =>
  inSnapshot(database, async (tx) => {
    const outline = proved(await revisionIn(tx, keys, projectId, revisionId))
    return { ...outline, recordJson: await readRecordJson(tx, outline.summary.id) }
  })

function proved({ record, ...rest }: Awaited<ReturnType<typeof readRevision>>): RevisionOutline {
  const { integrity, letter } = rest.summary
  if (!record || integrity === 'broken') throw new Refusal('revision_broken', { letter })
  return { ...rest, record }
}

/** Takes an open revision back: its signatures are void from then on. `revision_closed` when it is not open. */
export async function withdrawRevision(
  database: Database,
  projectId: string,
  revisionId: string,
  by: Author,
): Promise<void> {
  await database.transaction(async (tx) => {
    const isThis = and(eq(revisions.id, revisionId), eq(revisions.projectId, projectId))
    const [found] = await tx
      .select({
        id: revisions.id,
        letter: revisions.letter,
        description: revisions.description,
        state: revisions.state,
      })
      .from(revisions)
      .where(isThis)
      .for('no key update')
    if (!found) throw new Refusal('not_found')
    if (found.state !== 'open') throw new Refusal('revision_closed', { letter: found.letter })
    await tx.update(revisions).set({ state: 'withdrawn' }).where(isThis)
    await noteRevision(tx, await readAudience(tx, projectId), projectId, 'withdrawn', by, found)
    const subject = { revision: { id: found.id, letter: found.letter } }
    await appendTrail(tx, projectId, [{ actor: by, action: 'revision.withdrawn', subject }])
  })
}
