import type { Logger } from 'pino'
import { and, asc, eq, gt, isNull } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import type { Database } from '../db/database.ts'
import type { LoginThrottle, Origin } from './login-throttle.ts'
import { knownDevice } from './device.ts'
import type { Passwords } from './passwords.ts'
import { users } from './tables.ts'

export type UserRow = typeof users.$inferSelect

interface From {
  /** The network address. */
  address: string
  /** What the browser keeps of an earlier sign-in. */
  mark?: string
  /** Ends the waiting for a turn when nobody waits for the answer any more. */
  signal?: AbortSignal
}

/** The two places where a password is asked: at the door, and again before something that only its owner may do. */
export function createCredentials(
  database: Database,
  throttle: LoginThrottle,
  passwords: Pick<Passwords, 'fits'>,
  limits: Limits,
) {
  /**
   * The account that the password opens, of the first `most` that name the address: of who was on this device before, of
   * who confirmed it, of who named it first. Before a refusal `most` passwords are checked. The device's own lane is for
   * the account that knows the device alone: anybody may make one that names the address of somebody else.
   */
  async function open(email: string, password: string, from: From, most: number): Promise<UserRow> {
    const all = await database
      .select()
      .from(users)
      .where(eq(users.email, email))
      .orderBy(isNull(users.emailConfirmedAt), asc(users.createdAt))
    const deviceOf = (row: UserRow) => knownDevice(from.mark, row.passwordHash)
    const known = all.find((row) => deviceOf(row) !== null)
    if (known) {
      const opened = await attempt(email, deviceOf(known), [known], password, from)
      if (opened) return opened
    }
    const places = known ? most - 1 : most
    const others = all.filter((row) => row !== known)
    const tried = Array.from({ length: places }, (_, at) => others[at] ?? null)
    // also where there is nobody else: that is nobody's business
    const opened = await attempt(email, null, tried, password, from)
    if (!opened) throw new Refusal('wrong_credentials')
    return opened
  }

  /** The first account that the password opens. Where a row is null, the time of a password is taken. */
  async function attempt(
    who: string,
    device: string | null,
    rows: readonly (UserRow | null)[],
    password: string,
    { address, signal }: From,
  ): Promise<UserRow | null> {
    let opened: UserRow | null = null
    await throttle.attempt(who, { address, device }, async (looked) => {
      for (const row of rows) {
        const fits = await passwords.fits(row?.passwordHash ?? null, password, address, signal)
        looked()
        if (!fits) continue
        opened = row
        return true
      }
      return false
    })
    return opened
  }

  return {
    /**
     * The account that e-mail and password open; of several that name the address, the password decides. Every refusal
     * takes the time of the same number of passwords, whether none, one or many name the address. Who comes after so
     * many confirms the address by mail, and is the first from then on.
     * @throws Refusal `wrong_credentials`, `too_many_requests`
     */
    signIn(email: string, password: string, from: From): Promise<UserRow> {
      return open(email, password, from, limits.accountsTriedPerSignIn)
    },

    /**
     * The same for who reads the address' mail: all that name the address are tried, a part of them at a time in the
     * order of their random ids, so that nobody can stand before somebody else. How many there are is no secret to its
     * reader. `after`: the id that the part before ended with.
     * @throws Refusal `wrong_credentials`, `too_many_requests`, `confirmation_goes_on` with the `after` of the next part
     */
    async signInByMail(
      mail: { id: string; email: string },
      password: string,
      from: From,
      after = '',
    ): Promise<UserRow> {
      const most = limits.accountsTriedPerMail
      const rows = await database
        .select()
        .from(users)
        .where(and(eq(users.email, mail.email), gt(users.id, after)))
        .orderBy(asc(users.id))
        .limit(most + 1)
      const tried = rows.slice(0, most)
      // a lane of its own: strangers who guess at the address do not hold up who reads its mail
      const opened = await attempt(`mail ${mail.id}`, null, tried, password, from)
      if (opened) return opened
      if (rows.length > most) throw new Refusal('confirmation_goes_on', { after: tried.at(-1)!.id })
      throw new Refusal('wrong_credentials')
    },

    /** Makes sure that whoever holds the session also knows the password. @throws Refusal `wrong_password`, `too_many_requests` */
    async confirm(
      userId: string,
      password: string,
      from: { address: string; sessionId: string; signal?: AbortSignal },
    ): Promise<void> {
      const [user] = await database.select().from(users).where(eq(users.id, userId))
      const origin: Origin = { address: from.address, device: from.sessionId }
      const right = await throttle.attempt(userId, origin, () =>
        passwords.fits(user?.passwordHash ?? null, password, from.address, from.signal),
      )
      if (!right) throw new Refusal('wrong_password')
    },
  }
}

/** Logs a sign-in that was refused, with the address that it came from and the account that it named. */
export function noteFailedSignIn(log: Logger, { code }: Refusal, account: string, address: string): void {
  log.info({ event: 'sign-in failed', code, account, address })
}

export type Credentials = ReturnType<typeof createCredentials>
