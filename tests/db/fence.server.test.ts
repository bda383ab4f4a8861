import { join } from 'node:path'
import pg from 'pg'
import pino from 'pino'
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest'
import { DatabaseTaken, lockDatabase, openPool } from '../../server/db/connect.ts'
import { createTestDatabase, type TestDatabase } from '../helpers/db/database.ts'
import { openProxy } from '../helpers/http/link-proxy.ts'
import { until } from '../helpers/until.ts'

const logger = pino({ level: 'silent' })

let own: TestDatabase
beforeAll(async () => (own = await createTestDatabase()))
afterAll(() => own.drop())

test('a process starts only when the last statement of a killed one has ended', async () => {
  const earlier = openPool(own.connection, logger)
  const watcher = new pg.Client(own.connection)
  await watcher.connect()
  // it has lost its lock, and what it sent last still runs
  const last = earlier.query('select pg_sleep(1)')
  await until('its last statement to run', async () => {
    const running = "select 1 from pg_stat_activity where query = 'select pg_sleep(1)' and state = 'active'"
    return (await watcher.query(running)).rowCount === 1
  })
  let hasEnded = false
  void last.finally(() => (hasEnded = true))
  const ending = last.then(() => earlier.end())
  const lock = await lockDatabase(own.connection, logger)
  expect(hasEnded).toBe(true)
  await ending
  await lock.release()
  await watcher.end()
})

test('a process that was cut off and finds another one in its place ends, before both write', async () => {
  const { host, port } = inject('postgres').app
  const proxy = await openProxy(join(host, `.s.PGSQL.${port}`))
  onTestFinished(() => proxy.close())
  const taken: unknown[] = []
  const throughProxy = { ...own.connection, host: '127.0.0.1', port: proxy.port }
  const cutOff = await lockDatabase(throughProxy, logger, (failure) => taken.push(failure))
  proxy.cut({ staysAway: true })
  const other = await lockDatabase(own.connection, logger)
  proxy.cut()
  await until('it to find the other', () => taken.length > 0)
  expect(taken).toEqual([expect.any(DatabaseTaken)])
  await other.release()
  await cutOff.release()
})

test('its own connections do not keep it from taking the lock again', async () => {
  const lock = await lockDatabase(own.connection, logger)
  const pool = openPool(own.connection, logger)
  await pool.query('select 1')
  const { rows } = await pool.query<{ pid: number }>(
    "select pid from pg_locks where locktype = 'advisory' and mode = 'ExclusiveLock' and " +
      'database = (select oid from pg_database where datname = current_database())',
  )
  await pool.query('select pg_terminate_backend($1)', [rows[0]!.pid])
  await until('the lock to be taken again', async () => {
    const { rows: holders } = await pool.query<{ pid: number }>(
      "select pid from pg_locks where locktype = 'advisory' and mode = 'ExclusiveLock' and " +
        'database = (select oid from pg_database where datname = current_database())',
    )
    return holders.some(({ pid }) => pid !== rows[0]!.pid)
  })
  await lock.release()
  await pool.end()
})
