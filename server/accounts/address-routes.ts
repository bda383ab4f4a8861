import { z } from '@hono/zod-openapi'
import { eq } from 'drizzle-orm'
import {
  addressState,
  changeEmail,
  confirmEmail,
  emailToken,
  user as userShape,
} from '../../shared/accounts.ts'
import { Refusal } from '../../shared/errors.ts'
import { addressOf } from '../http/address.ts'
import { declareRoute, feature, json, nothing } from '../http/route.ts'
import { stillMay } from '../http/access-recheck.ts'
import type { Addresses } from './addresses.ts'
import { noteFailedSignIn, type Credentials } from './credentials.ts'
import type { Sessions } from './sessions.ts'
import { users } from './tables.ts'

interface Needs {
  sessions: Pick<Sessions, 'read'>
  credentials: Credentials
  addresses: Addresses
}

/** What a mail’s link may be refused for. */
const ofLink = ['confirmation_invalid', 'confirmation_used', 'confirmation_expired'] as const

/** The e-mail address of an account: whether it is known to be theirs, how it becomes so, and another one. */
export function addressRoutes({ sessions, credentials, addresses }: Needs) {
  /** Who is signed in here, when their account names this address; else a password decides who confirms. */
  async function here(cookies: string | undefined, email: string): Promise<string | null> {
    const account = await sessions.read(cookies)
    return account?.user.email === email ? account.user.id : null
  }

  return feature('Accounts')
    .openapi(
      declareRoute('account', {
        method: 'get',
        path: '/api/accounts/me/email',
        operationId: 'getMyEmail',
        summary: 'Read the state of my e-mail address',
        responses: { 200: json(addressState) },
      }),
      async (c) => c.json(await addresses.stateOf(c.var.user.id), 200),
    )
    .openapi(
      declareRoute('account', {
        method: 'put',
        path: '/api/accounts/me/email',
        operationId: 'changeMyEmail',
        summary: 'Name another e-mail address',
        refusals: ['wrong_password', 'email_taken'],
        description: 'Names another address; where mail is sent, it is asked whether it is theirs.',
        request: { body: json(changeEmail) },
        responses: { 200: json(z.object({ user: userShape })) },
      }),
      async (c) => {
        const { email, password } = c.req.valid('json')
        const { user, sessionId } = c.var
        await credentials.confirm(user.id, password, {
          address: addressOf(c),
          sessionId,
          signal: c.req.raw.signal,
        })
        if (email !== user.email) {
          await c.var.database.transaction(async (db) => {
            await addresses.claim(db, email, user.id)
            // the account before the session, as a change of the password holds them: of the two one waits
            await db.update(users).set({ email, emailConfirmedAt: null }).where(eq(users.id, user.id))
            await stillMay(db)
          })
          c.var.log.info({ event: 'address changed', userId: user.id })
          await addresses.ask(email, user.locale, addressOf(c))
        }
        const { id, name, firm, locale } = user
        return c.json({ user: { id, email, name, firm, locale } }, 200)
      },
    )
    .openapi(
      declareRoute('account', {
        method: 'post',
        path: '/api/accounts/me/email/confirmation',
        operationId: 'askToConfirmEmail',
        summary: 'Send the confirming mail once more',
        refusals: ['email_taken'],
        description: 'Sends the mail that asks once more; nothing when the address is confirmed.',
        responses: { 204: nothing },
      }),
      async (c) => {
        const { email, state } = await addresses.stateOf(c.var.user.id)
        if (state === 'taken') throw new Refusal('email_taken')
        if (state !== 'confirmed') await addresses.askAgain(email, c.var.user.locale, addressOf(c))
        return c.body(null, 204)
      },
    )
    .openapi(
      declareRoute('public', {
        method: 'post',
        path: '/api/email-confirmations/look',
        operationId: 'readEmailConfirmation',
        summary: 'Look at a confirming link',
        refusals: ofLink,
        description: 'What a mail’s link is about; it stays good.',
        request: { body: json(emailToken) },
        responses: { 200: json(z.object({ email: z.string(), asksPassword: z.boolean() })) },
      }),
      async (c) => {
        const { email } = await addresses.read(c.req.valid('json').token)
        const asksPassword = (await here(c.req.header('cookie'), email)) === null
        return c.json({ email, asksPassword }, 200)
      },
    )
    .openapi(
      declareRoute('public', {
        method: 'post',
        path: '/api/email-confirmations',
        operationId: 'confirmEmail',
        summary: 'Confirm an e-mail address',
        refusals: [...ofLink, 'wrong_credentials', 'confirmation_goes_on', 'email_taken', 'not_found'],
        description:
          'Confirms the address of the account that is signed in here, or of the one that the password opens. Where very many name it, a part of them is tried at a time: `confirmation_goes_on` says with which `after` to ask again.',
        request: { body: json(confirmEmail) },
        responses: { 200: json(z.object({ email: z.string() }), 'Confirmed; the link is spent') },
      }),
      async (c) => {
        const { token, password, after } = c.req.valid('json')
        const asked = await addresses.read(token)
        let userId = await here(c.req.header('cookie'), asked.email)
        let passwordHash: string | null | undefined
        if (userId === null) {
          if (password === undefined) throw new Refusal('invalid_input', { field: 'password' })
          const address = addressOf(c)
          const account = await credentials
            .signInByMail(asked, password, { address, signal: c.req.raw.signal }, after)
            .catch((failure: unknown) => {
              const isFailed = failure instanceof Refusal && failure.code !== 'confirmation_goes_on'
              if (isFailed) noteFailedSignIn(c.var.log, failure, asked.email, address)
              throw failure
            })
          userId = account.id
          passwordHash = account.passwordHash
        }
        await addresses.confirm(asked, userId, passwordHash)
        c.var.log.info({ event: 'address confirmed', userId })
        return c.json({ email: asked.email }, 200)
      },
    )
}
