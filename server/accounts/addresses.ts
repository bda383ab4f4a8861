import { createHash } from 'node:crypto'
import { and, count, desc, eq, gt, isNotNull, isNull, lt, min, ne, sql } from 'drizzle-orm'
import type { AddressState, Locale } from '../../shared/accounts.ts'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import type { Database, Queries } from '../db/database.ts'
import { networkOf } from '../http/address.ts'
import { emailConfirmations, users } from './tables.ts'

interface Needs {
  database: Database
  limits: Limits
  /** False without a mail server: then nobody is asked, and who names an address first has it. */
  sendsMail: boolean
  /** Has a mail sent that asks, in the transaction that noted it. */
  queueMail(db: Queries, confirmationId: string): Promise<void>
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** A mail that is asked for again right after the last is on its way still (ms). */
const againAfterMs = 60_000

/** The SHA-256 by which the secret of a mail is kept. */
export const hashOfConfirmation = (token: string): string => createHash('sha256').update(token).digest('hex')

/**
 * Whose an address is. Several accounts may name one; it is theirs who, reading its mail, says so, and blocks others
 * from then on. The mail that asks is one for all who name the address, holds nobody's words, and confirms the account
 * whose password is known to its reader: who names another's address gains nothing by the other's click.
 */
export function createAddresses({ database, limits, sendsMail, queueMail }: Needs) {
  const asked = new Map<string, number[]>()

  /** One at a time for an address, until the transaction ends. */
  const lock = (db: Queries, email: string) =>
    db.execute(sql`select pg_advisory_xact_lock(46, hashtext(${email}))`)

  /** Counts a mail for the place that caused it; the moments of the last hour are kept. */
  function takeFrom(source: string): boolean {
    const now = performance.now()
    const since = now - hourMs
    for (const [known, moments] of asked) {
      if (moments.at(-1)! >= since) break
      asked.delete(known)
    }
    const moments = (asked.get(source) ?? []).filter((at) => at >= since)
    if (moments.length >= limits.confirmationMailsPerSource) return false
    asked.delete(source)
    asked.set(source, [...moments, now])
    return true
  }

  const isOpen = (email: string) =>
    and(
      eq(emailConfirmations.email, email),
      isNull(emailConfirmations.usedAt),
      gt(emailConfirmations.expiresAt, new Date()),
    )

  const isAnothers = (email: string, userId: string) =>
    and(eq(users.email, email), isNotNull(users.emailConfirmedAt), ne(users.id, userId))

  const refuseFor = (ms: number): never => {
    throw new Refusal('too_many_requests', { seconds: Math.max(1, Math.ceil(ms / 1000)) })
  }

  return {
    /**
     * Makes sure that an account may name an address, part of the transaction that writes it down: nobody confirmed it,
     * and without a mail server nobody else names it. @throws Refusal `email_taken`
     */
    async claim(db: Queries, email: string, userId?: string): Promise<void> {
      await lock(db, email)
      const others = and(
        eq(users.email, email),
        userId === undefined ? undefined : ne(users.id, userId),
        sendsMail ? isNotNull(users.emailConfirmedAt) : undefined,
      )
      if ((await db.$count(users, others)) > 0) throw new Refusal('email_taken')
    },

    /**
     * Sends the mail that asks, unless one is on its way or was sent and is good still; `source`: the network address
     * that caused it. Silent when there were too many.
     */
    async ask(email: string, locale: Locale, source: string): Promise<void> {
      await this.send(email, locale, source, false)
    },

    /** Sends it once more, as its reader wishes. @throws Refusal `too_many_requests`, with the seconds to wait */
    async askAgain(email: string, locale: Locale, source: string): Promise<void> {
      await this.send(email, locale, source, true)
    },

    async send(email: string, locale: Locale, source: string, isWish: boolean): Promise<void> {
      if (!sendsMail) return
      await database.transaction(async (db) => {
        await lock(db, email)
        const since = new Date(Date.now() - dayMs)
        await db.delete(emailConfirmations).where(lt(emailConfirmations.expiresAt, since))
        const [last] = await db
          .select()
          .from(emailConfirmations)
          .where(isOpen(email))
          .orderBy(desc(emailConfirmations.createdAt))
          .limit(1)
        if (last && !isWish) return
        const age = last ? Date.now() - last.createdAt.getTime() : againAfterMs
        if (age < againAfterMs) return refuseFor(againAfterMs - age)
        const [sent] = await db
          .select({ size: count(), first: min(emailConfirmations.createdAt) })
          .from(emailConfirmations)
          .where(and(eq(emailConfirmations.email, email), gt(emailConfirmations.createdAt, since)))
        if (sent!.size >= limits.confirmationMailsPerAddress) {
          return isWish ? refuseFor(sent!.first!.getTime() + dayMs - Date.now()) : undefined
        }
        if (!takeFrom(networkOf(source))) return isWish ? refuseFor(hourMs) : undefined
        const expiresAt = new Date(Date.now() + limits.confirmationHours * hourMs)
        const [made] = await db
          .insert(emailConfirmations)
          .values({ email, locale, expiresAt })
          .returning({ id: emailConfirmations.id })
        await queueMail(db, made!.id)
      })
    },

    /** How an account stands to the address that it names. */
    async stateOf(userId: string): Promise<{ email: string; state: AddressState }> {
      const [row] = await database.select().from(users).where(eq(users.id, userId))
      const email = row?.email ?? ''
      const state = async (): Promise<AddressState> => {
        if (row?.emailConfirmedAt) return 'confirmed'
        if (!sendsMail) return 'unneeded'
        if ((await database.$count(users, isAnothers(email, userId))) > 0) return 'taken'
        return (await database.$count(emailConfirmations, isOpen(email))) > 0 ? 'asked' : 'unasked'
      }
      return { email, state: await state() }
    },

    /**
     * The address that a mail's secret is about; looking spends nothing.
     * @throws Refusal `confirmation_invalid`, `confirmation_used`, `confirmation_expired`
     */
    async read(token: string): Promise<{ id: string; email: string }> {
      const isThis = eq(emailConfirmations.tokenHash, hashOfConfirmation(token))
      const [row] = await database.select().from(emailConfirmations).where(isThis)
      if (!row) throw new Refusal('confirmation_invalid')
      if (row.usedAt) throw new Refusal('confirmation_used')
      if (row.expiresAt.getTime() <= Date.now()) throw new Refusal('confirmation_expired')
      return { id: row.id, email: row.email }
    },

    /**
     * Gives an address to the account, which names it; of two who do so at the same moment, one is told that it is
     * taken. `passwordHash`: of the password that opened the account, if one did.
     * @throws Refusal `confirmation_used`, `email_taken`, `not_found` when the account names another by now,
     * `wrong_credentials` when it has another password by now
     */
    async confirm(
      { id, email }: { id: string; email: string },
      userId: string,
      passwordHash?: string | null,
    ): Promise<void> {
      await database.transaction(async (db) => {
        await lock(db, email)
        const usedAt = new Date()
        const spent = await db
          .update(emailConfirmations)
          .set({ usedAt })
          .where(and(eq(emailConfirmations.id, id), isNull(emailConfirmations.usedAt)))
          .returning({ id: emailConfirmations.id })
        if (spent.length === 0) throw new Refusal('confirmation_used')
        if ((await db.$count(users, isAnothers(email, userId))) > 0) throw new Refusal('email_taken')
        const given = await db
          .update(users)
          .set({ emailConfirmedAt: usedAt })
          .where(and(eq(users.id, userId), eq(users.email, email)))
          .returning({ passwordHash: users.passwordHash })
        if (given.length === 0) throw new Refusal('not_found')
        const isChanged = passwordHash !== undefined && given[0]!.passwordHash !== passwordHash
        if (isChanged) throw new Refusal('wrong_credentials')
        // the other mails of this address asked the same
        await db.update(emailConfirmations).set({ usedAt }).where(isOpen(email))
      })
    },
  }
}

export type Addresses = ReturnType<typeof createAddresses>
