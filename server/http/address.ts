import type { IncomingMessage } from 'node:http'
import { isIP, isIPv4, isIPv6 } from 'node:net'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'
import type { Env } from './route.ts'
import type { TrustedProxies } from './trusted-proxies.ts'

/**
 * Where a request comes from: the address at the other end of its socket. Only when that is one of the proxies that
 * the configuration names is X-Forwarded-For read, from its end, where that proxy wrote: the first that is no named
 * proxy, or what stands before one that cannot be read. A limit that believes what any client can write limits nobody.
 */
export function addressOf(c: Context<Env>): string {
  return clientAddress(getConnInfo(c).remote.address, c.req.header('x-forwarded-for'), c.var.trustedProxies)
}

/** The same for a request that no route has seen, such as an upgrade. */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | undefined,
  trustedProxies: TrustedProxies,
): string {
  let client = withoutMapping(peer ?? 'unknown')
  let hops: string[] | undefined
  while (trustedProxies.has(client)) {
    const before = (hops ??= forwardedFor?.split(',') ?? []).pop()
    const address = before === undefined ? null : addressIn(before)
    if (address === null) return client
    client = address
  }
  return client
}

/** The address in an entry of X-Forwarded-For, as proxies write it: with a port, in brackets, in quotes, with a zone. */
function addressIn(entry: string): string | null {
  const bare = entry.trim().replace(/^"(.*)"$/, '$1')
  const [, inBrackets, withPort] = /^(?:\[([^\]]*)\](?::\d+)?|([^:]*):\d+)$/.exec(bare) ?? []
  const address = (inBrackets ?? withPort ?? bare).replace(/%.*$/, '')
  return isIP(address) === 0 ? null : withoutMapping(address)
}

/** What one holder may have of networks, of whoever sent a request that no route has seen. */
export const networkOfRequest = (
  { socket, headers }: IncomingMessage,
  trustedProxies: TrustedProxies,
): string =>
  wideNetworkOf(clientAddress(socket.remoteAddress, String(headers['x-forwarded-for'] ?? ''), trustedProxies))

/**
 * What limits count an address by: of IPv6 its first 64 bits, as one host may have all addresses that begin so.
 */
export function networkOf(address: string): string {
  const plain = withoutMapping(address)
  const groups = groupsOf(plain)
  return groups ? `${groups.slice(0, 4).join(':')}::/64` : plain
}

/** What one holder may have of networks: of IPv6 a /48, of IPv4 a /24. */
export function wideNetworkOf(address: string): string {
  const plain = withoutMapping(address)
  const groups = groupsOf(plain)
  if (groups) return `${groups.slice(0, 3).join(':')}::/48`
  return isIPv4(plain) ? `${plain.slice(0, plain.lastIndexOf('.'))}.0/24` : plain
}

/** An IPv4 address that is written as one of IPv6, in whichever way, as itself. */
export function withoutMapping(address: string): string {
  const groups = groupsOf(address)
  if (groups?.slice(0, 6).join(':') !== '0:0:0:0:0:ffff') return address
  return groups.slice(6).flatMap(bytesOf).join('.')
}

const bytesOf = (group: string): [number, number] => {
  const bits = Number.parseInt(group, 16)
  return [bits >> 8, bits & 255]
}

/** The eight groups of an IPv6 address, written the shortest; null for any other. */
function groupsOf(address: string): string[] | null {
  if (!isIPv6(address)) return null
  const [head = '', tail = ''] = address
    .replace(/%.*$/, '')
    .replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
      const [a, b, c, d] = bytes.map(Number) as [number, number, number, number]
      return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
    })
    .split('::')
  const [first, last] = [head, tail].map((part) => part.split(':').filter(Boolean))
  const zeros = Array.from({ length: 8 - first!.length - last!.length }, () => '0')
  return [...first!, ...zeros, ...last!].map((group) => Number.parseInt(group, 16).toString(16))
}
