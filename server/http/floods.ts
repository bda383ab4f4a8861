import type { IncomingMessage } from 'node:http'
import type { Limits } from '../../shared/limits.ts'
import { clientAddress, networkOf } from './address.ts'

const windowMs = 60_000
/** So many times what an address may ask in a minute is not even refused in words, which costs a third of a millisecond. */
const timesOver = 10

/** Counts the requests of each network, whatever they ask for, before anything else is done for them. */
export function createFloods(limits: Pick<Limits, 'requestsPerMinute'>, trustedProxies: ReadonlySet<string>) {
  let counts = new Map<string, number>()
  let until = 0
  return {
    /** Counts a request; true when its network has sent far too many in this minute. */
    isFlood({ socket, headers }: IncomingMessage): boolean {
      const now = performance.now()
      if (now > until) {
        counts = new Map()
        until = now + windowMs
      }
      const forwarded = headers['x-forwarded-for']
      const network = networkOf(clientAddress(socket.remoteAddress, String(forwarded ?? ''), trustedProxies))
      const count = (counts.get(network) ?? 0) + 1
      counts.set(network, count)
      return count > limits.requestsPerMinute * timesOver
    },
  }
}

export type Floods = ReturnType<typeof createFloods>
