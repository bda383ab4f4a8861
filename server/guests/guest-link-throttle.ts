import { createHash } from 'node:crypto'
import type { Limits } from '../../shared/limits.ts'
import type { Counter } from '../../shared/rules/counter.ts'
import { perHour, takeOrRefuse } from '../../shared/rules/token-bucket.ts'
import { wideNetworkOf } from '../http/address.ts'

/**
 * Bounds how often links are looked at and entered by: by link and network, so that who has a link keeps its guest out
 * of nothing from elsewhere, and by network, whatever links it tries.
 */
export function createGuestLinkThrottle(
  { arrivalsPerHour, arrivalsPerHourOfNetwork }: Pick<Limits, 'arrivalsPerHour' | 'arrivalsPerHourOfNetwork'>,
  counter: Counter,
) {
  const byLink = counter.buckets('guest links by link and network')
  const byNetwork = counter.buckets('guest links by network')
  return {
    /** Counts one more. @throws Refusal `too_many_requests` with the seconds to wait */
    count(token: string, address: string): void {
      const now = performance.now()
      const network = wideNetworkOf(address)
      takeOrRefuse(byNetwork.use(network, ...perHour(arrivalsPerHourOfNetwork)), now)
      // the secret itself is not kept
      const link = createHash('sha256').update(token).digest('base64url')
      takeOrRefuse(byLink.use(`${link} ${network}`, ...perHour(arrivalsPerHour)), now)
    },
  }
}
