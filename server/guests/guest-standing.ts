import { and, asc, desc, eq, gt, inArray, isNotNull, isNull, or, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { Standing } from '../../shared/projects.ts'
import type { Queries } from '../db/database.ts'
import { resources } from '../resources/tables.ts'
import { members, projects } from '../projects/tables.ts'
import { guestResources, guestLinks } from './tables.ts'

/** A standing that reaches no further than these resources. */
export type GuestStanding = Standing & { guestUntil: string; resources: string[] }

/** Links that open a door now. */
export const isOpenLink = () => and(isNull(guestLinks.revokedAt), gt(guestLinks.expiresAt, new Date()))

/** What the link that a user took last opens in a project; null when they have none that still works. */
export async function guestStandingIn(
  db: Queries,
  userId: string,
  projectId: string,
): Promise<GuestStanding | null> {
  const [link] = await db
    .select({
      id: guestLinks.id,
      side: guestLinks.side,
      role: guestLinks.role,
      until: guestLinks.expiresAt,
      phase: projects.phase,
    })
    .from(guestLinks)
    .innerJoin(projects, eq(projects.id, guestLinks.projectId))
    .where(and(eq(guestLinks.userId, userId), eq(guestLinks.projectId, projectId), isOpenLink()))
    .orderBy(desc(guestLinks.takenAt))
    .limit(1)
  if (!link) return null
  const { id, side, role, phase, until } = link
  const opened = await listOpened(db, id)
  return {
    userId,
    side,
    role,
    phase,
    guestUntil: until.toISOString(),
    resources: opened.map((resource) => resource.id),
  }
}

/** The resources that a link opens, but for those that were removed since. */
export const listOpened = async (db: Queries, linkId: string): Promise<{ id: string; title: string }[]> =>
  (await listOpenedByEach(db, [linkId])).get(linkId) ?? []

/** The same of many links in one query, by link; one that opens nothing is missing. */
export async function listOpenedByEach(
  db: Queries,
  linkIds: string[],
): Promise<Map<string, { id: string; title: string }[]>> {
  const rows = await db
    .select({ linkId: guestResources.linkId, id: resources.id, title: resources.title })
    .from(guestResources)
    .innerJoin(resources, eq(resources.id, guestResources.resourceId))
    .where(and(inArray(guestResources.linkId, linkIds), isNull(resources.removedAt)))
    .orderBy(asc(resources.createdAt))
  const byLink = new Map<string, { id: string; title: string }[]>()
  for (const { linkId, ...resource } of rows) {
    const opened = byLink.get(linkId)
    if (opened) opened.push(resource)
    else byLink.set(linkId, [resource])
  }
  return byLink
}

/** The links that count now, one for each guest of a project: of several the one taken last, as at the door. */
export const currentLinks = (db: Queries, which: SQL) =>
  db
    .selectDistinctOn([guestLinks.projectId, guestLinks.userId], {
      linkId: guestLinks.id,
      projectId: guestLinks.projectId,
      userId: guestLinks.userId,
      side: guestLinks.side,
      role: guestLinks.role,
      takenAt: guestLinks.takenAt,
    })
    .from(guestLinks)
    .where(and(which, isNotNull(guestLinks.userId), isOpenLink()))
    .orderBy(guestLinks.projectId, guestLinks.userId, desc(guestLinks.takenAt))
    .as('current')

/** Of rows about a project, and perhaps a resource of it: those that a user may see, as a member or as a guest. */
export function isSeenBy(
  db: Queries,
  userId: string,
  row: { projectId: PgColumn; resourceId: PgColumn },
): SQL {
  const current = currentLinks(db, eq(guestLinks.userId, userId))
  const joined = db.select({ projectId: members.projectId }).from(members).where(eq(members.userId, userId))
  const opened = db
    .select({ resourceId: guestResources.resourceId })
    .from(current)
    .innerJoin(guestResources, eq(guestResources.linkId, current.linkId))
  return or(inArray(row.projectId, joined), inArray(row.resourceId, opened))!
}
