import type { Logger } from 'pino'
import { and, asc, eq, gt, isNull } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import type { Database } from '../db/database.ts'
import type { Guessing, Origin } from './guessing.ts'
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
  guessing: Guessing,
  passwords: Pick<Passwords, 'fits'>,
  limits: Limits,
) {
  /**
   * The account that the password opens, of the first `most` that name the address: of who confirmed it, of who was on
   * this device before, of who named it first. Before a refusal `most` passwords are checked.
   */
  async function open(email: string, password: string, from: From, most: number): Promise<UserRow> {
    const all = await database
      .select()
      .from(users)
      .where(eq(users.email, email))
      .orderBy(isNull(users.emailConfirmedAt), asc(users.createdAt))
    const isKnown = ({ passwordHash }: UserRow) => knownDevice(from.mark, passwordHash) !== null
    const known = all.find(isKnown)
    const confirmed = all.filter(({ emailConfirmedAt }) => emailConfirmedAt)
    const tried = [...new Set([...confirmed, ...(known ? [known] : []), ...all])].slice(0, most)
    let opened: UserRow | undefined
    const origin = {
      address: from.address,
      device: knownDevice(from.mark, known?.passwordHash ?? null),
    }
    const right = await guessing.attempt(email, origin, async () => {
      // one after another, so that nobody takes all cores
      for (let at = 0; at < most && !opened; at++) {
        // oxlint-disable-next-line no-await-in-loop -- see above
        const fits = await passwords.fits(
          tried[at]?.passwordHash ?? null,
          password,
          from.address,
          from.signal,
        )
        if (fits) opened = tried[at]
      }
      return opened !== undefined
    })
    if (!opened || !right) throw new Refusal('wrong_credentials')
    return opened
  }

  /** One after another, so that nobody takes all cores. */
  async function firstThatFits(
    rows: readonly UserRow[],
    password: string,
    { address, signal }: From,
  ): Promise<UserRow | undefined> {
    for (const row of rows) {
      // oxlint-disable-next-line no-await-in-loop -- see above
      if (await passwords.fits(row.passwordHash, password, address, signal)) return row
    }
    return undefined
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
      let opened: UserRow | undefined
      // a lane of its own: strangers who guess at the address do not hold up who reads its mail
      await guessing.attempt(`mail ${mail.id}`, { address: from.address, device: null }, async () => {
        opened = await firstThatFits(tried, password, from)
        return opened !== undefined
      })
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
      const right = await guessing.attempt(userId, origin, () =>
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
