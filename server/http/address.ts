import type { IncomingMessage } from 'node:http'
import { isIPv4, isIPv6 } from 'node:net'
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

/** What one holder may have of networks, of whoever sent a request that no route has seen. */
export const networkOfRequest = (
  { socket, headers }: IncomingMessage,
  trustedProxies: ReadonlySet<string>,
): string =>
  wideNetworkOf(clientAddress(socket.remoteAddress, String(headers['x-forwarded-for'] ?? ''), trustedProxies))

/**
 * What limits count an address by: of IPv6 its first 64 bits, as one host may have all addresses that begin so.
 */
export function networkOf(address: string): string {
  const groups = groupsOf(address)
  return groups ? `${groups.slice(0, 4).join(':')}::/64` : withoutMapping(address)
}

/** What one holder may have of networks: of IPv6 a /48, of IPv4 a /24. */
export function wideNetworkOf(address: string): string {
  const groups = groupsOf(address)
  if (groups) return `${groups.slice(0, 3).join(':')}::/48`
  const plain = withoutMapping(address)
  return isIPv4(plain) ? `${plain.slice(0, plain.lastIndexOf('.'))}.0/24` : plain
}

const withoutMapping = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, '')

/** The eight groups of an IPv6 address, written the shortest; null for any other. */
function groupsOf(address: string): string[] | null {
  const plain = withoutMapping(address)
  if (!isIPv6(plain)) return null
  const [head = '', tail = ''] = plain
    .replace(/%.*$/, '')
    .replace(/\d+\.\d+\.\d+\.\d+$/, '0:0')
    .split('::')
  const [first, last] = [head, tail].map((part) => part.split(':').filter(Boolean))
  const zeros = Array.from({ length: 8 - first!.length - last!.length }, () => '0')
  return [...first!, ...zeros, ...last!].map((group) => Number.parseInt(group, 16).toString(16))
}
