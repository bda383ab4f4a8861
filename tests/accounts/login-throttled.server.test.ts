import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCredentials } from '../../server/accounts/credentials.ts'
import { markDevice } from '../../server/accounts/device.ts'
import { createLoginThrottle } from '../../server/accounts/login-throttle.ts'
import { users } from '../../server/accounts/tables.ts'
import { newId } from '../../server/db/columns.ts'
import { defaultLimits } from '../../shared/limits.ts'
import { createTestDatabase } from '../helpers/db/database.ts'
import { inProcessCounter } from '../../shared/rules/counter.ts'

/** The door as guessers find it: a password is looked at in no time here, and its hash is itself. */

const limits = { ...defaultLimits, guessesPerHourOfWideNetwork: 8, loginFreeTries: 100 }

let db: Awaited<ReturnType<typeof createTestDatabase>>
beforeAll(async () => void (db = await createTestDatabase()))
afterAll(() => db.drop())

/** `looks` are the passwords that were compared with an account's. */
function openDoor(afterLook: (nth: number) => void = () => {}) {
  const looks: string[] = []
  const fits = async (hash: string | null, password: string, _address: string, signal?: AbortSignal) => {
    signal?.throwIfAborted()
    if (hash !== null) looks.push(hash)
    afterLook(looks.length)
    return hash === password
  }
  return {
    looks,
    ...createCredentials(db.database, createLoginThrottle(limits, inProcessCounter()), { fits }, limits),
  }
}

async function account(email: string, password: string, isConfirmed = false): Promise<void> {
  const emailConfirmedAt = isConfirmed ? new Date() : null
  await db.database
    .insert(users)
    .values({ email, emailConfirmedAt, name: 'Li', locale: 'en', passwordHash: password })
}

const address = '203.0.113.7'
const codeOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'in',
    (failure: { code?: string }) => failure.code ?? 'gone',
  )

test('who names the owner’s address in an account of their own guesses no more, however many of their devices it knows', async () => {
  const email = `${newId()}@example.com`
  await account(email, 'of the owner', true)
  await account(email, 'of the guesser')
  const { signIn, looks } = openDoor()
  const codes: string[] = []
  for (let guess = 0; guess < 10; guess++) {
    const from = { address, mark: markDevice('of the guesser') }
    codes.push(await codeOf(signIn(email, `guess ${guess}`, from)))
  }
  expect(looks.filter((hash) => hash === 'of the owner')).toHaveLength(4)
  expect(codes.slice(0, 4)).toEqual(Array.from({ length: 4 }, () => 'wrong_credentials'))
  expect(new Set(codes.slice(4))).toEqual(new Set(['too_many_requests']))
  const known = { address, mark: markDevice('of the owner') }
  expect(await signIn(email, 'of the owner', known)).toMatchObject({ passwordHash: 'of the owner' })
  expect(await codeOf(signIn(email, 'of the owner', { address }))).toBe('too_many_requests')
  expect(await codeOf(signIn(email, 'of the owner', { address: '198.51.100.4' }))).toBe('in')
})

test('a device that knows one account opens another of the same address by its password', async () => {
  const email = `${newId()}@example.com`
  await account(email, 'the first')
  await account(email, 'the second')
  const from = { address, mark: markDevice('the first') }
  expect(await openDoor().signIn(email, 'the second', from)).toMatchObject({ passwordHash: 'the second' })
})

test('a refusal looks at the same number of passwords, on a device that is known and on any other', async () => {
  const email = `${newId()}@example.com`
  await account(email, 'of the owner')
  for (const mark of [undefined, markDevice('of the owner')]) {
    let checks = 0
    const { signIn } = openDoor(() => void checks++)
    expect(await codeOf(signIn(email, 'wrong', { address, mark }))).toBe('wrong_credentials')
    expect(checks).toBe(limits.accountsTriedPerSignIn)
  }
})

test('who hangs up once their guess was looked at has guessed', async () => {
  const email = `${newId()}@example.com`
  await account(email, 'of the owner')
  let leaving = new AbortController()
  const { signIn, looks } = openDoor(() => leaving.abort())
  const codes: string[] = []
  for (let guess = 0; guess < 10; guess++) {
    leaving = new AbortController()
    codes.push(await codeOf(signIn(email, `guess ${guess}`, { address, signal: leaving.signal })))
  }
  expect(looks).toHaveLength(4)
  expect(codes.slice(4)).toEqual(Array.from({ length: 6 }, () => 'too_many_requests'))
})
