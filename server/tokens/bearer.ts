import type { Context } from 'hono'
import { Refusal } from '../../shared/errors.ts'
import type { LoginThrottle } from '../accounts/login-throttle.ts'
import { noteFailedSignIn } from '../accounts/credentials.ts'
import type { Database } from '../db/database.ts'
import { addressOf } from '../http/address.ts'
import { bearerOf } from '../http/bearer.ts'
import type { Account, Env } from '../http/route.ts'
import { findToken } from './tokens.ts'

/**
 * Who a request's token stands for; null when it bears none. One that is not good is slowed and logged as a password
 * that is wrong: the unknown ones as if they were tried at one account, an expired one in a line of its own.
 * @throws Refusal `token_invalid`, `token_expired`, `too_many_requests`
 */
export async function readBearer(
  c: Context<Env>,
  database: Database,
  throttle: LoginThrottle,
): Promise<Account | null> {
  const given = bearerOf(c)
  if (given === undefined) return null
  const found = await findToken(database, given)
  if (found && !found.isExpired) return { user: found.user, sessionId: null, token: found.token }
  const address = addressOf(c)
  const who = found ? `token ${found.token.id}` : 'token'
  try {
    await throttle.attempt(who, { address, device: null }, async () => false)
    throw new Refusal(found ? 'token_expired' : 'token_invalid')
  } catch (failure) {
    if (failure instanceof Refusal) noteFailedSignIn(c.var.log, failure, who, address)
    throw failure
  }
}
