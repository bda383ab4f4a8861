import { DrizzleQueryError } from 'drizzle-orm/errors'
import { Hono } from 'hono'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { DatabaseUnavailable, isDatabaseAway, withoutParameters } from '../../server/db/failures.ts'
import { answerFailure } from '../../server/http/failures.ts'
import type { Env } from '../../server/http/route.ts'
import type { ErrorCode } from '../../shared/errors.ts'
import { expectDescribed } from '../helpers/http/described-refusals.ts'

/** What a request is answered that a query's refusal stopped. */
async function answerTo(
  sqlState: string,
  method = 'POST',
  { refusals, logged = [] }: { refusals?: Set<ErrorCode>; logged?: string[] } = {},
): Promise<[number, string]> {
  const app = new Hono<Env>()
    .use(async (c, next) => {
      c.set('log', pino({ level: 'warn' }, { write: (line) => void logged.push(line) }))
      c.set('refusals', refusals)
      await next()
    })
    .all('/', () => {
      throw new DrizzleQueryError('insert', [], Object.assign(new Error('refused'), { code: sqlState }))
    })
    .onError(answerFailure)
  const reply = await app.request('/', { method })
  return [reply.status, ((await reply.json()) as { error: { code: string } }).error.code]
}

test.each(['22021', '22P05', '22P02'])(
  'text that PostgreSQL cannot keep (%s) is wrong input',
  async (state) => expect(await answerTo(state)).toEqual([400, 'invalid_input']),
)

test('a full disk is said to be one, and what nobody expects is a fault of ours', async () => {
  expect(await answerTo('53100')).toEqual([507, 'storage_full'])
  expect(await answerTo('42601')).toEqual([500, 'internal'])
})

test.each(['08006', '08003', '57P01', '57P03', '53300', '57014', '25006', '58030', '40P01', '40001'])(
  'a database that is away, full of connections, too slow or lets another go first (%s) is 503',
  async (state) => expect(await answerTo(state)).toEqual([503, 'storage_failed']),
)

test('whoever only asked for something is not told that nothing was saved', async () => {
  expect(await answerTo('08006', 'GET')).toEqual([503, 'storage_unreadable'])
  for (const method of ['PUT', 'PATCH', 'DELETE']) {
    expect(await answerTo('08006', method)).toEqual([503, 'storage_failed'])
  }
})

test('a code that the route does not name is logged, and fails the tests', async () => {
  const logged: string[] = []
  await answerTo('53100', 'POST', { refusals: new Set(['storage_full']), logged })
  expectDescribed(logged)
  await answerTo('53100', 'POST', { refusals: new Set(['not_found']), logged })
  expect(() => expectDescribed(logged)).toThrow('refusal not described: POST / storage_full')
})

test('a connection that broke is told from a fault of ours', () => {
  const failed = (cause: Error) => new DrizzleQueryError('select 1', ['a secret'], cause)
  expect(isDatabaseAway(failed(new Error('Connection terminated unexpectedly')))).toBe(true)
  expect(isDatabaseAway(failed(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })))).toBe(true)
  expect(isDatabaseAway(failed(new AggregateError([new Error('::1'), new Error('127.0.0.1')])))).toBe(true)
  expect(isDatabaseAway(new Error('act failed', { cause: new DatabaseUnavailable() }))).toBe(true)
  expect(isDatabaseAway(failed(new TypeError('not a string')))).toBe(false)
  expect(isDatabaseAway(failed(Object.assign(new Error('unique'), { code: '23505' })))).toBe(false)
  expect(isDatabaseAway(Object.assign(new Error('no such file'), { code: 'ENOENT' }))).toBe(false)
  expect(isDatabaseAway('a string')).toBe(false)
})

test('what is logged of a failed query holds none of its values', () => {
  const failure = new DrizzleQueryError('select $1', ['a secret'], new Error('refused'))
  expect(String((withoutParameters(failure) as Error).stack)).not.toContain('a secret')
})
