import { isIPv6 } from 'node:net'
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

/**
 * What limits count an address by: of IPv6 its first 64 bits, as one host may have all addresses that begin so.
 */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (!isIPv6(plain)) return plain
  const [head = '', tail] = plain
    .replace(/%.*$/, '')
    .replace(/\d+\.\d+\.\d+\.\d+$/, '0:0')
    .split('::')
  const groupsOf = (part = '') => part.split(':').filter(Boolean)
  const [first, last] = [groupsOf(head), groupsOf(tail)]
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0')
  const groups = [...first, ...zeros, ...last].slice(0, 4)
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}
