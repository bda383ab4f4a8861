import { randomBytes } from 'node:crypto'
import { and, desc, eq, isNull, max, sql, type SQL } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { z } from '@hono/zod-openapi'
import { Refusal } from '../../shared/errors.ts'
import type { createGuestLink, GuestLink } from '../../shared/guests.ts'
import type { Limits } from '../../shared/limits.ts'
import type { TrailActor } from '../../shared/trail.ts'
import { sessions, users } from '../accounts/tables.ts'
import type { Database, Queries, Transaction } from '../db/database.ts'
import { arePresentIn } from '../resources/resources.ts'
import { projects } from '../projects/tables.ts'
import { resources } from '../resources/tables.ts'
import { appendTrail } from '../trail/append.ts'
import { sha256Hex } from '../trail/canonical.ts'
import { isOpenLink } from './current-links.ts'
import { guestResources, guestLinks } from './tables.ts'

const dayMs = 86_400_000
const maker = alias(users, 'maker')

const linkRows = (db: Queries) =>
  db
    .select({
      link: guestLinks,
      projectName: projects.name,
      madeBy: maker.name,
      guest: { name: users.name, email: users.email },
    })
    .from(guestLinks)
    .innerJoin(projects, eq(projects.id, guestLinks.projectId))
    .innerJoin(maker, eq(maker.id, guestLinks.createdBy))
    .leftJoin(users, eq(users.id, guestLinks.userId))

export type LinkRow = Awaited<ReturnType<typeof linkRows>>[number]

export const countGuestLinks = (db: Queries, projectId: string): Promise<number> =>
  db.$count(guestLinks, eq(guestLinks.projectId, projectId))

/** The project's guest links, the latest first; revoked and expired ones too, as they say who was let in. */
export async function listGuestLinks(db: Queries, projectId: string): Promise<GuestLink[]> {
  const rows = await shownRows(db)
    .where(eq(guestLinks.projectId, projectId))
    .orderBy(desc(guestLinks.createdAt))
  return rows.map(toGuestLink)
}

/** Links with what they open and when their guests were seen: one look, however many they are. */
function shownRows(db: Queries) {
  const opened = db
    .select({
      all: sql`coalesce(json_agg(json_build_object('id', ${resources.id}, 'title', ${resources.title})
        order by ${resources.createdAt}), '[]')`,
    })
    .from(guestResources)
    .innerJoin(resources, eq(resources.id, guestResources.resourceId))
    .where(and(eq(guestResources.linkId, guestLinks.id), isNull(resources.removedAt)))
  const seen = db
    .select({ at: max(sessions.lastSeenAt) })
    .from(sessions)
    .where(eq(sessions.userId, guestLinks.userId))
  return db
    .select({
      link: guestLinks,
      madeBy: maker.name,
      guest: { name: users.name, email: users.email },
      opened: sql<{ id: string; title: string }[]>`(${opened})`,
      seenAt: sql<Date | null>`(${seen})`.mapWith(sessions.lastSeenAt),
    })
    .from(guestLinks)
    .innerJoin(maker, eq(maker.id, guestLinks.createdBy))
    .leftJoin(users, eq(users.id, guestLinks.userId))
}

const toGuestLink = ({
  link,
  madeBy,
  guest,
  opened,
  seenAt,
}: Awaited<ReturnType<typeof shownRows>>[number]): GuestLink => ({
  id: link.id,
  label: link.label,
  side: link.side,
  role: link.role,
  hasCode: link.codeHash !== null,
  resources: opened,
  createdBy: madeBy,
  createdAt: link.createdAt.toISOString(),
  expiresAt: link.expiresAt.toISOString(),
  revokedAt: link.revokedAt?.toISOString() ?? null,
  guest:
    link.userId && link.takenAt && guest
      ? {
          userId: link.userId,
          name: guest.name,
          hasAccount: guest.email !== null,
          lastSeenAt: later(link.takenAt, seenAt).toISOString(),
        }
      : null,
})

const later = (one: Date, other: Date | null): Date => (other && other > one ? other : one)

/**
 * Makes a link into resources of the project. Its secret is returned this once; only the SHA-256 of it is kept.
 * @throws Refusal `not_found` when one of them is not there, `too_many_guest_links`
 */
export async function createLink(
  database: Database,
  given: Omit<z.infer<typeof createGuestLink>, 'code'> & { projectId: string; codeHash: string | null },
  actor: TrailActor,
  { guestLinksPerProject: limit }: Pick<Limits, 'guestLinksPerProject'>,
): Promise<{ link: GuestLink; token: string }> {
  const { projectId, resourceIds, days, ...values } = given
  const token = randomBytes(32).toString('base64url')
  const wanted = [...new Set(resourceIds)]
  const link = await database.transaction(async (db) => {
    await db.select({ id: projects.id }).from(projects).where(eq(projects.id, projectId)).for('no key update')
    if ((await countGuestLinks(db, projectId)) >= limit) {
      throw new Refusal('too_many_guest_links', { limit })
    }
    if (!(await arePresentIn(db, projectId, wanted))) throw new Refusal('not_found')
    const expiresAt = new Date(Date.now() + days * dayMs)
    const [created] = await db
      .insert(guestLinks)
      .values({
        ...values,
        projectId,
        createdBy: actor.userId,
        expiresAt,
        tokenHash: sha256Hex(token),
      })
      .returning({ id: guestLinks.id })
    const { id } = created!
    await db.insert(guestResources).values(wanted.map((resourceId) => ({ linkId: id, resourceId })))
    const [row] = await shownRows(db).where(eq(guestLinks.id, id))
    const { side, role } = values
    const details = { side, role, documents: wanted.length, expiresAt: expiresAt.toISOString() }
    const subject = { guestLink: { id } }
    await appendTrail(db, projectId, [{ actor, action: 'guest.link_made', subject, details }])
    return toGuestLink(row!)
  })
  return { link, token }
}

/** Ends a link for good; returns who was in by it, if anybody. @throws Refusal `not_found` */
export async function revokeLink(
  database: Database,
  projectId: string,
  linkId: string,
  actor: TrailActor,
): Promise<string | null> {
  return database.transaction(async (db) => {
    const [revoked] = await revoke(db, projectId, eq(guestLinks.id, linkId), actor)
    if (!revoked) throw new Refusal('not_found')
    return revoked.userId
  })
}

/** Ends what somebody was let in by as a guest, in the transaction that takes them out of the project. */
export const revokeLinksOf = (
  db: Transaction,
  projectId: string,
  userId: string,
  actor: TrailActor,
): Promise<unknown> => revoke(db, projectId, and(eq(guestLinks.userId, userId), isOpenLink())!, actor)

async function revoke(db: Transaction, projectId: string, which: SQL, actor: TrailActor) {
  const revoked = await db
    .update(guestLinks)
    .set({ revokedAt: new Date() })
    .where(and(eq(guestLinks.projectId, projectId), which, isNull(guestLinks.revokedAt)))
    .returning({
      id: guestLinks.id,
      userId: guestLinks.userId,
      side: guestLinks.side,
      role: guestLinks.role,
      name: sql<string | null>`(select ${users.name} from ${users} where ${users.id} = ${guestLinks.userId})`,
    })
  const entries = revoked.map(({ id, userId, name, ...details }) => ({
    actor,
    action: 'guest.link_revoked' as const,
    subject: { guestLink: { id }, ...(userId !== null && name !== null && { person: { userId, name } }) },
    details,
  }))
  if (entries.length > 0) await appendTrail(db, projectId, entries)
  return revoked
}

/**
 * The link of a secret, while it opens.
 * @throws Refusal `guest_link_invalid`, `guest_link_revoked`, `guest_link_expired`
 */
export async function findOpenLink(db: Queries, token: string): Promise<LinkRow> {
  const [row] = await linkRows(db).where(eq(guestLinks.tokenHash, sha256Hex(token)))
  if (!row) throw new Refusal('guest_link_invalid')
  if (row.link.revokedAt) throw new Refusal('guest_link_revoked')
  if (row.link.expiresAt.getTime() <= Date.now()) throw new Refusal('guest_link_expired')
  return row
}
