import pg from 'pg'
import type { Logger } from 'pino'
import { Refusal } from '../../shared/errors.ts'

/** Connections of one process: enough for the requests that two cores can serve at once. */
const poolSize = 12

/** Opens the pool. A connection that breaks while nobody uses it is logged and replaced, not fatal. */
export function openPool(connection: pg.PoolConfig, logger: Logger): pg.Pool {
  const pool = new pg.Pool({ max: poolSize, connectionTimeoutMillis: 10_000, ...connection })
  pool.on('error', (error) => logger.warn({ err: error }, 'database connection lost'))
  return pool
}

/** What of a database's address may be shown: never its password. */
export function shownServer(databaseUrl: string): string {
  const { hostname, port, pathname } = new URL(databaseUrl)
  return `${hostname}:${port || 5432}${pathname}`
}

/** Any two numbers that no other program uses on the same server: the advisory lock of one data folder. */
const lockSpace = 0x43_53

/**
 * Takes the lock that one app holds on its data folder: a session's advisory lock in the database, so that it goes
 * with the process however the process ends. Taken again when the database was started anew.
 * @throws Refusal `name_taken` when another process still holds it after two seconds.
 */
export async function lockDataDir(connection: pg.ClientConfig, key: number, logger: Logger) {
  let client = await take()
  let released = false

  async function take(): Promise<pg.Client> {
    const taking = new pg.Client({ ...connection, connectionTimeoutMillis: 10_000 })
    taking.on('error', () => void regain())
    await taking.connect()
    // a killed process's session ends when its server notices, which takes a moment
    for (const deadline = Date.now() + 2_000; ;) {
      const { rows } = await taking.query('select pg_try_advisory_lock($1, $2) as taken', [lockSpace, key])
      if (rows[0].taken) return taking
      if (Date.now() > deadline) {
        await taking.end()
        throw new Refusal('name_taken')
      }
      await new Promise((done) => setTimeout(done, 50))
    }
  }

  let regaining = false
  async function regain(): Promise<void> {
    if (released || regaining) return
    regaining = true
    while (!released) {
      try {
        client = await take()
        break
      } catch (error) {
        logger.warn({ err: error }, 'the lock on the data folder is not held')
        await new Promise((done) => setTimeout(done, 500))
      }
    }
    regaining = false
  }

  return {
    async release(): Promise<void> {
      released = true
      await client.end().catch(() => {})
    },
  }
}
