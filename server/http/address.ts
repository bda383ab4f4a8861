import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'
import type { Env } from './route.ts'

/**
 * Where a request comes from: the address at the other end of its socket. Only when that is one of the proxies that
 * the configuration names is X-Forwarded-For read, and of it the last entry, which that proxy wrote: a limit that
 * believes what any client can write limits nobody.
 */
export function addressOf(c: Context<Env>): string {
  return clientAddress(getConnInfo(c).remote.address, c.req.header('x-forwarded-for'), c.var.trustedProxies)
}

/** The same for a request that no route has seen, such as an upgrade. */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | undefined,
  trustedProxies: ReadonlySet<string>,
): string {
  const remote = (peer ?? 'unknown').replace(/^::ffff:/, '')
  if (!trustedProxies.has(remote)) return remote
  return forwardedFor?.split(',').at(-1)?.trim() || remote
}
