import type { Socket } from 'node:net'
import pg from 'pg'
import type { Logger } from 'pino'
import { Refusal } from '../../shared/errors.ts'
import { DatabaseUnavailable, isConnectionFailure } from './failures.ts'
import { holdsWithin } from './holds-within.ts'

/** What the machine has, and no budget (`transactionsAtOnce` is): connections of one process: enough for the requests that two cores can serve at once, and for two restores that wait. */
const poolSize = 14
/**
 * Connections of the log alone, as those of requests may all wait for rows that somebody holds: what people write is
 * committed on the ones, and texts, of which many are read when all come back at once, are read on the others.
 */
export const logPoolSizes = { commits: 2, reads: 4 }

/** How long one statement may take (ms); then the server ends it. Far over the longest that a request makes. */
const statementMs = 30_000
/** A connection on which nothing came and went for so long while it was in use is given up (ms): the server hangs. */
const longestSilenceMs = 35_000

interface PoolOptions {
  /** False for what may take long, as the migration of a large database does. */
  hasTimeLimits?: boolean
  /** In place of 35 s, for tests (ms). */
  silenceMs?: number
  /** How long a statement waits for a row that another holds (ms); as long as it may take, if left out. */
  lockMs?: number
  size?: number
}

/**
 * Opens the pool. Who waits for the database in vain gets `DatabaseUnavailable` or its query's failure, within ten
 * seconds for a connection and 35 for an answer. A connection that breaks while nobody uses it is logged and replaced, not fatal. Each of them holds
 * its share of the database's fence (`lockDatabase`) as long as its session lives.
 */
export function openPool(
  connection: pg.PoolConfig,
  logger: Logger,
  { hasTimeLimits = true, silenceMs = longestSilenceMs, lockMs = 0, size = poolSize }: PoolOptions = {},
): pg.Pool {
  const pool = new pg.Pool({
    max: size,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    ...(hasTimeLimits && { statement_timeout: statementMs }),
    ...connection,
    // oxlint-disable-next-line typescript/no-misused-promises -- it is waited for; when it fails, there is no connection
    onConnect: async (client) => {
      // a transaction holds its connection without the pool listening: one that breaks then would end the process
      client.on('error', () => {})
      if (hasTimeLimits) giveUpInSilence(client, silenceMs)
      await client.query('select pg_advisory_lock_shared($1, $2)', fence)
      // not before: for the fence it waits as long as an earlier process takes to end
      if (lockMs > 0) await client.query("select set_config('lock_timeout', $1, false)", [String(lockMs)])
    },
  })
  tellUnavailable(pool)
  // one that the database ends because it is being stopped was not lost
  pool.on('error', (error) => pool.ending || logger.warn({ err: error }, 'database connection lost'))
  return pool
}

/**
 * Ends a connection over which nothing comes any more, and with it all that waits for it. (The driver's own time limit
 * for a query fails the query only: the connection would go back to the pool and hang whoever gets it next.)
 */
function giveUpInSilence(client: pg.ClientBase, silenceMs: number): void {
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection
  stream.setTimeout(silenceMs, () => stream.destroy(new DatabaseUnavailable()))
}

/** What the pool itself fails with, as nobody can be asked, gets a name. */
function tellUnavailable(pool: pg.Pool): void {
  const named = (failure: unknown) => {
    throw isConnectionFailure(failure) ? new DatabaseUnavailable(failure) : failure
  }
  type Method = (...given: unknown[]) => unknown
  for (const name of ['connect', 'query'] as const) {
    const original = pool[name].bind(pool) as Method
    pool[name] = ((...given: unknown[]) => {
      const result = original(...given)
      // without a promise it was given a callback
      return result instanceof Promise ? result.catch(named) : result
    }) as never
  }
}

/** What of a database's address may be shown: never its password. */
export function shownServer(databaseUrl: string): string {
  const { hostname, port, pathname } = new URL(databaseUrl)
  return `${hostname}:${port || 5432}${pathname}`
}

/**
 * Numbers that no other program uses on the same server. They are the same for each database, whose locks are its own:
 * two data folders that lead to one database are one app too many.
 */
const appLock = [0x43_53, 1]
const fence = [0x43_54, 1]

/** A process that ends by itself, as its supervisor was killed, takes up to five seconds; a killed one's sessions less (ms). */
const noticeMs = 6_000
/** Its last statement may wait for a slow disk (ms). */
const lastStatementMs = 20_000

/** Another process took the database while this one was cut off from it. */
export class DatabaseTaken extends Error {
  constructor() {
    super('another process has taken the database: what both write, neither of them would read')
    this.name = 'DatabaseTaken'
  }
}

/**
 * Takes the lock that one app holds on its database: a session's advisory lock in the database, so that it goes
 * with the process however the process ends. Taken again when the database was started anew.
 *
 * A statement that a killed process sent last goes on without it, and what it commits after we have read would be in
 * the log and in nobody's memory. So we also wait until all sessions of an earlier process are gone: their fence.
 * A process that comes back and finds another one there must end: `onTaken` is called, and without it that is thrown where
 * nobody catches it.
 * @throws Refusal `name_taken` when another process still holds it after six seconds, or its fence after twenty.
 */
export async function lockDatabase(
  connection: pg.ClientConfig,
  logger: Logger,
  onTaken?: (failure: DatabaseTaken) => void,
) {
  /** Sessions that have held it for us; the server may not know yet that one of them has ended. */
  const ours = new Set<number>()
  let client = await take(true)
  let released = false

  async function take(isFirst: boolean): Promise<pg.Client> {
    const taking = new pg.Client({ ...connection, connectionTimeoutMillis: 10_000 })
    // what breaks before it is taken fails what it was asked
    taking.on('error', () => {})
    await taking.connect()
    if (!isFirst && (await isTaken(taking, ours))) {
      await taking.end()
      throw new DatabaseTaken()
    }
    ours.add(await sessionOf(taking))
    const got =
      (await lockWithin(taking, appLock, noticeMs)) &&
      // of our own process the pool holds the fence already
      (!isFirst || (await lockWithin(taking, fence, lastStatementMs)))
    if (!got) {
      await taking.end()
      throw new Refusal('name_taken')
    }
    if (isFirst) await taking.query('select pg_advisory_unlock($1, $2)', fence)
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
        if (error instanceof DatabaseTaken) {
          if (!onTaken) throw error
          return onTaken(error)
        }
        logger.warn({ err: error }, 'the lock on the database is not held')
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

/** The number that PostgreSQL gives a session. */
async function sessionOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  return rows[0]!.pid
}

/** True when a session has the database's lock that is none of these. */
async function isTaken(client: pg.Client, ours: ReadonlySet<number>): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>(
    `select pid from pg_locks where locktype = 'advisory' and classid = $1 and objid = $2 and granted
     and database = (select oid from pg_database where datname = current_database())`,
    appLock,
  )
  return rows.some(({ pid }) => !ours.has(pid))
}

/** True when no process has the database's lock, or gives it up within two seconds; then this connection has it. */
export const isDatabaseFree = (client: pg.Client): Promise<boolean> => lockWithin(client, appLock, 2_000)

const lockWithin = (client: pg.Client, lock: number[], ms: number): Promise<boolean> =>
  holdsWithin(ms, 50, async () => {
    const { rows } = await client.query('select pg_try_advisory_lock($1, $2) as taken', lock)
    return rows[0].taken as boolean
  })
