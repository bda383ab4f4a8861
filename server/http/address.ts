import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'
import type { Env } from './route.ts'

/**
 * Where a request comes from: the address at the other end of its socket. Only when that is one of the proxies that
 * the configuration names is X-Forwarded-For read, and of it the last entry, which that proxy wrote: a limit that
 * believes what any client can write limits nobody.
 */
export function addressOf(c: Context<Env>): string {
  const remote = (getConnInfo(c).remote.address ?? 'unknown').replace(/^::ffff:/, '')
  if (!c.var.trustedProxies.has(remote)) return remote
  return c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() || remote
}
