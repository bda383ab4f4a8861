import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { Refusal } from '../../shared/errors.ts'
import { databaseHome, environment, makeCluster, noteHome, socketFolder } from './cluster.ts'
import {
  asksForPasswords,
  forgetSecret,
  makeSecret,
  passwordOf,
  readSecret,
  writeRules,
} from './passwords.ts'
import { databaseAccount, postgresPrograms } from './postgres-binaries.ts'
import { endPostmaster, isAlive, livingPostmaster, removeForeignPidFile } from './postmaster.ts'
import { appRole, demandPasswords, isWrongPassword, makeAppRole, owner } from './roles.ts'

/** How `pg` reaches the built-in database: over a Unix socket only, with a password that stands in the data folder. */
export interface EmbeddedConnection {
  host: string
  port: number
  user: string
  password: string
  database: string
}

export interface EmbeddedPostgres {
  /** As the role that serves, which reads and writes rows. `grantToApp` lets it, once there are tables. */
  connection: EmbeddedConnection
  /** As the owner of everything, who migrates. */
  ownerConnection: EmbeddedConnection
  /** Shuts it down and resolves when its last process has gone. */
  stop(): Promise<void>
}

interface Options {
  dataDir: string
  /** False only for tests that do not ask what a crash leaves. */
  fsync?: boolean
  /** Told when the database died and was started again. */
  onRestart?: () => void
}

interface Spawned {
  pid: number
  hasExited: boolean
}

/** A part of the socket's name only: nothing listens on it. */
export const port = 5432

/** How the owner reaches the database of `dataDir`, whose secret must be there. */
export function embeddedConnection(dataDir: string): EmbeddedConnection {
  const account = databaseAccount()
  const host = socketFolder(databaseHome(dataDir, account), account)
  const secret = readSecret(dataDir)
  return { host, port, user: owner, password: secret ? passwordOf(secret, owner) : '', database: 'postgres' }
}

/** How long starting may fail: what a killed postmaster leaves behind goes within a second. */
const failingMs = 5_000
/** How long it may take to answer: after a crash it first reads its log again. */
const recoveringMs = 120_000

/**
 * Starts Countersign's own PostgreSQL in `dataDir`, or adopts the one that an earlier process left running there
 * (after kill -9), and keeps it running until `stop`. It listens on a Unix socket in a folder of mode 700, has no TCP
 * port, and asks for a password; a database of a former version, which asked for none, does so from now on.
 * @throws when the folder cannot be written or the programs do not start, with the server's own words; Refusal
 * `name_taken` when it has to be given passwords and another process uses it
 */
export async function startEmbeddedPostgres({
  dataDir,
  fsync = true,
  onRestart,
}: Options): Promise<EmbeddedPostgres> {
  const account = databaseAccount()
  const home = databaseHome(dataDir, account)
  const cluster = join(home, 'cluster')
  const log = join(home, 'postgres.log')
  const programs = postgresPrograms(account)
  const isClosed = !existsSync(cluster) || asksForPasswords(cluster)
  const hasSecret = readSecret(dataDir) !== null
  const isGuarded = !existsSync(cluster) || (isClosed && hasSecret)
  const secret = makeSecret(dataDir)
  const ownerConnection = embeddedConnection(dataDir)
  const connection = { ...ownerConnection, user: appRole, password: passwordOf(secret, appRole) }
  const socketDir = connection.host

  if (!existsSync(cluster)) await makeCluster(programs, cluster, account, ownerConnection.password)
  noteHome(dataDir, home)
  if (!isGuarded) letIn()
  let stopping = false
  let spawned: Spawned | null = null
  let postmaster = await ensureRunning()
  if (isGuarded) await makeAppRole(ownerConnection, secret)
  else await giveRolesPasswords()
  let reviving: Promise<void> | null = null
  // a failed attempt is followed by the next: a full disk may have space again
  const watch = setInterval(() => void revive().catch(() => {}), 500)
  watch.unref()

  return {
    connection,
    ownerConnection,
    async stop() {
      stopping = true
      clearInterval(watch)
      await reviving?.catch(() => {})
      await endPostmaster(postmaster)
    },
  }

  function revive(): Promise<void> {
    if (stopping || isAlive(postmaster)) return Promise.resolve()
    return (reviving ??= startAgain().finally(() => (reviving = null)))
  }

  async function startAgain(): Promise<void> {
    postmaster = await ensureRunning()
    onRestart?.()
  }

  /** Its owner comes in without a password: there is none yet, or the one that was set is lost. */
  function letIn(): void {
    setRules('trust')
  }

  function setRules(method: 'scram-sha-256' | 'trust'): void {
    writeRules(cluster, method, account)
    const running = livingPostmaster(cluster)
    if (running !== null) process.kill(running, 'SIGHUP')
  }

  /** Where another process turns out to use the database, all is left as it was: closed, and without our secret. */
  async function giveRolesPasswords(): Promise<void> {
    try {
      await demandPasswords(ownerConnection, secret, () => writeRules(cluster, 'scram-sha-256', account))
    } catch (failure) {
      if (failure instanceof Refusal && failure.code === 'name_taken') {
        if (isClosed) setRules('scram-sha-256')
        if (!hasSecret) forgetSecret(dataDir)
      }
      throw failure
    }
  }

  /** Resolves with the postmaster's pid when it answers: the one that runs already, or a new one. */
  async function ensureRunning(): Promise<number> {
    const began = Date.now()
    while (!stopping) {
      const answering = await whoAnswers(ownerConnection, isGuarded)
      const living = livingPostmaster(cluster)
      if (answering === cluster && living !== null) return living
      // one that is being stopped answers a moment longer than its note stands
      if (answering !== null && living === null && Date.now() - began > failingMs) {
        throw new Error(`${socketDir} leads to the PostgreSQL of ${answering}, not to that of ${cluster}`)
      }
      const isStarting = spawned && !spawned.hasExited
      if (answering === null && !isStarting && living === null) {
        if (spawned && Date.now() - began > failingMs)
          throw new Error(`PostgreSQL does not start: ${said(log)}`)
        // what lived a moment ago may need another to end
        if (spawned) await pause(100)
        if (stopping) break
        removeForeignPidFile(cluster)
        spawned = spawnPostgres()
      }
      if (Date.now() - began > recoveringMs) throw new Error(`PostgreSQL does not answer: ${said(log)}`)
      await pause(25)
    }
    // one that is on its way goes with the others
    if (spawned && !spawned.hasExited) postmaster = spawned.pid
    throw new Error('PostgreSQL was stopped')
  }

  function spawnPostgres(): Spawned {
    const settings = ['listen_addresses=', `unix_socket_permissions=0700`, `fsync=${fsync ? 'on' : 'off'}`]
    settings.push('max_connections=50', 'shared_buffers=64MB', 'jit=off', 'log_min_messages=warning')
    // the words of the last one that died are kept, and no more than that
    if (existsSync(log)) renameSync(log, `${log}.1`)
    const output = openSync(log, 'a', 0o600)
    // detached: Ctrl-C in the app's terminal must not stop the database before the app has committed what is pending
    const child = spawn(
      join(programs, 'bin/postgres'),
      ['-D', cluster, '-k', socketDir, ...settings.flatMap((setting) => ['-c', setting])],
      { cwd: '/', env: environment(), detached: true, stdio: ['ignore', output, output], ...account },
    )
    closeSync(output)
    const state = { pid: child.pid ?? 0, hasExited: false }
    child.on('exit', () => (state.hasExited = true)).on('error', () => (state.hasExited = true))
    child.unref()
    return state
  }
}

/** The data folder of the PostgreSQL that answers; null when none does. */
async function whoAnswers(connection: EmbeddedConnection, isGuarded: boolean): Promise<string | null> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 2_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ data_directory: string }>('show data_directory')
    return rows[0]!.data_directory
  } catch (error) {
    // until it has read its rules again it may ask for the password that is lost
    if (isGuarded && isWrongPassword(error)) {
      throw new Error(
        'the database was given another secret than the one in the data folder. Bring the right one back, or remove it.',
        { cause: error },
      )
    }
    return null
  } finally {
    await client.end().catch(() => {})
  }
}

const said = (log: string): string => readFileSync(log, 'utf8').trim().split('\n').slice(-3).join(' ')
const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))
