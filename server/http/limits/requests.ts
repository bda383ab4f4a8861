import type { MiddlewareHandler } from 'hono'
import { rateLimiter, type Store } from 'hono-rate-limiter'
import { matchedRoutes } from 'hono/route'
import type { Logger } from 'pino'
import { Histogram, type Registry } from 'prom-client'
import type { Counter, Windows } from '../../../shared/rules/counter.ts'
import { Refusal } from '../../../shared/errors.ts'
import type { Limits } from '../../../shared/limits.ts'
import { newId } from '../../db/columns.ts'
import { addressOf, networkOf } from '../address.ts'
import type { Env } from '../route.ts'

/** Gives each request an id, a logger that carries it, one line in the log and a place in the metrics. */
export function observeRequests(logger: Logger, registry: Registry): MiddlewareHandler<Env> {
  const seconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer a request',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  })
  return async (c, next) => {
    const started = performance.now()
    c.set('requestId', newId())
    c.set('log', logger.child({ requestId: c.var.requestId }))
    c.header('X-Request-Id', c.var.requestId)
    await next()
    const elapsed = performance.now() - started
    const route = matchedRoutes(c).findLast(({ method }) => method !== 'ALL')?.path ?? 'unmatched'
    const { method, path } = c.req
    seconds.observe({ method, route, status: c.res.status }, elapsed / 1000)
    c.var.log.info(
      { method, path, status: c.res.status, ms: Math.round(elapsed), userId: c.var.user?.id },
      'request',
    )
  }
}

const minuteMs = 60_000

/**
 * Refuses an address that asks more often than anybody at work does. Who is known to be signed in, by `personOf`, counts
 * for themselves: a whole office stands behind one address, and opens the same document at the same time.
 */
export function limitRequests(
  limits: Limits,
  counter: Counter,
  personOf: (cookies: string | undefined) => string | undefined,
): MiddlewareHandler<Env> {
  return rateLimiter<Env>({
    windowMs: minuteMs,
    limit: limits.requestsPerMinute,
    store: storeOf(counter.windows('requests by network', minuteMs)),
    keyGenerator: (c) => personOf(c.req.header('cookie')) ?? networkOf(addressOf(c)),
    handler: (c) => {
      throw new Refusal('too_many_requests', { seconds: Number(c.res.headers.get('Retry-After') ?? 60) })
    },
  })
}

/** What the limiter counts in. It takes nothing back, as every request counts. */
const storeOf = (windows: Windows): Store<Env> => ({
  increment(key) {
    const { count, until } = windows.count(key)
    return { totalHits: count, resetTime: new Date(until) }
  },
  decrement() {},
  resetKey() {},
})
