import pg from 'pg'
import { Refusal } from '../../shared/errors.ts'
import { isDatabaseFree } from './connect.ts'
import { holdsWithin } from './holds-within.ts'
import { passwordOf } from './passwords.ts'

/** Owns the tables and may do everything: who starts and migrates the built-in database. */
export const owner = 'countersign'

/**
 * Who serves: reads and writes rows, and nothing else. It owns no table, so it can switch off no trigger and empty no
 * append-only table; it runs no program and reads no file.
 */
export const appRole = 'countersign_app'

/** How long the sessions of a process that was killed may take to end (ms). */
const endingMs = 6_000
/** How long the rules may take until they hold for the next connection (ms). */
const reloadingMs = 10_000

/** Makes the app's role in the built-in database, when it is not there. Whoever asks is its owner. */
export async function makeAppRole(connection: pg.ClientConfig, secret: string): Promise<void> {
  await withClient(connection, async (client) => {
    if (!(await hasAppRole(client))) await setPassword(client, 'create', appRole, secret)
  })
}

/** Lets the app's role read and write all rows of the database of `pool`, whose owner asks. */
export async function grantToApp(pool: pg.Pool): Promise<void> {
  await pool.query(`
    grant usage on schema public to ${appRole};
    grant select, insert, update, delete on all tables in schema public to ${appRole};
    grant usage, select on all sequences in schema public to ${appRole}`)
}

/**
 * Gives the roles of a running database that asks for no passwords the ones of `secret`, then closes it to whoever has
 * none: `close` writes the rules. For a database of a former version, or one whose secret was lost.
 * @throws Refusal `name_taken` when another process uses it
 */
export async function demandPasswords(
  connection: pg.ClientConfig,
  secret: string,
  close: () => void,
): Promise<void> {
  await withClient(connection, async (client) => {
    // a process of ours, and one of a former version, whose lock has another number
    if (!(await isDatabaseFree(client)) || !(await isAlone(client))) throw new Refusal('name_taken')
    await setPassword(client, 'alter', connection.user!, secret)
    await setPassword(client, (await hasAppRole(client)) ? 'alter' : 'create', appRole, secret)
    close()
    await client.query('select pg_reload_conf()')
  })
  const isClosed = () => isRefused({ ...connection, password: 'none' })
  if (!(await holdsWithin(reloadingMs, 20, isClosed))) {
    throw new Error('PostgreSQL goes on to let everybody in')
  }
}

async function hasAppRole(client: pg.Client): Promise<boolean> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [appRole])
  return rowCount !== 0
}

const setPassword = (client: pg.Client, verb: 'create' | 'alter', role: string, secret: string) =>
  // what is derived holds no sign that ends a text
  client.query(`${verb} role ${role} login password '${passwordOf(secret, role)}'`)

/** True when no other session is left within `endingMs`. */
const isAlone = (client: pg.Client): Promise<boolean> =>
  holdsWithin(endingMs, 50, async () => {
    const { rowCount } = await client.query(
      "select from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()",
    )
    return rowCount === 0
  })

const isRefused = (connection: pg.ClientConfig): Promise<boolean> =>
  withClient(connection, () => Promise.resolve(false)).catch(isWrongPassword)

/** What PostgreSQL says to a wrong password, or to none. */
export const isWrongPassword = (error: unknown): boolean =>
  ['28P01', '28000'].includes(String((error as { code?: unknown }).code))

async function withClient<T>(
  connection: pg.ClientConfig,
  use: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return await use(client)
  } finally {
    await client.end().catch(() => {})
  }
}
