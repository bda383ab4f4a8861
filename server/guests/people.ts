import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Person } from '../../shared/projects.ts'
import { users } from '../accounts/tables.ts'
import type { Queries } from '../db/database.ts'
import { resources } from '../resources/tables.ts'
import { members } from '../projects/tables.ts'
import { currentLinks } from './current-links.ts'
import { guestResources, guestLinks } from './tables.ts'

/** About how many rows it takes to read all of them: a guest is one for each resource of their link. */
export async function countPeopleRows(db: Queries, projectId: string): Promise<number> {
  const { rows } = await db.execute(sql`
    select (select count(*) from ${members} where ${members.projectId} = ${projectId}) + (
      select count(*) from ${guestResources} join ${guestLinks} on ${guestLinks.id} = ${guestResources.linkId}
      where ${guestLinks.projectId} = ${projectId}
    ) as rows`)
  return Number(rows[0]!.rows)
}

/**
 * Everybody who stands in a project, or those of `userIds` who do: its members, and the guests whom a link lets in, each
 * as far as it opens.
 */
export async function listPeople(
  db: Queries,
  projectId: string,
  userIds?: readonly string[],
): Promise<Person[]> {
  const joined = await db
    .select({ userId: members.userId, name: users.name, side: members.side })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.projectId, projectId), userIds && inArray(members.userId, [...userIds])))
    .orderBy(members.joinedAt, members.userId)
  const known = new Set(joined.map(({ userId }) => userId))
  // of a few it is known who need not be looked for
  const others = userIds?.filter((id) => !known.has(id))
  const guests = await listGuests(db, projectId, others)
  return [
    ...joined.map((one) => ({ ...one, resources: null })),
    ...guests.filter(({ userId }) => !known.has(userId)),
  ]
}

/** The guests of a project, or those of `userIds`. Of several links that one has, the one taken last counts, as wherever access is asked. */
export async function listGuests(
  db: Queries,
  projectId: string,
  userIds?: readonly string[],
): Promise<Person[]> {
  if (userIds?.length === 0) return []
  const named = userIds && inArray(guestLinks.userId, [...userIds])
  const current = currentLinks(db, and(eq(guestLinks.projectId, projectId), named)!)
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
