import { eq } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import type { Database } from '../db/database.ts'
import type { Guessing, Origin } from './guessing.ts'
import { knownDevice } from './device.ts'
import { fitsPassword } from './passwords.ts'
import { users } from './tables.ts'

export type UserRow = typeof users.$inferSelect

/** The two places where a password is asked: at the door, and again before something that only its owner may do. */
export function createCredentials(database: Database, guessing: Guessing) {
  return {
    /**
     * The account that e-mail and password open. An unknown e-mail is refused like a wrong password, after the same
     * time. @throws Refusal `wrong_credentials`, `too_many_requests`
     */
    async signIn(
      email: string,
      password: string,
      from: { address: string; mark?: string },
    ): Promise<UserRow> {
      const [user] = await database.select().from(users).where(eq(users.email, email))
      const passwordHash = user?.passwordHash ?? null
      const origin = { address: from.address, device: knownDevice(from.mark, passwordHash) }
      const right = await guessing.attempt(email, origin, () => fitsPassword(passwordHash, password))
      if (!user || !right) throw new Refusal('wrong_credentials')
      return user
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
