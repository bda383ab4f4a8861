import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Limits } from '../../../shared/limits.ts'
import { clientAddress, networkOf } from '../address.ts'
import type { TrustedProxies } from '../trusted-proxies.ts'

const windowMs = 60_000
/** No budget of its own, as it follows that of requests: so many times what an address may ask in a minute is not even refused in words, which costs a third of a millisecond. */
const timesOver = 10
/** A connection that sends requests without waiting for replies counts as so many: as many may have been read. */
const brokenOffCounts = 500

/** Counts the requests of each network, whatever they ask for, before anything else is done for them. */
export function createFloods(limits: Pick<Limits, 'requestsPerMinute'>, trustedProxies: TrustedProxies) {
  const most = limits.requestsPerMinute * timesOver
  let counts = new Map<string, number>()
  let until = 0

  function count(network: string, more: number): number {
    const now = performance.now()
    if (now > until) {
      counts = new Map()
      until = now + windowMs
    }
    const all = (counts.get(network) ?? 0) + more
    counts.set(network, all)
    return all
  }

  return {
    /** True for a connection of a network that has sent far too much in this minute; those of proxies are of many. */
    isRefused({ remoteAddress }: Socket): boolean {
      const peer = clientAddress(remoteAddress, undefined, trustedProxies)
      return !trustedProxies.has(peer) && count(networkOf(peer), 0) > most
    },
    /** Counts a request; true when its network has sent far too many in this minute. */
    isFlood({ socket, headers }: IncomingMessage): boolean {
      const forwarded = String(headers['x-forwarded-for'] ?? '')
      return count(networkOf(clientAddress(socket.remoteAddress, forwarded, trustedProxies)), 1) > most
    },
    /** Counts a connection that was broken off. */
    noteBrokenOff({ remoteAddress }: Socket): void {
      count(networkOf(clientAddress(remoteAddress, undefined, trustedProxies)), brokenOffCounts)
    },
  }
}
