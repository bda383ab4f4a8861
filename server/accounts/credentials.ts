import { asc, eq, isNull } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import type { Database } from '../db/database.ts'
import type { Guessing, Origin } from './guessing.ts'
import { knownDevice } from './device.ts'
import { fitsPassword } from './passwords.ts'
import { users } from './tables.ts'

export type UserRow = typeof users.$inferSelect

/**
 * So many accounts that name one address are tried, as each costs the time of a password. Who comes after them confirms
 * the address by mail, and is the first from then on.
 */
const mostTried = 5

/** The two places where a password is asked: at the door, and again before something that only its owner may do. */
export function createCredentials(database: Database, guessing: Guessing) {
  return {
    /**
     * The account that e-mail and password open. Of several that name the address, the password decides: that of who
     * confirmed it, of who was on this device before, of who named it first. An unknown e-mail is refused like a wrong
     * password, after the same time. @throws Refusal `wrong_credentials`, `too_many_requests`
     */
    async signIn(
      email: string,
      password: string,
      from: { address: string; mark?: string },
    ): Promise<UserRow> {
      const all = await database
        .select()
        .from(users)
        .where(eq(users.email, email))
        .orderBy(isNull(users.emailConfirmedAt), asc(users.createdAt))
      const isKnown = ({ passwordHash }: UserRow) => knownDevice(from.mark, passwordHash) !== null
      const known = all.find(isKnown)
      const confirmed = all.filter(({ emailConfirmedAt }) => emailConfirmedAt)
      const tried = [...new Set([...confirmed, ...(known ? [known] : []), ...all])].slice(0, mostTried)
      let opened: UserRow | undefined
      const origin = {
        address: from.address,
        device: knownDevice(from.mark, known?.passwordHash ?? null),
      }
      const right = await guessing.attempt(email, origin, async () => {
        // side by side, and one where there is none: how many name the address is not told by the time that it takes
        const hashes = tried.length > 0 ? tried.map(({ passwordHash }) => passwordHash) : [null]
        const fits = await Promise.all(hashes.map((hash) => fitsPassword(hash, password)))
        opened = tried[fits.indexOf(true)]
        return opened !== undefined
      })
      if (!opened || !right) throw new Refusal('wrong_credentials')
      return opened
    },

    /** Makes sure that whoever holds the session also knows the password. @throws Refusal `wrong_password`, `too_many_requests` */
    async confirm(
      userId: string,
      password: string,
      from: { address: string; sessionId: string },
    ): Promise<void> {
      const [user] = await database.select().from(users).where(eq(users.id, userId))
      const origin: Origin = { address: from.address, device: from.sessionId }
      const right = await guessing.attempt(userId, origin, () =>
        fitsPassword(user?.passwordHash ?? null, password),
      )
      if (!right) throw new Refusal('wrong_password')
    },
  }
}

export type Credentials = ReturnType<typeof createCredentials>
