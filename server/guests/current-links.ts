import { and, asc, desc, eq, gt, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm'
import type { Placeholder, SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { Queries } from '../db/database.ts'
import { resources } from '../resources/tables.ts'
import { members } from '../projects/tables.ts'
import { guestResources, guestLinks } from './tables.ts'

/** Links that work at a moment (ISO 8601); a prepared statement is told it when it runs. */
export const isOpenLink = (at: string | Placeholder = new Date().toISOString()) =>
  and(isNull(guestLinks.revokedAt), gt(guestLinks.expiresAt, sql`${at}`))

/** The resources that a link opens, but for those that were removed since. */
export const listOpened = (db: Queries, linkId: string): Promise<{ id: string; title: string }[]> =>
  db
    .select({ id: resources.id, title: resources.title })
    .from(guestResources)
    .innerJoin(resources, eq(resources.id, guestResources.resourceId))
    .where(and(eq(guestResources.linkId, linkId), isNull(resources.removedAt)))
    .orderBy(asc(resources.createdAt))

/** The links that count now, one for each guest of a project: of several the one taken last, as wherever access is asked. */
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
