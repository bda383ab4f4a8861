import { DrizzleQueryError } from 'drizzle-orm/errors'
import { Hono } from 'hono'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { answerFailure } from '../../../server/http/failures.ts'
import type { Env } from '../../../server/http/route.ts'

/** What a request is answered that a query's refusal stopped. */
async function answerTo(sqlState: string): Promise<[number, string]> {
  const app = new Hono<Env>()
    .use(async (c, next) => {
      c.set('log', pino({ level: 'silent' }))
      await next()
    })
    .get('/', () => {
      throw new DrizzleQueryError('insert', [], Object.assign(new Error('refused'), { code: sqlState }))
    })
    .onError(answerFailure)
  const reply = await app.request('/')
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
