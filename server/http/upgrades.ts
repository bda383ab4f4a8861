import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import type { Admission } from '../rooms/ports.ts'
import { clientAddress } from './address.ts'

const windowMs = 60_000

/** Refusals that say nothing of who asked: nobody is slowed because our database was away. */
const ours = new Set(['storage_failed', 'server_stopping'])

/**
 * Refuses an address whose upgrades were refused as often as it may send requests in a minute, before anything is
 * looked up for it. Who is let in counts nothing: after a restart a whole office comes back at once. Kept in memory,
 * counted by process.
 */
export function limitRefusedUpgrades(
  admission: Admission,
  { requestsPerMinute }: Limits,
  trustedProxies: ReadonlySet<string>,
): Admission {
  const refused = new Map<string, number>()
  let endsAt = 0
  return {
    ...admission,
    async admit(request, roomId) {
      const now = performance.now()
      if (now > endsAt) {
        refused.clear()
        endsAt = now + windowMs
      }
      const forwardedFor = String(request.headers['x-forwarded-for'] ?? '')
      const address = clientAddress(request.socket.remoteAddress, forwardedFor, trustedProxies)
      const count = refused.get(address) ?? 0
      if (count >= requestsPerMinute) {
        throw new Refusal('too_many_requests', { seconds: Math.ceil((endsAt - now) / 1_000) })
      }
      try {
        return await admission.admit(request, roomId)
      } catch (failure) {
        if (failure instanceof Refusal && !ours.has(failure.code)) {
          refused.set(address, (refused.get(address) ?? 0) + 1)
        }
        throw failure
      }
    },
  }
}
