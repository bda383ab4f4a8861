import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chownSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import {
  databaseAccount,
  postgresPrograms,
  reachable,
  reachableRoot,
  type Account,
} from './postgres-binaries.ts'

export interface EmbeddedPostgres {
  /** How `pg` reaches it: over a Unix socket only. */
  connection: { host: string; port: number; user: string; database: string }
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

const port = 5432
const user = 'countersign'
/** A socket's path must fit into `sockaddr_un`: 107 bytes on Linux, 103 on macOS. */
const longestSocketPath = 100

/**
 * Starts Countersign's own PostgreSQL in `dataDir`, or adopts the one that an earlier process left running there
 * (after kill -9), and keeps it running until `stop`. It listens on a Unix socket in a folder of mode 700 and has
 * no TCP port. Throws when the folder cannot be written or the programs do not start, with the server's own words.
 */
export async function startEmbeddedPostgres({
  dataDir,
  fsync = true,
  onRestart,
}: Options): Promise<EmbeddedPostgres> {
  const account = databaseAccount()
  const home = homeOf(dataDir, account)
  const cluster = join(home, 'cluster')
  const socketDir = socketFolder(home, account)
  const programs = postgresPrograms(account)
  const connection = { host: socketDir, port, user, database: 'postgres' }

  if (!existsSync(cluster)) await initialise(programs, cluster, account)
  let stopping = false
  let spawned: { exited: boolean } | null = null
  let postmaster = await ensureRunning()
  const watch = setInterval(() => void revive().catch(() => {}), 500)
  watch.unref()
  let reviving: Promise<void> | null = null

  return {
    connection,
    async stop() {
      stopping = true
      clearInterval(watch)
      await reviving?.catch(() => {})
      if (isAlive(postmaster)) process.kill(postmaster, 'SIGINT')
      const asked = Date.now()
      while (isAlive(postmaster)) {
        if (Date.now() - asked > 4_000) process.kill(postmaster, 'SIGQUIT')
        await pause(20)
      }
    },
  }

  function revive(): Promise<void> {
    if (stopping || isAlive(postmaster)) return Promise.resolve()
    reviving ??= ensureRunning()
      .then((pid) => {
        postmaster = pid
        onRestart?.()
      })
      .finally(() => (reviving = null))
    return reviving
  }

  /** Resolves with the postmaster's pid when it answers: the one that runs already, or a new one. */
  async function ensureRunning(): Promise<number> {
    const log = join(home, 'postgres.log')
    for (const deadline = Date.now() + 30_000; ;) {
      const running = runningPostmaster(cluster)
      if (running !== null) {
        if (await answers(connection)) return running
      } else {
        spawnPostgres(log)
      }
      if (Date.now() > deadline) throw new Error(`PostgreSQL did not start within 30 s: ${lastLines(log)}`)
      await pause(25)
    }
  }

  function spawnPostgres(log: string): void {
    if (spawned && !spawned.exited) return
    if (spawned?.exited && !stopping && failedToStart(log))
      throw new Error(`PostgreSQL does not start: ${lastLines(log)}`)
    const settings = ['listen_addresses=', `unix_socket_permissions=0700`, `fsync=${fsync ? 'on' : 'off'}`]
    settings.push('max_connections=50', 'shared_buffers=64MB', 'jit=off', 'log_min_messages=warning')
    rmSync(log, { force: true })
    const output = openSync(log, 'a', 0o600)
    // detached: Ctrl-C in the app's terminal must not stop the database before the app has committed what is pending
    const child = spawn(
      join(programs, 'bin/postgres'),
      ['-D', cluster, '-k', socketDir, ...settings.flatMap((setting) => ['-c', setting])],
      { cwd: '/', env: environment(), detached: true, stdio: ['ignore', output, output], ...account },
    )
    const state = { exited: false }
    child.on('exit', () => (state.exited = true)).on('error', () => (state.exited = true))
    child.unref()
    spawned = state
  }
}

/** Where the cluster lies: in the data folder, or where the database's account can reach it, with a pointer left behind. */
function homeOf(dataDir: string, account: Account): string {
  mkdirSync(dataDir, { recursive: true })
  const inside = join(realpathSync(dataDir), 'postgres')
  const name = createHash('sha256').update(inside).digest('hex').slice(0, 16)
  const home = reachable(inside, account) ? inside : join(reachableRoot, name)
  if (!existsSync(home)) {
    mkdirSync(home, { recursive: true, mode: 0o755 })
    if (account) chownSync(home, account.uid, account.gid)
    if (home !== inside) writeFileSync(join(dataDir, 'postgres-is-at'), `${home}\n`)
  }
  return home
}

function socketFolder(home: string, account: Account): string {
  const near = join(home, 'socket')
  const name = createHash('sha256').update(home).digest('hex').slice(0, 16)
  const folder =
    near.length <= longestSocketPath - '/.s.PGSQL.5432'.length ? near : join(tmpdir(), `countersign-${name}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (account) chownSync(folder, account.uid, account.gid)
  return folder
}

/** Makes the cluster under a temporary name and renames it: a half-made one is never taken for whole. */
async function initialise(programs: string, cluster: string, account: Account): Promise<void> {
  const partial = `${cluster}.${process.pid}`
  const options = ['--username', user, '--auth=trust', '--encoding=UTF8', '--locale-provider=builtin']
  options.push('--builtin-locale=C.UTF-8', '--locale=C', '--no-instructions')
  const child = spawn(join(programs, 'bin/initdb'), ['-D', partial, ...options], {
    cwd: '/',
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    ...account,
  })
  let said = ''
  child.stdout.on('data', (chunk) => (said += chunk))
  child.stderr.on('data', (chunk) => (said += chunk))
  const code = await new Promise<number | null>((done, fail) => child.on('error', fail).on('close', done))
  if (code !== 0) {
    rmSync(partial, { recursive: true, force: true })
    throw new Error(
      `PostgreSQL could not make its data folder: ${said.trim().split('\n').slice(-3).join(' ')}`,
    )
  }
  try {
    renameSync(partial, cluster)
  } catch (error) {
    rmSync(partial, { recursive: true, force: true })
    if (!existsSync(cluster)) throw error
  }
}

/** A user's PGDATA, PGOPTIONS and the like are not for our server. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LANG: 'C', LC_ALL: 'C', TZ: 'UTC' }
}

/** The pid in postmaster.pid when that process lives and is a PostgreSQL of this cluster; null otherwise. */
function runningPostmaster(cluster: string): number | null {
  const file = join(cluster, 'postmaster.pid')
  if (!existsSync(file)) return null
  const pid = Number(readFileSync(file, 'utf8').split('\n', 1)[0])
  if (!isAlive(pid)) return null
  const commandLine = `/proc/${pid}/cmdline`
  // after a reboot the number may belong to somebody else
  if (existsSync(commandLine) && !readFileSync(commandLine, 'utf8').includes(cluster)) return null
  return pid
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return !isZombie(pid)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** A killed child that its parent has not reaped still has a number. */
function isZombie(pid: number): boolean {
  const stat = `/proc/${pid}/stat`
  return existsSync(stat) && /\) Z /.test(readFileSync(stat, 'utf8'))
}

async function answers(connection: EmbeddedPostgres['connection']): Promise<boolean> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 2_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

const failedToStart = (log: string): boolean => /FATAL|PANIC/.test(lastLines(log))
const lastLines = (log: string): string => readFileSync(log, 'utf8').trim().split('\n').slice(-3).join(' ')
const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))
