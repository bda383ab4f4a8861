import { z } from '@hono/zod-openapi'
import { eq } from 'drizzle-orm'
import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import {
  changeAccount,
  changePassword,
  createAccount,
  createSession,
  session as sessionShape,
  user as userShape,
  type User,
} from '../../shared/accounts.ts'
import type { Counter } from '../../shared/rules/counter.ts'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import { perHour, takeOrRefuse } from '../../shared/rules/token-bucket.ts'
import type { Queries } from '../db/database.ts'
import { addressOf, wideNetworkOf } from '../http/address.ts'
import { ofNewPassword } from '../http/refusals.ts'
import { declareRoute, feature, json, nothing, type Env } from '../http/route.ts'
import { wantedLocale } from '../http/locale.ts'
import { stillMay } from '../http/access-recheck.ts'
import type { Bus } from '../rooms/ports.ts'
import type { Addresses } from './addresses.ts'
import { noteFailedSignIn, type Credentials } from './credentials.ts'
import { markDevice } from './device.ts'
import { setByOwner } from './own-password.ts'
import type { Passwords } from './passwords.ts'
import type { Sessions } from './sessions.ts'
import { users } from './tables.ts'

interface Needs {
  limits: Pick<Limits, 'signUpsPerHour'>
  counter: Counter
  sessions: Sessions
  credentials: Credentials
  passwords: Passwords
  addresses: Addresses
  recheck: Bus['recheck']
  /** Refuses a guest the name of somebody whom they meet. */
  checkNewName: (db: Queries, user: User, name: string) => Promise<void>
  /** Served by https: cookies are marked so. */
  secure: boolean
}

const oneUser = z.object({ user: userShape })
const sessionList = z.object({ sessions: z.array(sessionShape) })

/** Accounts and sessions: who somebody is, on which devices, and by what password. */
export function accountRoutes(needs: Needs) {
  const { limits, counter, sessions, credentials, passwords, addresses, recheck, secure, checkNewName } =
    needs
  const signUps = counter.buckets('accounts by network')
  const deviceCookie = secure ? '__Host-device' : 'device'

  /**
   * Signs in on this browser under a new secret; a session that it had before ends.
   * @throws Refusal `wrong_credentials` when the password that was checked is not the account's any more
   */
  async function admit(c: Context<Env>, account: User & { passwordHash: string | null }): Promise<void> {
    const before = await sessions.read(c.req.header('cookie'))
    // another tab may have ended it meanwhile
    if (before && (await sessions.end(before.user.id, before.sessionId)))
      await recheck({ userId: before.user.id, sessionId: before.sessionId })
    if (!(await sessions.open(c, account))) throw new Refusal('wrong_credentials')
    if (account.passwordHash === null) return
    const attributes = {
      httpOnly: true,
      sameSite: 'Strict',
      path: '/',
      secure,
      maxAge: 400 * 86_400,
    } as const
    setCookie(c, deviceCookie, markDevice(account.passwordHash), attributes)
  }

  /** Counts what makes an account for the network that asks; what made none is not counted. */
  async function asSignUp<Made>(c: Context<Env>, make: () => Promise<Made>): Promise<Made> {
    const rate = signUps.use(wideNetworkOf(addressOf(c)), ...perHour(limits.signUpsPerHour))
    takeOrRefuse(rate, performance.now())
    try {
      return await make()
    } catch (failure) {
      rate.giveBack(1)
      throw failure
    }
  }

  async function endSession(userId: string, sessionId: string): Promise<void> {
    if (!(await sessions.end(userId, sessionId))) throw new Refusal('not_found')
    await recheck({ userId, sessionId })
  }

  return feature('Accounts')
    .openapi(
      declareRoute('public', {
        method: 'post',
        path: '/api/accounts',
        operationId: 'createAccount',
        summary: 'Create an account and sign in',
        refusals: [...ofNewPassword, 'email_taken', 'wrong_credentials'],
        request: { body: json(createAccount) },
        responses: { 201: json(oneUser, 'Created and signed in') },
      }),
      async (c) => {
        const { password, ...given } = c.req.valid('json')
        const locale = given.locale ?? wantedLocale(c)
        const created = await asSignUp(c, async () => {
          const passwordHash = await passwords.hash(password, addressOf(c), c.req.raw.signal)
          return c.var.database.transaction(async (db) => {
            await addresses.claim(db, given.email)
            const [made] = await db
              .insert(users)
              .values({ ...given, locale, passwordHash })
              .returning()
            return made!
          })
        })
        await addresses.ask(given.email, locale, addressOf(c))
        await admit(c, created)
        c.var.log.info({ event: 'account created', userId: created.id })
        return c.json({ user: publicUser(created) }, 201)
      },
    )
    .openapi(
      declareRoute('public', {
        method: 'post',
        path: '/api/sessions',
        operationId: 'signIn',
        summary: 'Sign in',
        refusals: ['wrong_credentials'],
        request: { body: json(createSession) },
        responses: { 201: json(oneUser, 'Signed in') },
      }),
      async (c) => {
        const { email, password } = c.req.valid('json')
        const from = { address: addressOf(c), signal: c.req.raw.signal, mark: getCookie(c, deviceCookie) }
        const account = await credentials.signIn(email, password, from).catch((failure: unknown) => {
          if (failure instanceof Refusal) noteFailedSignIn(c.var.log, failure, email, from.address)
          throw failure
        })
        await admit(c, account)
        c.var.log.info({ event: 'signed in', userId: account.id })
        // where mail began to be sent later, people are asked when they come
        const { state } = await addresses.stateOf(account.id)
        if (state === 'unasked') await addresses.ask(email, account.locale, addressOf(c))
        return c.json({ user: publicUser(account) }, 201)
      },
    )
    .openapi(
      declareRoute('session', {
        method: 'delete',
        path: '/api/sessions/current',
        operationId: 'signOut',
        summary: 'Sign out of this browser',
        refusals: ['not_found'],
        responses: { 204: nothing },
      }),
      async (c) => {
        await endSession(c.var.user.id, c.var.sessionId)
        sessions.forget(c)
        c.var.log.info({ event: 'signed out', userId: c.var.user.id })
        return c.body(null, 204)
      },
    )
    .openapi(
      declareRoute('account', {
        method: 'get',
        path: '/api/sessions',
        operationId: 'listSessions',
        summary: 'List my signed-in devices',
        responses: { 200: json(sessionList) },
      }),
      async (c) => c.json({ sessions: await sessions.list(c.var.user.id, c.var.sessionId) }, 200),
    )
    .openapi(
      declareRoute('account', {
        method: 'delete',
        path: '/api/sessions/{sessionId}',
        operationId: 'endSession',
        summary: 'Sign out one device',
        refusals: ['not_found'],
        request: { params: z.object({ sessionId: z.string() }) },
        responses: { 204: nothing },
      }),
      async (c) => {
        await endSession(c.var.user.id, c.req.valid('param').sessionId)
        return c.body(null, 204)
      },
    )
    .openapi(
      declareRoute('account', {
        method: 'delete',
        path: '/api/sessions',
        operationId: 'endOtherSessions',
        summary: 'Sign out all other devices',
        responses: { 204: nothing },
      }),
      async (c) => {
        await sessions.endOthers(c.var.user.id, c.var.sessionId)
        await recheck({ userId: c.var.user.id })
        return c.body(null, 204)
      },
    )
    .openapi(
      declareRoute('session', {
        method: 'get',
        path: '/api/accounts/me',
        operationId: 'getMe',
        summary: 'Read who I am',
        tokens: 'each',
        responses: { 200: json(oneUser) },
      }),
      (c) => c.json({ user: c.var.user }, 200),
    )
    .openapi(
      declareRoute('session', {
        method: 'patch',
        path: '/api/accounts/me',
        operationId: 'changeMe',
        summary: 'Change my name, firm or language',
        refusals: ['guest_name_taken'],
        request: { body: json(changeAccount) },
        responses: { 200: json(oneUser) },
      }),
      async (c) => {
        const change = c.req.valid('json')
        if (Object.keys(change).length === 0) return c.json({ user: c.var.user }, 200)
        const changed = await c.var.database.transaction(async (tx) => {
          if (change.name !== undefined) await checkNewName(tx, c.var.user, change.name)
          const [row] = await tx.update(users).set(change).where(eq(users.id, c.var.user.id)).returning()
          await stillMay(tx)
          return row!
        })
        return c.json({ user: publicUser(changed) }, 200)
      },
    )
    .openapi(
      declareRoute('account', {
        method: 'put',
        path: '/api/accounts/me/password',
        operationId: 'changePassword',
        summary: 'Change my password',
        refusals: [...ofNewPassword, 'wrong_password', 'wrong_credentials'],
        request: { body: json(changePassword) },
        responses: { 204: nothing },
      }),
      async (c) => {
        const { current, next } = c.req.valid('json')
        const { user, sessionId } = c.var
        await credentials.confirm(user.id, current, {
          address: addressOf(c),
          sessionId,
          signal: c.req.raw.signal,
        })
        const passwordHash = await passwords.hash(next, addressOf(c), c.req.raw.signal)
        await c.var.database.transaction(async (tx) => {
          await setByOwner(tx)
          // before anything is looked up, so that of two changes one waits here and finds its session ended
          await tx.update(users).set({ passwordHash }).where(eq(users.id, user.id))
          // a password that is wrong is waited for, and the session may have been ended meanwhile
          await stillMay(tx)
          await sessions.endAllIn(tx, user.id)
        })
        await recheck({ userId: user.id })
        await admit(c, { ...user, passwordHash })
        c.var.log.info({ event: 'password changed', userId: user.id })
        return c.body(null, 204)
      },
    )
}

function publicUser({ id, email, name, firm, locale }: User): User {
  return { id, email, name, firm, locale }
}
