import { and, asc, eq, isNull } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import type { Addresses } from '../accounts/addresses.ts'
import { setByOwner } from '../accounts/own-password.ts'
import { sessions, users } from '../accounts/tables.ts'
import type { Database } from '../db/database.ts'
import { stillMay } from '../http/access-recheck.ts'
import { appendTrail } from '../trail/append.ts'
import { guestLinks } from './tables.ts'

/**
 * Makes a guest an account, which every project that the guest came into is told in its trail, and ends their sessions. The projects are gone
 * through in one order, so that two who do this never wait for each other.
 * @throws Refusal `account_present`, `email_taken`
 */
export async function becomeAccount(
  database: Database,
  addresses: Pick<Addresses, 'claim'>,
  userId: string,
  given: { email: string; firm?: string; passwordHash: string },
): Promise<typeof users.$inferSelect> {
  return database.transaction(async (db) => {
    await addresses.claim(db, given.email)
    await setByOwner(db)
    const [claimed] = await db
      .update(users)
      .set(given)
      .where(and(eq(users.id, userId), isNull(users.email)))
      .returning()
    if (!claimed) throw new Refusal('account_present')
    const taken = await db
      .select({ projectId: guestLinks.projectId, side: guestLinks.side })
      .from(guestLinks)
      .where(eq(guestLinks.userId, userId))
      .orderBy(asc(guestLinks.takenAt))
    const sides = new Map(taken.map(({ projectId, side }) => [projectId, side]))
    for (const projectId of [...sides.keys()].toSorted()) {
      const actor = { userId, name: claimed.name, side: sides.get(projectId)! }
      await appendTrail(db, projectId, [{ actor, action: 'guest.claimed' }])
    }
    await stillMay(db)
    // who held the guest's session until now does not hold the account's
    await db.delete(sessions).where(eq(sessions.userId, userId))
    return claimed
  })
}
