import { and, asc, desc, eq, gt, isNull } from 'drizzle-orm'
import type { Standing } from '../../shared/projects.ts'
import type { Queries } from '../db/database.ts'
import { documents } from '../documents/tables.ts'
import { projects } from '../projects/tables.ts'
import { guestDocuments, guestLinks } from './tables.ts'

/** A standing that reaches no further than these documents. */
export type GuestStanding = Standing & { guestUntil: string; documents: string[] }

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
    documents: opened.map((document) => document.id),
  }
}

/** The documents that a link opens, but for those that were removed since. */
export function listOpened(db: Queries, linkId: string): Promise<{ id: string; title: string }[]> {
  return db
    .select({ id: documents.id, title: documents.title })
    .from(guestDocuments)
    .innerJoin(documents, eq(documents.id, guestDocuments.documentId))
    .where(and(eq(guestDocuments.linkId, linkId), isNull(documents.removedAt)))
    .orderBy(asc(documents.createdAt))
}

/** The projects that a user has come into by a link that still works. */
export async function guestProjectIds(db: Queries, userId: string): Promise<string[]> {
  const rows = await db
    .selectDistinct({ projectId: guestLinks.projectId })
    .from(guestLinks)
    .where(and(eq(guestLinks.userId, userId), isOpenLink()))
  return rows.map(({ projectId }) => projectId)
}
