import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLoginThrottle, type LoginThrottle, type Origin } from '../../server/accounts/login-throttle.ts'
import { Refusal } from '../../shared/errors.ts'
import { defaultLimits } from '../../shared/limits.ts'
import { perHour, Rate } from '../../shared/rules/token-bucket.ts'
import { inProcessCounter } from '../../shared/rules/counter.ts'

const stranger: Origin = { address: '203.0.113.7', device: null }
const owner: Origin = { address: '198.51.100.4', device: 'known' }
const wrong = async () => false
const right = async () => true

let throttle: LoginThrottle
beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-01-01T00:00:00Z') })
  throttle = createLoginThrottle(defaultLimits, inProcessCounter())
})
afterEach(() => {
  vi.useRealTimers()
})

/** How long one try is kept waiting, in seconds; 'refused' when the line is too long. */
async function waited(
  who: string,
  from: Origin,
  check: Parameters<LoginThrottle['attempt']>[2] = wrong,
): Promise<number | 'refused'> {
  const start = Date.now()
  const outcome: { value?: number | 'refused' } = {}
  const attempt = throttle.attempt(who, from, check).then(
    () => void (outcome.value = (Date.now() - start) / 1000),
    () => void (outcome.value = 'refused'),
  )
  for (let second = 0; outcome.value === undefined && second < 200; second++) {
    await vi.advanceTimersByTimeAsync(1000)
  }
  await attempt
  return outcome.value!
}

test('a person may mistype five times, then each try waits longer, 15 seconds at most', async () => {
  const waits = []
  for (let i = 0; i < 12; i++) waits.push(await waited('li', stranger))
  expect(waits).toEqual([0, 0, 0, 0, 0, 1, 2, 4, 8, 15, 15, 15])
})

test('tries made all at once gain nothing: they wait in line or are refused', async () => {
  const outcomes: string[] = []
  const all = Array.from({ length: 100 }, () =>
    throttle.attempt('li', stranger, wrong).then(
      () => outcomes.push('checked'),
      (failure: Error) => outcomes.push(failure.message),
    ),
  )
  await vi.advanceTimersByTimeAsync(60_000)
  await Promise.all(all)
  expect(outcomes.filter((outcome) => outcome === 'checked').length).toBeLessThan(12)
  expect(new Set(outcomes)).toEqual(new Set(['checked', 'too_many_requests']))
})

test('strangers who guess do not keep the owner waiting on a device that is known', async () => {
  for (let i = 0; i < 20; i++) await waited('li', stranger)
  expect(await waited('li', owner, right)).toBe(0)
})

test('strangers who guess do not keep the owner waiting on a new device either', async () => {
  for (let i = 0; i < 60; i++) await waited('li', { address: `203.0.113.${i % 12}`, device: null })
  expect(await waited('li', { address: '198.51.100.9', device: null }, right)).toBe(0)
})

test('guesses from many networks are bounded in all; one that has not guessed yet still has two', async () => {
  const from = (network: number): Origin => ({
    address: `10.${network >> 8}.${network & 255}.1`,
    device: null,
  })
  let checked = 0
  for (let turn = 0; turn < 5; turn++) {
    for (let network = 0; network < 100; network++) {
      const attempt = throttle.attempt('li', from(network), async () => checked++ < 0)
      await attempt.catch((refusal: unknown) => expect(refusal).toMatchObject({ code: 'too_many_requests' }))
    }
  }
  // half of 300 at once, then what is left of two for each
  expect(checked).toBe(200)
  expect(await waited('li', from(5_000), right)).toBe(0)
  expect(await waited('another', from(3), wrong)).toBe(0)
})

/** How many of these tries are checked; all are wrong. */
async function checkedOf(who: string, addresses: Iterable<string>): Promise<number> {
  let checked = 0
  for (const address of addresses) {
    const attempt = throttle.attempt(who, { address, device: null }, async () => checked++ < 0)
    await attempt.catch((refusal: unknown) => expect(refusal).toMatchObject({ code: 'too_many_requests' }))
  }
  return checked
}

function* addressesOf(count: number, write: (index: number) => string) {
  for (let index = 0; index < count; index++) yield write(index)
}

test('a /48 of IPv6 has 65,536 networks and 60 guesses an hour; the owner gets in on a new device meanwhile', async () => {
  const networks = (count: number, first = 0) =>
    addressesOf(count, (index) => `2001:db8:5:${(first + index).toString(16)}::1`)
  expect(await checkedOf('li', networks(65_536))).toBe(30)
  expect(await waited('li', { address: '198.51.100.9', device: null }, right)).toBe(0)
  expect(await waited('li', { address: '2001:db8:6::1', device: null }, right)).toBe(0)
  expect(await waited('another', { address: '2001:db8:5::1', device: null }, right)).toBe(0)
  let later = 0
  for (let minute = 0; minute < 59; minute++) {
    await vi.advanceTimersByTimeAsync(60_000)
    later += await checkedOf('li', networks(100, 1_000 + minute * 100))
  }
  expect(later).toBeGreaterThan(25)
  expect(later).toBeLessThanOrEqual(30)
})

test('whoever has very many networks gets 600 guesses an hour at an account, half of them at once; its owner is let in on a known device', async () => {
  const networks = () => addressesOf(5_000, (index) => `2001:db8:${index.toString(16)}::1`)
  expect(await checkedOf('li', networks())).toBe(300)
  expect(await checkedOf('li', networks())).toBe(0)
  expect(await waited('li', owner, right)).toBe(0)
  // and whoever reads the mail has a lane of their own
  expect(await waited('mail 7', { address: '198.51.100.9', device: null }, right)).toBe(0)
})

test('names that do not exist flush nobody’s count, however many are tried', async () => {
  const networks = () => addressesOf(5_000, (index) => `2001:db8:${index.toString(16)}::1`)
  expect(await checkedOf('li', networks())).toBe(300)
  for (let i = 0; i < 12; i++) await waited('zhou', stranger)
  for (let name = 0; name < 55_000; name++) {
    const address = `2001:db8:${(name & 0xffff).toString(16)}::2`
    await throttle.attempt(`nobody ${name}`, { address, device: null }, wrong).catch(() => {})
  }
  expect(await checkedOf('li', networks())).toBeLessThan(20)
  expect(await waited('zhou', stranger)).toBe(15)
})

test('one address that tries many accounts is slowed', async () => {
  for (let i = 0; i < 20; i++) expect(await waited(`account ${i}`, stranger)).toBe(0)
  expect(await waited('one more', stranger)).toBeGreaterThan(0)
  expect(await waited('one more', { address: '198.51.100.9', device: null })).toBe(0)
})

test('a right password forgives the mistakes before it', async () => {
  for (let i = 0; i < 5; i++) await waited('li', stranger)
  expect(await waited('li', stranger, right)).toBe(1)
  expect(await waited('li', stranger)).toBe(0)
})

test('half an hour later all is forgotten', async () => {
  for (let i = 0; i < 12; i++) await waited('li', stranger)
  await vi.advanceTimersByTimeAsync(31 * 60_000)
  expect(await waited('li', stranger)).toBe(0)
})

test('a try whose password nobody looked at, as too many wait, is not counted', async () => {
  const full = () => Promise.reject(new Refusal('too_many_requests', { seconds: 1 }))
  for (let i = 0; i < 60; i++) expect(await waited('li', stranger, full)).toBe('refused')
  expect(await waited('li', stranger)).toBe(0)
  expect(await waited('another', stranger)).toBe(0)
  // nor does it move the line of who is slowed already
  for (let i = 0; i < 5; i++) await waited('li', stranger)
  const start = Date.now()
  expect(await waited('li', stranger, full)).toBe('refused')
  expect(Date.now() - start).toBeLessThan(3_000)
  expect(await waited('li', stranger)).toBeLessThanOrEqual(2)
})

test('a try that hangs up after a password was looked at is counted', async () => {
  const hangUp = async (looked: () => void) => {
    looked()
    throw new Error('gone')
  }
  for (let i = 0; i < 60; i++) await waited('li', { address: `203.0.113.${i}`, device: null }, hangUp)
  expect(await waited('li', stranger)).toBe('refused')
})

test('one /24 of IPv4 has 60 guesses an hour, half of them at once; the owner gets in from another meanwhile', async () => {
  expect(
    await checkedOf(
      'li',
      addressesOf(256, (index) => `192.0.2.${index}`),
    ),
  ).toBe(30)
  expect(await waited('li', { address: '192.0.3.1', device: null }, right)).toBe(0)
})

test('all addresses of one IPv6 network count as one', async () => {
  for (let i = 0; i < 20; i++) await waited(`account ${i}`, { address: `2001:db8::${i + 1}`, device: null })
  expect(await waited('one more', { address: '2001:db8:0:0:ff::1', device: null })).toBeGreaterThan(0)
  expect(await waited('another', { address: '2001:db8:0:1::1', device: null })).toBe(0)
})

test('a clock of the day that is set back keeps nobody out', async () => {
  expect(await waited('li', stranger)).toBe(0)
  vi.setSystemTime(new Date('2025-12-31T00:00:00Z'))
  let isIn = false
  void throttle.attempt('li', stranger, right).then((answer) => (isIn = answer))
  await vi.advanceTimersByTimeAsync(0)
  expect(isIn).toBe(true)
})

test('a bucket bears a clock that steps back: it takes nothing away, and goes on to fill', () => {
  const rate = new Rate(1, 10)
  expect(rate.take(100_000_000, 10)).toBe(true)
  expect(rate.waitMs(0, 1)).toBe(1_000)
  expect(rate.take(1_000, 1)).toBe(true)
})

test('no hour has more than a bucket of an hour says, the first one neither', () => {
  const rate = new Rate(...perHour(300))
  let taken = 0
  for (let second = 0; second < 3_600; second++) taken += rate.take(second * 1_000) ? 1 : 0
  expect(taken).toBeGreaterThan(295)
  expect(taken).toBeLessThanOrEqual(300)
})
