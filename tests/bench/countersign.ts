import { execFileSync, fork, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { openDatabase, type Database } from '../../server/db/database.ts'
import { embeddedConnection } from '../../server/db/embedded-postgres.ts'
import { createPerson, type Person } from '../helpers/people.ts'
import { until } from '../helpers/until.ts'
import { childrenOf, endedChildrenMs, processorMs } from './processor-time.ts'

/** For whoever wants a profile of a server: `BENCH_NODE_ARGUMENTS=--cpu-prof`. */
export const nodeArguments = (process.env.BENCH_NODE_ARGUMENTS ?? '').split(' ').filter(Boolean)

/** Nobody is turned away for being one of many behind one account and one address. */
const withoutQuotas = {
  LIMIT_SOCKETS_PER_USER: '1000000',
  LIMIT_REQUESTS_PER_MINUTE: '1000000',
  LIMIT_CONNECTIONS_PER_NETWORK: '1000000',
  LIMIT_CONNECTIONS_AT_ONCE: '1000000',
  LIMIT_DOCUMENTS_PER_PROJECT: '1000000',
  LIMIT_TRAIL_BYTES_PER_HOUR: '1000000000',
  LIMIT_SIGN_UPS_PER_HOUR: '1000000',
  LIMIT_UPGRADES_PER_MINUTE: '1000000',
  LIMIT_ANSWERS_PER_MINUTE: '1000000',
  LIMIT_READ_BYTES_PER_SECOND: '1000000000000',
  LIMIT_READ_FRAMES_PER_SECOND: '1000000',
  LIMIT_READ_ITEMS_PER_SECOND: '1000000000',
  LIMIT_WRITTEN_BYTES_PER_MINUTE: '1000000000000',
  LIMIT_DECODED_BYTES: '1000000000000',
}

/** The built server in a process of its own, on an empty data folder, with somebody who has an account. */
export interface CountersignProcess {
  origin: string
  owner: Person
  pid(): number
  /** Time that its database has spent on processors, in milliseconds. */
  databaseMs(): number
  /** Its database, for what takes too long to bring in by HTTP. Closed by `stop`. */
  database(): Database
  restart(): Promise<void>
  stop(): Promise<void>
}

/** `limits`: none for most loads, the usual ones where it is they that are measured. */
export async function openCountersign(limits: 'none' | 'usual' = 'none'): Promise<CountersignProcess> {
  const root = new URL('../..', import.meta.url).pathname
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' })
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'))
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const env = {
    ...process.env,
    ...(limits === 'none' ? withoutQuotas : {}),
    PORT: String(port),
    DATA_DIR: folder,
    NODE_ENV: 'production',
    LOG_LEVEL: 'error',
  }
  const run = async (): Promise<ChildProcess> => {
    const child = fork(join(root, 'dist/server/main.js'), {
      env,
      execArgv: nodeArguments,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    await until(
      'Countersign to be ready',
      () =>
        fetch(`${origin}/readyz`).then(
          (reply) => reply.ok,
          () => false,
        ),
      60,
    )
    return child
  }
  let child = await run()
  let pool: pg.Pool | undefined
  return {
    origin,
    owner: await createPerson(origin),
    pid: () => child.pid!,
    databaseMs: () =>
      childrenOf(child.pid!).reduce((sum, pid) => sum + processorMs(pid) + endedChildrenMs(pid), 0),
    database() {
      pool ??= new pg.Pool(embeddedConnection(folder))
      return openDatabase(pool)
    },
    async restart() {
      await end(child)
      child = await run()
    },
    async stop() {
      await pool?.end()
      await end(child)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Ends a process as an administrator would. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = new Promise((done) => child.once('exit', done))
  child.kill('SIGTERM')
  await ended
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return port
}
