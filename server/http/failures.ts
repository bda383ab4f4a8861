import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { matchedRoutes } from 'hono/route'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { errors, isPassing, Refusal, type ErrorCode } from '../../shared/errors.ts'
import { isDatabaseAway, isLockTimeout, withoutParameters } from '../db/failures.ts'
import type { Bus } from '../rooms/ports.ts'
import { addressOf } from './address.ts'
import type { Env } from './route.ts'

/** Refusals of who may be guessing: the log has where they come from. */
const guesses = new Set<ErrorCode>([
  'wrong_credentials',
  'wrong_password',
  'guest_code_wrong',
  'too_many_requests',
  'token_invalid',
  'token_expired',
])

/** Refusals that only the operator can end: what is stored was changed from outside. */
const damages = new Set<ErrorCode>(['trail_broken', 'revision_missing', 'file_broken'])

/** What the framework itself refuses, in our codes. */
const frameworkCodes = {
  400: 'malformed_json',
  413: 'too_large',
  415: 'wrong_content_type',
} as const

/**
 * Turns whatever a request threw into the one error reply. What is not expected becomes `internal`: its cause is
 * in the log under the request's id, and the reply says nothing of it.
 */
export function answerFailure(failure: Error, c: Context<Env>): Response {
  const refusal = isBrokenOff(failure, c) ? new Refusal('malformed_json') : asRefusal(failure)
  if (refusal.code === 'internal') c.var.log.error({ err: withoutParameters(failure) }, 'request failed')
  else if (refusal !== failure && refusal.code === 'storage_failed')
    c.var.log.warn({ err: withoutParameters(failure) }, 'storage not available')
  else {
    const address = guesses.has(refusal.code) ? addressOf(c) : undefined
    const isDamage = damages.has(refusal.code)
    const damaged = isDamage ? { params: refusal.params } : {}
    c.var.log[isDamage ? 'error' : 'info'](
      { code: refusal.code, userId: c.var.user?.id, address, ...damaged },
      'request refused',
    )
  }
  if (mayBeUnread(c)) c.header('Connection', 'close')
  const { params } = refusal
  const { status } = errors[refusal.code]
  if (status === 401)
    c.header('WWW-Authenticate', ofToken.has(refusal.code) ? 'Bearer error="invalid_token"' : 'Bearer')
  if (params.seconds !== undefined) c.header('Retry-After', String(params.seconds))
  const code = answeredCode(refusal.code, c)
  if (c.var.refusals?.has(code) === false)
    c.var.log.warn({ code, route: `${c.req.method} ${matchedRoutes(c).at(-1)?.path}` }, notDescribed)
  return c.json(
    { error: { code, params, requestId: c.var.requestId } },
    errors[code].status as ContentfulStatusCode,
  )
}

/** The code whose words are true of what became of the act. */
function answeredCode(code: ErrorCode, c: Context<Env>): ErrorCode {
  const isUnread = code === 'storage_failed' || code === 'being_changed'
  if (isUnread && reading.has(c.req.method)) return 'storage_unreadable'
  if (c.var.isDone === 'unknown') return code === 'storage_failed' ? 'done_unknown' : code
  // what is not there or not theirs any more is said so; the rest would have them do it again
  return c.var.isDone && isPassing(code) ? 'done_unread' : code
}

/**
 * Has every open browser of the project read anew what failed to be told of behind its commit, or within it: nothing of
 * it is known but that it is done, or may be. Whose access may have changed is looked at again, too.
 */
export function announceUntold(
  { publish, recheck }: Pick<Bus, 'publish' | 'recheck'>,
  c: Context<Env>,
): void {
  const { isDone, scope, user } = c.var
  if (!isDone) return
  const failed = (error: unknown) => c.var.log.error({ err: error }, 'recheck failed')
  if (user) recheck({ userId: user.id }).catch(failed)
  if (!scope) return
  recheck({ projectId: scope.projectId }).catch(failed)
  for (const type of ['review.changed', 'project.changed', 'members.changed'] as const) {
    publish(scope.projectId, { type })
  }
}

/** Said of a code that the route's declaration does not name, so that who reads the description does not expect it. */
export const notDescribed = 'refusal not described'

/** Told as RFC 6750 has it. */
const ofToken: ReadonlySet<ErrorCode> = new Set(['token_invalid', 'token_expired'])

/** Methods of whoever asked for nothing to be saved: no words about saving for them. */
const reading: ReadonlySet<string> = new Set(['GET', 'HEAD'])

/** Whoever sent it went away within it: that is no fault of ours, and nobody reads the answer. */
const isBrokenOff = (failure: Error, c: Context): boolean =>
  c.req.raw.signal.aborted &&
  ((failure as { code?: unknown }).code === 'ECONNRESET' || failure === c.req.raw.signal.reason)

/** What is left of a long body would be taken for the next request of the same connection. */
function mayBeUnread(c: Context): boolean {
  const { 'content-length': length, 'transfer-encoding': pieces } = c.req.header()
  return pieces !== undefined || Number(length ?? 0) > 65_536
}

function asRefusal(failure: Error): Refusal {
  if (failure instanceof Refusal) return failure
  if (failure instanceof HTTPException) {
    return new Refusal(frameworkCodes[failure.status as keyof typeof frameworkCodes] ?? 'internal')
  }
  if (isLockTimeout(failure)) return new Refusal('being_changed', { seconds: askAgainSeconds })
  if (isDatabaseAway(failure)) return new Refusal('storage_failed')
  const code = causeCode(failure)
  if (code === undefined) return new Refusal('internal')
  if (diskFull.has(code)) return new Refusal('storage_full')
  if (diskClosed.has(code)) return new Refusal('storage_failed')
  return unstorable.has(code) ? new Refusal('invalid_input', { field: '' }) : new Refusal('internal')
}

/** When what somebody else changes is asked for again: most acts hold it for some milliseconds. */
const askAgainSeconds = 5

/** A full disk, as our own writes and as PostgreSQL name it. */
const diskFull = new Set(['ENOSPC', 'EDQUOT', '53100'])

/** A data folder that cannot be written or read, went away, or lies on a disk that fails. */
const diskClosed = new Set(['EROFS', 'EACCES', 'EPERM', 'EIO', 'ENOENT', 'ENOTDIR'])

/** PostgreSQL's refusals of a NUL in text, of one in JSON, and of half a surrogate pair in JSON. */
const unstorable = new Set(['22021', '22P05', '22P02'])

function causeCode(failure: unknown): string | undefined {
  if (!(failure instanceof Error)) return undefined
  const { code } = failure as { code?: unknown }
  return typeof code === 'string' ? code : causeCode(failure.cause)
}
