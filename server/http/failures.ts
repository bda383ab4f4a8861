import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { errors, Refusal } from '../../shared/errors.ts'
import type { Env } from './route.ts'

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
  const refusal = asRefusal(failure)
  if (refusal.code === 'internal') c.var.log.error({ err: failure }, 'request failed')
  else c.var.log.info({ code: refusal.code, userId: c.var.user?.id }, 'request refused')
  const { code, params } = refusal
  return c.json(
    { error: { code, params, requestId: c.var.requestId } },
    errors[code].status as ContentfulStatusCode,
  )
}

function asRefusal(failure: Error): Refusal {
  if (failure instanceof Refusal) return failure
  if (failure instanceof HTTPException) {
    return new Refusal(frameworkCodes[failure.status as keyof typeof frameworkCodes] ?? 'internal')
  }
  return new Refusal(isOutOfSpace(failure) ? 'storage_full' : 'internal')
}

/** A full disk, seen by our own writes (ENOSPC) or by PostgreSQL (class 53). The driver's error may be wrapped. */
function isOutOfSpace(failure: unknown): boolean {
  if (!(failure instanceof Error)) return false
  const { code } = failure as { code?: unknown }
  return code === 'ENOSPC' || code === 'EDQUOT' || code === '53100' || isOutOfSpace(failure.cause)
}
