import pg from 'pg'
import type { Logger } from 'pino'
import { Refusal } from '../../shared/errors.ts'

/** Connections of one process: enough for the requests that two cores can serve at once. */
const poolSize = 12

/**
 * Opens the pool. A connection that breaks while nobody uses it is logged and replaced, not fatal. Each of them holds
 * its share of the folder's fence (`lockDataDir`) as long as its session lives.
 */
export function openPool(connection: pg.PoolConfig, key: number, logger: Logger): pg.Pool {
  const pool = new pg.Pool({
    max: poolSize,
    connectionTimeoutMillis: 10_000,
    ...connection,
    // oxlint-disable-next-line typescript/no-misused-promises -- it is waited for; when it fails, there is no connection
    onConnect: (client) => client.query('select pg_advisory_lock_shared($1, $2)', [fenceSpace, key]),
  })
  // one that the database ends because it is being stopped was not lost
  pool.on('error', (error) => pool.ending || logger.warn({ err: error }, 'database connection lost'))
  return pool
}

/** What of a database's address may be shown: never its password. */
export function shownServer(databaseUrl: string): string {
  const { hostname, port, pathname } = new URL(databaseUrl)
  return `${hostname}:${port || 5432}${pathname}`
}

/** Numbers that no other program uses on the same server: the advisory locks of one data folder. */
const lockSpace = 0x43_53
const fenceSpace = 0x43_54

/** A process that ends by itself, as its supervisor was killed, takes up to five seconds; a killed one's sessions less (ms). */
const noticeMs = 6_000
/** Its last statement may wait for a slow disk (ms). */
const lastStatementMs = 20_000

/**
 * Takes the lock that one app holds on its data folder: a session's advisory lock in the database, so that it goes
 * with the process however the process ends. Taken again when the database was started anew.
 *
 * A statement that a killed process sent last goes on without it, and what it commits after we have read would be in
 * the log and in nobody's memory. So we also wait until all sessions of an earlier process are gone: their fence.
 * @throws Refusal `name_taken` when another process still holds it after six seconds, or its fence after twenty.
 */
export async function lockDataDir(connection: pg.ClientConfig, key: number, logger: Logger) {
  let client = await take(true)
  let released = false

  async function take(isFirst: boolean): Promise<pg.Client> {
    const taking = new pg.Client({ ...connection, connectionTimeoutMillis: 10_000 })
    // what breaks before it is taken fails what it was asked
    taking.on('error', () => {})
    await taking.connect()
    const got =
      (await lockWithin(taking, lockSpace, key, noticeMs)) &&
      // of our own process the pool holds the fence already
      (!isFirst || (await lockWithin(taking, fenceSpace, key, lastStatementMs)))
    if (!got) {
      await taking.end()
      throw new Refusal('name_taken')
    }
    if (isFirst) await taking.query('select pg_advisory_unlock($1, $2)', [fenceSpace, key])
    taking.once('error', () => void regain())
    return taking
  }

  let regaining = false
  async function regain(): Promise<void> {
    if (released || regaining) return
    regaining = true
    while (!released) {
      try {
        client = await take(false)
        if (released) await client.end()
        break
      } catch (error) {
        logger.warn({ err: error }, 'the lock on the data folder is not held')
        await new Promise((done) => setTimeout(done, 500))
      }
    }
    regaining = false
  }

  return {
    /** Holds it as long as the database runs, and takes it no more when that ends. */
    keepToTheEnd(): void {
      released = true
    },
    async release(): Promise<void> {
      released = true
      await client.end().catch(() => {})
    },
  }
}

async function lockWithin(client: pg.Client, space: number, key: number, ms: number): Promise<boolean> {
  for (const deadline = Date.now() + ms; ;) {
    // oxlint-disable-next-line no-await-in-loop -- asked again until it is free
    const { rows } = await client.query('select pg_try_advisory_lock($1, $2) as taken', [space, key])
    if (rows[0].taken) return true
    if (Date.now() > deadline) return false
    // oxlint-disable-next-line no-await-in-loop -- the pause between two questions
    await new Promise((done) => setTimeout(done, 50))
  }
}
