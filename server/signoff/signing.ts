import { and, asc, eq, inArray, isNotNull, sql } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import type { Scope } from '../http/route.ts'
import type { Side } from '../../shared/permissions.ts'
import type { Meaning, BlockingFacts, SignatureStatement } from '../../shared/signoff.ts'
import { isAwaited, missingSigners, stillCounts } from '../../shared/rules/signing-policy.ts'
import { sessions, users } from '../accounts/tables.ts'
import { newId } from '../db/columns.ts'
import type { Database, Transaction } from '../db/database.ts'
import { addJobs } from '../jobs/job-table.ts'
import { guestLinks } from '../guests/tables.ts'
import { members, projects } from '../projects/tables.ts'
import { readAudience } from '../notify/audience.ts'
import { appendTrail, holdTrail } from '../trail/append.ts'
import { canonicalJson, sha256Hex } from '../trail/canonical.ts'
import { refuseBlocked } from './blocking-threads.ts'
import { noteRevision } from './notify-members.ts'
import { threadStatesIn } from './record-parts.ts'
import { summaryOf } from './revisions.ts'
import { sealingJob } from './sealing-job.ts'
import type { SigningKey } from './signing-key.ts'
import { revisions, signatures } from './tables.ts'

/**
 * Signs the open revision for the member's side, and closes it when nobody is awaited any more: its package is then to
 * be sealed, which is queued with it. The row is locked, so of a side exactly as many sign as the record awaits.
 * Refuses with `revision_closed`, `already_signed`, `other_side_signed` for somebody who ever signed in this project for
 * the other side, `side_signed` when nobody of the side is awaited, `signature_lapsed` when who signed before may not any
 * more, `revision_broken` for one that its proofs do not bear out, `must_open` for a record with a point that must be
 * settled and is not, or `not_found` or `not_allowed` when the membership ended or changed meanwhile. The caller has
 * checked the password.
 */
export async function signRevision(
  database: Database,
  key: SigningKey,
  scope: Scope,
  revisionId: string,
  { sessionId, ...asserted }: { sessionId: string; meaning: Meaning; zone: string },
): Promise<void> {
  await database.transaction(async (tx) => {
    const [revision] = await tx
      .select({
        id: revisions.id,
        letter: revisions.letter,
        state: revisions.state,
        recordSha256: revisions.recordSha256,
      })
      .from(revisions)
      .where(and(eq(revisions.id, revisionId), eq(revisions.projectId, scope.projectId)))
      .for('update')
    if (!revision) throw new Refusal('not_found')
    if (revision.state !== 'open') throw new Refusal('revision_closed', { letter: revision.letter })
    // its row is held, so nobody signs meanwhile
    const summary = await summaryOf(tx, key, scope.projectId, revision.id)
    const { integrity, letter, requiredSigners, signatures: earlier } = summary
    if (integrity === 'broken') throw new Refusal('revision_broken', { letter })
    const { beside: facts, ...audience } = await readAudience(tx, scope.projectId, {
      beside: signingFacts(tx, scope, revision.id, sessionId),
    })
    const { project, guestLink, points, signedFor } = facts
    refuseBlocked(points)

    const signers = [scope.userId, ...earlier.map(({ userId }) => userId)]
    const found = await tx
      .select({
        userId: users.id,
        name: users.name,
        firm: users.firm,
        side: members.side,
        role: members.role,
        emailConfirmedAt: users.emailConfirmedAt,
        passwordSetBy: users.passwordSetBy,
      })
      .from(members)
      .innerJoin(users, eq(users.id, members.userId))
      .where(and(eq(members.projectId, scope.projectId), inArray(members.userId, signers)))
      .for('share')
    const own = found.find(({ userId }) => userId === scope.userId)
    if (!own) throw new Refusal('not_found')
    const lapsed = earlier.find((one) => !stillCounts(one, found))
    if (lapsed) throw new Refusal('signature_lapsed', { name: lapsed.name })
    if (!stillCounts(own, found)) throw new Refusal('not_allowed')
    const { emailConfirmedAt, passwordSetBy, role: _role, ...signer } = own

    if (earlier.some((one) => one.userId === signer.userId)) throw new Refusal('already_signed')
    if (!isAwaited(requiredSigners, earlier, signer)) throw new Refusal('side_signed')
    if (signedFor.some((side) => side !== signer.side)) throw new Refusal('other_side_signed')
    if (missingSigners(requiredSigners, [...earlier, signer]).length === 0) {
      const job = tx
        .$with('job')
        .as(addJobs(tx, [sealingJob({ id: revision.id, projectId: scope.projectId })]))
      await tx.with(job).update(revisions).set({ state: 'sealing' }).where(eq(revisions.id, revision.id))
    }
    const { firm: _, ...by } = signer
    await noteRevision(tx, audience, scope.projectId, 'signed', by, revision)
    // by project, so that nobody follows a browser from one project's papers to another's
    const browser = facts.browser ? sha256Hex(`${project.id} ${facts.browser}`) : null

    const address = emailConfirmedAt ? ('confirmed' as const) : ('unconfirmed' as const)
    // From here on nothing new is locked. The trail stands still between its head, which is signed, and the entry.
    const held = await holdTrail(tx, scope.projectId)
    const trail = { entries: held.entries, hash: held.hash }
    const signedAt = new Date()
    const statement = canonicalJson({
      format: 'countersign-signature',
      version: 3,
      recordSha256: revision.recordSha256,
      revision: revision.letter,
      project,
      signer,
      meaning: asserted.meaning,
      time: signedAt.toISOString(),
      zone: asserted.zone,
      publicKeySha256: key.publicKeySha256,
      trail,
      signIn: { by: 'password', address, guestLink, passwordSetBy },
      browser,
    } satisfies SignatureStatement)
    await tx.insert(signatures).values({
      id: newId(),
      revisionId: revision.id,
      userId: signer.userId,
      side: signer.side,
      name: signer.name,
      firm: signer.firm,
      meaning: asserted.meaning,
      statement,
      signature: key.sign(Buffer.from(statement)),
      publicKey: key.publicKeyPem,
      signedAt,
    })
    const subject = { revision: { id: revision.id, letter: revision.letter } }
    const details = { meaning: asserted.meaning, statementSha256: sha256Hex(statement) }
    const act = { actor: by, action: 'revision.signed', subject, details } as const
    await appendTrail(tx, scope.projectId, [act], held)
  })
}

/** What decides whether a member signs, and what a statement says of where its signer came from. */
interface SigningFacts {
  project: { id: string; name: string }
  /** For which side the first link was that they came in by; null for who never was a guest. */
  guestLink: Side | null
  browser: string | null
  /** The sides for which they ever signed here. */
  signedFor: Side[]
  /** How the points of the record stand. */
  points: BlockingFacts[]
}

function signingFacts(
  tx: Transaction,
  { projectId, userId }: Pick<Scope, 'projectId' | 'userId'>,
  revisionId: string,
  sessionId: string,
) {
  // a guest who became an account is the same user
  const firstLink = tx
    .select({ side: guestLinks.side })
    .from(guestLinks)
    .where(
      and(eq(guestLinks.projectId, projectId), eq(guestLinks.userId, userId), isNotNull(guestLinks.takenAt)),
    )
    .orderBy(asc(guestLinks.takenAt))
    .limit(1)
  const session = tx.select({ browser: sessions.browser }).from(sessions).where(eq(sessions.id, sessionId))
  const own = tx
    .select({ sides: sql`coalesce(json_agg(${signatures.side}), '[]')` })
    .from(signatures)
    .innerJoin(revisions, eq(revisions.id, signatures.revisionId))
    .where(and(eq(revisions.projectId, projectId), eq(signatures.userId, userId)))
  const project = sql`(select json_build_object('id', id, 'name', name) from ${projects} where id = ${projectId})`
  return sql<SigningFacts>`json_build_object('project', ${project}, 'guestLink', ${firstLink}, 'browser', ${session},
    'signedFor', ${own}, 'points', ${threadStatesIn(revisionId)})`
}
