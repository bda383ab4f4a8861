import type { Bucket, Buckets, Counter } from '../../shared/rules/counter.ts'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import { perHour } from '../../shared/rules/token-bucket.ts'
import { networkOf, wideNetworkOf } from '../http/address.ts'

const forgottenAfterMs = 30 * 60_000
/** Of so many it is known at a time, which is memory and no budget. */
const lanesKept = 50_000

interface Lane {
  wrong: number
  /** When the next try of this lane may be checked; tries wait in line, so that a burst gains nothing. */
  next: number
  last: number
}

/**
 * Slows the guessing of passwords. Wrong tries are counted in lanes: one for the account as it is asked for from one
 * network, one for the network, and one of its own for a device that has signed in to the account before, so that
 * strangers who guess keep its owner waiting on no known device. After the free tries each one waits 1, 2, 4 … seconds
 * up to `loginDelayMs`; a try that would wait longer than that behind others is refused with the seconds to wait.
 *
 * Who guesses from many networks gets `guessesPerHour` at an account, half of them at once, then `guessesOfNewNetwork` more from each
 * network that has not guessed at it, as the owner's may be one of them, up to `guessesPerHourOfNewNetworks`, and of it
 * all no more than `guessesPerHourOfWideNetwork` from what one holder may have. Who has very many of those keeps the owner out on a new
 * device, never on a known one, and where mail is sent never whoever reads it. Lanes, in which tries wait, are in the
 * memory of the process that keeps them waiting: a restart forgets them, and of too many those with the fewest wrong tries.
 */
export function createLoginThrottle(limits: Limits, counter: Counter) {
  const lanes = new Lanes()
  const totals = counter.buckets('guesses by account')
  const newcomers = counter.buckets('guesses of new networks by account')
  const wideNetworks = counter.buckets('guesses by account and network')

  function delayOf(lane: Lane, freeTries: number): number {
    const beyond = lane.wrong - freeTries
    return beyond < 0 ? 0 : Math.min(limits.loginDelayMs, 1000 * 2 ** beyond)
  }

  /** The buckets that a wrong try is taken from. @throws Refusal `too_many_requests` where one is empty */
  function bucketsOf(who: string, address: string, isNewcomer: boolean, now: number): Bucket[] {
    const bucket = (buckets: Buckets, key: string, most: number) => buckets.use(key, ...perHour(most))
    const total = bucket(totals, who, limits.guessesPerHour)
    const wide = bucket(wideNetworks, `${who} ${wideNetworkOf(address)}`, limits.guessesPerHourOfWideNetwork)
    const spare = () => bucket(newcomers, who, limits.guessesPerHourOfNewNetworks)
    const buckets = [isNewcomer && !total.has(now) ? spare() : total, wide]
    const waitMs = Math.max(...buckets.map((one) => one.waitMs(now, 1)))
    if (waitMs > 0) throw new Refusal('too_many_requests', { seconds: Math.ceil(waitMs / 1_000) })
    return buckets
  }

  return {
    /**
     * Runs one check of a password in its turn. `who` is the account's name as it was typed, or its id.
     * @throws Refusal `too_many_requests` when the line is too long; the password is not looked at then. Whatever
     * `check` throws: the try is not counted then, unless `check` called `looked` before, which whoever compares a
     * password with more than one account does after the first. Else a client that hangs up would guess for nothing.
     */
    async attempt(
      who: string,
      from: Origin,
      check: (looked: () => void) => Promise<boolean>,
    ): Promise<boolean> {
      const network = networkOf(from.address)
      const now = performance.now()
      const own = from.device ? `device ${from.device} ${who}` : `account ${who} ${network}`
      const taken = [{ key: own, lane: lanes.of(own, now), free: limits.loginFreeTries }]
      if (!from.device) {
        const key = `network ${network}`
        taken.push({
          key,
          lane: lanes.of(key, now),
          free: limits.loginFreeTries * limits.loginAccountsPerAddress,
        })
      }
      const isNewcomer = taken[0]!.lane.wrong < limits.guessesOfNewNetwork
      const buckets = from.device ? [] : bucketsOf(who, from.address, isNewcomer, now)
      const turn = Math.max(
        now,
        ...taken.map(({ lane, free }) => Math.max(lane.next, now) + delayOf(lane, free)),
      )
      if (turn - now > 2 * limits.loginDelayMs) {
        throw new Refusal('too_many_requests', { seconds: Math.ceil((turn - now) / 1000) })
      }
      // Counted as wrong until it proves right, or a thousand tries at once would all be free.
      for (const bucket of buckets) bucket.take(now)
      const before = taken.map(({ key, lane, free }) => {
        const { next } = lane
        if (delayOf(lane, free) > 0) lane.next = turn
        lane.wrong += 1
        lanes.keep(key, lane)
        return next
      })
      const takeBack = () => {
        for (const bucket of buckets) bucket.giveBack(1)
        for (const { lane } of taken) lane.wrong = Math.max(0, lane.wrong - 1)
      }
      if (turn > now) await new Promise((resolve) => setTimeout(resolve, turn - now))
      let hasLooked = false
      const looked = () => void (hasLooked = true)
      const right = await check(looked).catch((failure: unknown) => {
        if (hasLooked) throw failure
        takeBack()
        for (const [at, { lane }] of taken.entries()) {
          // others may stand in line behind it by now
          if (lane.next === turn) lane.next = before[at]!
        }
        throw failure
      })
      if (!right) return false
      takeBack()
      taken[0]!.lane.wrong = 0
      return true
    },
  }
}

/** Lanes by their names. When there are too many, those with the fewest wrong tries go first, forgotten ones above all. */
class Lanes {
  private readonly lanes = new Map<string, Lane>()

  /** A lane that is known, or a new one, which is not kept yet. */
  of(key: string, now: number): Lane {
    const known = this.lanes.get(key)
    return known && now - known.last < forgottenAfterMs ? known : { wrong: 0, next: 0, last: now }
  }

  keep(key: string, lane: Lane): void {
    const now = performance.now()
    lane.last = now
    this.lanes.delete(key)
    if (this.lanes.size >= lanesKept) this.forget(now)
    this.lanes.set(key, lane)
  }

  private forget(now: number): void {
    const weight = (lane: Lane) => (now - lane.last < forgottenAfterMs ? lane.wrong : 0)
    const least = [...this.lanes].toSorted(([, one], [, other]) => weight(one) - weight(other))
    for (const [key] of least.slice(0, lanesKept / 10)) this.lanes.delete(key)
  }
}

/** Where a try comes from: the socket's address, and the device when it is known to the account. */
export interface Origin {
  address: string
  device: string | null
}

export type LoginThrottle = ReturnType<typeof createLoginThrottle>
