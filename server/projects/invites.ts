import { randomBytes } from 'node:crypto'
import { and, desc, eq, isNull } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import type { Invite, InviteOffer } from '../../shared/projects.ts'
import type { Role, Side } from '../../shared/permissions.ts'
import type { TrailActor } from '../../shared/trail.ts'
import { users } from '../accounts/tables.ts'
import type { Database, Queries } from '../db/database.ts'
import { appendTrail } from '../trail/append.ts'
import { sha256Hex } from '../trail/canonical.ts'
import { keepPlaceFor } from './members.ts'
import { membershipIn } from './membership.ts'
import { lockProject } from './projects.ts'
import { invites, members, projects } from './tables.ts'

const dayMs = 86_400_000
const maker = alias(users, 'maker')
const taker = alias(users, 'taker')

const inviteRows = (db: Queries) =>
  db
    .select({ invite: invites, projectName: projects.name, createdBy: maker.name, usedBy: taker.name })
    .from(invites)
    .innerJoin(projects, eq(projects.id, invites.projectId))
    .innerJoin(maker, eq(maker.id, invites.createdBy))
    .leftJoin(taker, eq(taker.id, invites.usedBy))

type InviteRow = Awaited<ReturnType<typeof inviteRows>>[number]

const toInvite = ({ invite, createdBy, usedBy }: InviteRow): Invite => ({
  id: invite.id,
  side: invite.side,
  role: invite.role,
  createdBy,
  createdAt: invite.createdAt.toISOString(),
  expiresAt: invite.expiresAt.toISOString(),
  usedBy,
})

export const countInvites = (db: Queries, projectId: string): Promise<number> =>
  db.$count(invites, eq(invites.projectId, projectId))

/** The project's invitations, the latest first. `createdBy` and `usedBy` are people's names. */
export async function listInvites(db: Queries, projectId: string): Promise<Invite[]> {
  const rows = await inviteRows(db).where(eq(invites.projectId, projectId)).orderBy(desc(invites.createdAt))
  return rows.map(toInvite)
}

/**
 * Makes an invitation. Its secret is returned this once; only the SHA-256 of it is kept.
 * @throws Refusal `too_many_invites`
 */
export async function createInvite(
  database: Database,
  given: { projectId: string; side: Side; role: Role; days: number },
  actor: TrailActor,
  { invitesPerProject: limit }: Pick<Limits, 'invitesPerProject'>,
): Promise<{ invite: Invite; token: string }> {
  const token = randomBytes(32).toString('base64url')
  const { days, ...values } = given
  const { projectId, side, role } = values
  return database.transaction(async (db) => {
    await lockProject(db, projectId)
    if ((await countInvites(db, projectId)) >= limit) {
      throw new Refusal('too_many_invites', { limit })
    }
    const expiresAt = new Date(Date.now() + days * dayMs)
    const [created] = await db
      .insert(invites)
      .values({ ...values, createdBy: actor.userId, tokenHash: sha256Hex(token), expiresAt })
      .returning({ id: invites.id })
    const { id } = created!
    const [row] = await inviteRows(db).where(eq(invites.id, id))
    const details = { side, role, expiresAt: expiresAt.toISOString() }
    await appendTrail(db, projectId, [{ actor, action: 'invite.made', subject: { invite: { id } }, details }])
    return { invite: toInvite(row!), token }
  })
}

/** Takes an unused invitation back. @throws Refusal `not_found`, `invite_used` */
export async function revokeInvite(
  database: Database,
  projectId: string,
  inviteId: string,
  actor: TrailActor,
): Promise<void> {
  const within = and(eq(invites.projectId, projectId), eq(invites.id, inviteId))
  await database.transaction(async (db) => {
    const [revoked] = await db
      .delete(invites)
      .where(and(within, isNull(invites.usedAt)))
      .returning({ id: invites.id, side: invites.side, role: invites.role })
    if (!revoked) throw new Refusal((await db.$count(invites, within)) ? 'invite_used' : 'not_found')
    const { id, ...details } = revoked
    await appendTrail(db, projectId, [
      { actor, action: 'invite.revoked', subject: { invite: { id } }, details },
    ])
  })
}

/** What a link offers. @throws Refusal `invite_invalid`, `invite_used`, `invite_expired` */
export async function previewInvite(db: Queries, token: string): Promise<InviteOffer> {
  const row = await findInvite(db, token)
  refuseSpent(row)
  const { invite, projectName, createdBy } = row
  return {
    projectId: invite.projectId,
    projectName,
    side: invite.side,
    role: invite.role,
    invitedBy: createdBy,
    expiresAt: invite.expiresAt.toISOString(),
  }
}

/**
 * Makes the user a member as the invitation says, and spends it: of two who accept at the same moment one is told
 * that it is used. A member keeps the membership they have and the link stays good for somebody else.
 * @throws Refusal `invite_invalid`, `already_member` (with the project's id), `invite_used`, `invite_expired`, `too_many_projects`
 */
export async function acceptInvite(
  database: Database,
  token: string,
  { id: userId, name }: { id: string; name: string },
  limits: Pick<Limits, 'projectsPerPerson'>,
): Promise<string> {
  return database.transaction(async (db) => {
    const row = await findInvite(db, token)
    const { id, projectId, side, role } = row.invite
    if (await membershipIn(db, userId, projectId)) throw new Refusal('already_member', { projectId })
    refuseSpent(row)
    await keepPlaceFor(db, userId, limits)
    const spent = await db
      .update(invites)
      .set({ usedBy: userId, usedAt: new Date() })
      .where(and(eq(invites.id, id), isNull(invites.usedAt)))
      .returning({ id: invites.id })
    if (spent.length === 0) throw new Refusal('invite_used')
    const joined = await db
      .insert(members)
      .values({ projectId, userId, side, role })
      .onConflictDoNothing()
      .returning({ userId: members.userId })
    if (joined.length === 0) throw new Refusal('already_member', { projectId })
    const subject = { person: { userId, name }, invite: { id } }
    const act = { action: 'member.joined', subject, details: { side, role } } as const
    await appendTrail(db, projectId, [{ ...act, actor: { userId, name, side } }])
    return projectId
  })
}

async function findInvite(db: Queries, token: string): Promise<InviteRow> {
  const [row] = await inviteRows(db).where(eq(invites.tokenHash, sha256Hex(token)))
  if (!row) throw new Refusal('invite_invalid')
  return row
}

function refuseSpent({ invite }: InviteRow): void {
  if (invite.usedAt) throw new Refusal('invite_used')
  if (invite.expiresAt.getTime() <= Date.now()) throw new Refusal('invite_expired')
}
