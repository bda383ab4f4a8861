import type { IncomingMessage } from 'node:http'
import { Refusal } from '../../../shared/errors.ts'
import type { Limits } from '../../../shared/limits.ts'
import type { Admission, Admitted } from '../../rooms/ports.ts'
import { clientAddress, networkOf, networkOfRequest } from '../address.ts'
import { createTurns } from './fair-start.ts'
import type { TrustedProxies } from '../trusted-proxies.ts'

const windowMs = 60_000

/** An upgrade waits for the database alone, and no longer than for one of its connections (ms). */
const turnMs = 10_000

/** Who is let in is counted anew this often, as half of what a minute allows: so much comes at once. */
const letInWindowMs = windowMs / 2

/** Refusals that say nothing of who asked: nobody is slowed because our database was away. */
const ours = new Set(['storage_failed', 'server_stopping'])

/**
 * Refuses an address whose upgrades were refused as often as it may send requests in a minute, before anything is
 * looked up for it. Who is let in counts nothing there, as after a restart a whole office comes back at once: that is
 * counted by person, and refused above what all their tabs need. Of each network a few are looked up at a time, as with
 * requests: what strangers make up does not stand before others at the database. Kept in memory, counted by process.
 */
export function limitUpgrades(
  admission: Admission,
  limits: Pick<
    Limits,
    'requestsPerMinute' | 'upgradesPerMinute' | 'requestsAtOnce' | 'requestsAtOncePerNetwork'
  >,
  trustedProxies: TrustedProxies,
): Admission {
  const { requestsPerMinute, upgradesPerMinute } = limits
  const turns = createTurns({ ...limits, requestTurnMs: turnMs })
  const refused = new Map<string, number>()
  const letIn = new Map<string, number>()
  let endsAt = 0
  let letInEndsAt = 0
  return {
    ...admission,
    async admit(request, roomId) {
      const network = networkOfRequest(request, trustedProxies)
      const end = await new Promise<() => void>((begin) => turns.take(network, begin))
      try {
        return { ...(await admitInTurn(request, roomId)), network }
      } finally {
        end()
      }
    },
  }

  async function admitInTurn(request: IncomingMessage, roomId: string): Promise<Admitted> {
    const now = performance.now()
    if (now > endsAt) {
      refused.clear()
      endsAt = now + windowMs
    }
    if (now > letInEndsAt) {
      letIn.clear()
      letInEndsAt = now + letInWindowMs
    }
    const forwardedFor = String(request.headers['x-forwarded-for'] ?? '')
    const address = networkOf(clientAddress(request.socket.remoteAddress, forwardedFor, trustedProxies))
    const count = refused.get(address) ?? 0
    const tooMany = (until: number) =>
      new Refusal('too_many_requests', { seconds: Math.ceil((until - now) / 1_000) })
    if (count >= requestsPerMinute) throw tooMany(endsAt)
    const admitted = await admission.admit(request, roomId).catch((failure: unknown) => {
      if (failure instanceof Refusal && !ours.has(failure.code)) {
        refused.set(address, (refused.get(address) ?? 0) + 1)
      }
      throw failure
    })
    // one person's own, which nobody else behind the same address answers for
    const { id } = admitted.user
    const times = letIn.get(id) ?? 0
    if (times >= upgradesPerMinute / 2) throw tooMany(letInEndsAt)
    letIn.set(id, times + 1)
    return admitted
  }
}
