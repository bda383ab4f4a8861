import { request as requestPlain } from 'node:http'
import { request as requestSecure } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { callbackify } from 'node:util'
import { addressesOf } from './names.ts'

/** IPv4 that is not the internet's: this host, private, shared, link-local with metadata, documentation, multicast (RFC 6890). */
const closed4 = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  closed4.addSubnet(network, prefix)
}

/** Of IPv6 only global unicast is open, without what carries an IPv4 address or is for documentation. */
const open6 = new BlockList()
open6.addSubnet('2000::', 3, 'ipv6')
const closed6 = new BlockList()
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  closed6.addSubnet(network, prefix, 'ipv6')
}

/** True for an address on the public internet, and for nothing within our own walls. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !closed4.check(address)
  return family === 6 && open6.check(address, 'ipv6') && !closed6.check(address, 'ipv6')
}

export type AddressCheck = (address: string) => boolean

/** Refused: the name or the number leads to an address that we do not send to. */
export class ClosedAddress extends Error {}

const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '')

/** @throws ClosedAddress when the host is, or resolves to, an address that may not be reached. Unknown names pass. */
export async function checkReach(
  url: URL,
  isAllowedAddress: AddressCheck,
  signal?: AbortSignal,
): Promise<void> {
  const host = hostOf(url)
  const found = isIP(host) ? [{ address: host }] : await addressesOf(host, { signal }).catch(() => [])
  if (!found.every(({ address }) => isAllowedAddress(address))) throw new ClosedAddress()
}

/** Looks a name up for a connection, and lets it through only when every address of it may be reached. */
function guarded(isAllowedAddress: AddressCheck, signal: AbortSignal): LookupFunction {
  const look = callbackify(async (hostname: string) => {
    const found = await addressesOf(hostname, { signal })
    if (found.length === 0 || !found.every(({ address }) => isAllowedAddress(address)))
      throw new ClosedAddress()
    return found
  })
  return (hostname, options, done) =>
    look(hostname, (failure, found) => {
      if (failure) done(failure, '')
      else if (options.all) done(null, found)
      else done(null, found[0]!.address, found[0]!.family)
    })
}

export const requestTimeoutMs = 10_000
const longestAnswer = 65_536

/**
 * Sends JSON by POST and returns what came back. The address is checked as the connection is made, so that a name
 * cannot change in between; a redirect is an answer like any other and is not followed.
 * @throws ClosedAddress, or what the connection met; `AbortError` after 10 s, or when it is `cut` off before
 */
export function postJson(
  url: URL,
  body: string,
  headers: Record<string, string>,
  isAllowedAddress: AddressCheck,
  cut?: AbortSignal,
): Promise<{ status: number; text: string }> {
  return new Promise((done, fail) => {
    const host = hostOf(url)
    if (isIP(host) && !isAllowedAddress(host)) return fail(new ClosedAddress())
    const send = url.protocol === 'https:' ? requestSecure : requestPlain
    const signal = AbortSignal.any([AbortSignal.timeout(requestTimeoutMs), ...(cut ? [cut] : [])])
    const request = send(
      url,
      {
        method: 'POST',
        agent: false,
        lookup: guarded(isAllowedAddress, signal),
        signal,
        headers: { 'Content-Type': 'application/json', 'User-Agent': 'Countersign', ...headers },
      },
      (answer) => {
        const parts: Buffer[] = []
        let size = 0
        const end = () => done({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString() })
        answer.on('data', (part: Buffer) => {
          size += part.length
          if (size <= longestAnswer) return void parts.push(part)
          end()
          answer.destroy()
        })
        answer.on('end', end)
        answer.on('error', fail)
      },
    )
    request.on('error', fail)
    request.end(body)
  })
}
