import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import { Rates } from '../../shared/rate.ts'
import { networkOf } from '../http/address.ts'

/** How many accounts an office behind one address may mistype for, before the address itself is slowed. */
const accountsPerAddress = 4
const forgottenAfterMs = 30 * 60_000
const lanesKept = 50_000

interface Lane {
  wrong: number
  /** When the next try of this lane may be checked; tries wait in line, so that a burst gains nothing. */
  next: number
  last: number
}

/** What a network is given that has not guessed at the account yet, however many others guess at it. */
const triesOfNewcomer = 2

/**
 * Slows the guessing of passwords and locks nobody out. Wrong tries are counted in lanes: one for the account as it is
 * asked for from one network, one for the network, and one of its own for a device that has signed in to the account
 * before, so that strangers who guess keep its owner waiting on no device, known or new. After the free tries each one
 * waits 1, 2, 4 … seconds up to `loginDelayMs`; a try that would wait longer than that behind others is refused with
 * the seconds to wait.
 *
 * Who guesses from many networks gets `guessesPerHour` at an account, and then two more from each network that has not
 * guessed at it, as the owner's may be one of them. That is no bound for who has very many networks: a /48 of IPv6 holds
 * 65,536. Kept in memory: a restart forgets, and so do 50,000 other lanes, and of the hour's count 10,000 other names.
 */
export function createGuessing(limits: Limits) {
  const lanes = new Map<string, Lane>()
  const totals = new Rates()

  function laneOf(key: string): Lane {
    const now = Date.now()
    const known = lanes.get(key)
    lanes.delete(key)
    const lane = known && now - known.last < forgottenAfterMs ? known : { wrong: 0, next: 0, last: now }
    lane.last = now
    lanes.set(key, lane)
    if (lanes.size > lanesKept) lanes.delete(lanes.keys().next().value!)
    return lane
  }

  function delayOf(lane: Lane, freeTries: number): number {
    const beyond = lane.wrong - freeTries
    return beyond < 0 ? 0 : Math.min(limits.loginDelayMs, 1000 * 2 ** beyond)
  }

  return {
    /**
     * Runs one check of a password in its turn. `who` is the account's name as it was typed, or its id.
     * @throws Refusal `too_many_requests` when the line is too long; the password is not looked at then. Whatever
     * `check` throws: it looked at nothing, and the try is not counted.
     */
    async attempt(who: string, from: Origin, check: () => Promise<boolean>): Promise<boolean> {
      const network = networkOf(from.address)
      const taken = from.device
        ? [{ lane: laneOf(`device ${from.device} ${who}`), free: limits.loginFreeTries }]
        : [
            { lane: laneOf(`account ${who} ${network}`), free: limits.loginFreeTries },
            { lane: laneOf(`network ${network}`), free: limits.loginFreeTries * accountsPerAddress },
          ]
      const now = Date.now()
      const hour = limits.guessesPerHour
      const total = from.device ? null : totals.use(who, hour / 3_600, hour)
      if (total && !total.has(now) && taken[0]!.lane.wrong >= triesOfNewcomer) {
        throw new Refusal('too_many_requests', { seconds: Math.ceil(total.waitMs(now, 1) / 1_000) })
      }
      const turn = Math.max(
        now,
        ...taken.map(({ lane, free }) => Math.max(lane.next, now) + delayOf(lane, free)),
      )
      if (turn - now > 2 * limits.loginDelayMs) {
        throw new Refusal('too_many_requests', { seconds: Math.ceil((turn - now) / 1000) })
      }
      // Counted as wrong until it proves right, or a thousand tries at once would all be free.
      const counted = total?.takeUpTo(now, 1) ?? 0
      const before = taken.map(({ lane, free }) => {
        const { next } = lane
        if (delayOf(lane, free) > 0) lane.next = turn
        lane.wrong += 1
        return next
      })
      if (turn > now) await new Promise((resolve) => setTimeout(resolve, turn - now))
      const right = await check().catch((failure: unknown) => {
        total?.giveBack(counted)
        for (const [at, { lane }] of taken.entries()) {
          lane.wrong = Math.max(0, lane.wrong - 1)
          // others may stand in line behind it by now
          if (lane.next === turn) lane.next = before[at]!
        }
        throw failure
      })
      if (!right) return false
      for (const { lane } of taken) lane.wrong = Math.max(0, lane.wrong - 1)
      taken[0]!.lane.wrong = 0
      total?.giveBack(counted)
      return true
    },
  }
}

/** Where a try comes from: the socket's address, and the device when it is known to the account. */
export interface Origin {
  address: string
  device: string | null
}

export type Guessing = ReturnType<typeof createGuessing>
