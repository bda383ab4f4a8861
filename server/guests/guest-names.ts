import { and, eq, inArray, ne } from 'drizzle-orm'
import type { User } from '../../shared/accounts.ts'
import { Refusal } from '../../shared/errors.ts'
import { nameKey } from '../../shared/text/name-key.ts'
import { users } from '../accounts/tables.ts'
import type { Queries } from '../db/database.ts'
import { members } from '../projects/tables.ts'
import { currentLinks } from './current-links.ts'
import { guestLinks } from './tables.ts'

/**
 * Whoever has no account is known by nothing but the name that they give themselves: nobody enters, or goes on, under
 * one that somebody else in these projects has. @throws Refusal `guest_name_taken`
 */
async function refuseOthersName(
  db: Queries,
  name: string,
  projectIds: string[],
  userId: string | null,
): Promise<void> {
  if (projectIds.length === 0) return
  const others = userId === null ? undefined : ne(users.id, userId)
  const joined = await db
    .selectDistinct({ name: users.name })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(inArray(members.projectId, projectIds), others))
  const current = currentLinks(db, inArray(guestLinks.projectId, projectIds))
  const guests = await db
    .selectDistinct({ name: users.name })
    .from(current)
    .innerJoin(users, eq(users.id, current.userId))
    .where(others)
  const key = nameKey(name)
  if ([...joined, ...guests].some((one) => nameKey(one.name) === key)) throw new Refusal('guest_name_taken')
}

/** For a guest who comes into a project, `user` where they are one elsewhere already. @throws Refusal `guest_name_taken` */
export const checkNameOfNewGuest = (
  db: Queries,
  projectId: string,
  name: string,
  user: User | null,
): Promise<void> => refuseOthersName(db, name, [projectId], user?.id ?? null)

/** For a guest who calls themselves otherwise from now on. @throws Refusal `guest_name_taken` */
export async function checkNewName(db: Queries, user: User, name: string): Promise<void> {
  if (user.email !== null || nameKey(name) === nameKey(user.name)) return
  const current = currentLinks(db, eq(guestLinks.userId, user.id))
  const taken = await db.select({ projectId: current.projectId }).from(current)
  await refuseOthersName(
    db,
    name,
    taken.map(({ projectId }) => projectId),
    user.id,
  )
}
