import { and, eq, isNull } from 'drizzle-orm'
import type { Person } from '../../shared/projects.ts'
import { users } from '../accounts/tables.ts'
import type { Queries } from '../db/database.ts'
import { resources } from '../resources/tables.ts'
import { members } from '../projects/tables.ts'
import { countGuestLinks } from './guest-links.ts'
import { currentLinks } from './guest-standing.ts'
import { guestResources, guestLinks } from './tables.ts'

/** About how many stand in a project: who came by a link that is over, or by two, is counted too. */
export const countPeople = async (db: Queries, projectId: string): Promise<number> =>
  (await db.$count(members, eq(members.projectId, projectId))) + (await countGuestLinks(db, projectId))

/** Everybody who stands in a project: its members, and the guests whom a link lets in, each as far as it opens. */
export async function listPeople(db: Queries, projectId: string): Promise<Person[]> {
  const joined = await db
    .select({ userId: members.userId, name: users.name, side: members.side })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(eq(members.projectId, projectId))
    .orderBy(members.joinedAt, members.userId)
  const known = new Set(joined.map(({ userId }) => userId))
  const guests = await listGuests(db, projectId)
  return [
    ...joined.map((one) => ({ ...one, resources: null })),
    ...guests.filter(({ userId }) => !known.has(userId)),
  ]
}

/** Of several links that a guest has, the one taken last counts, as at the door. */
export async function listGuests(db: Queries, projectId: string): Promise<Person[]> {
  const current = currentLinks(db, eq(guestLinks.projectId, projectId))
  const rows = await db
    .select({
      userId: users.id,
      name: users.name,
      side: current.side,
      resourceId: guestResources.resourceId,
    })
    .from(current)
    .innerJoin(users, eq(users.id, current.userId))
    .innerJoin(guestResources, eq(guestResources.linkId, current.linkId))
    .innerJoin(resources, and(eq(resources.id, guestResources.resourceId), isNull(resources.removedAt)))
    .orderBy(users.name, users.id)
  const byId = new Map<string, Person & { resources: string[] }>()
  for (const { resourceId, ...guest } of rows) {
    if (!byId.has(guest.userId)) byId.set(guest.userId, { ...guest, resources: [] })
    byId.get(guest.userId)!.resources.push(resourceId)
  }
  return [...byId.values()]
}
