import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { crashExitCode } from '../../server/crash.ts'
import { startEmbeddedPostgres } from '../../server/db/embedded-postgres.ts'
import { isAlive, notedPostmaster } from '../../server/db/postmaster.ts'
import { createPerson } from '../helpers/people.ts'
import { until } from '../helpers/until.ts'
import { makeDataDir, startApp, steadyPort, type AppProcess } from '../helpers/process/app-process.ts'

/** A failure that nobody catches, in whichever process gets SIGUSR2; the first as a rejection, with its cause. */
const fails = `process.on('SIGUSR2', () => {
  void Promise.reject(new Error('nobody catches this', { cause: new Error('the deeper reason') }))
})`

function newScene() {
  const dataDir = makeDataDir()
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  const environment = {
    DATA_DIR: dataDir,
    PORT: steadyPort,
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(fails)}`,
  }
  const start = (
    more: Record<string, string> = {},
    program: 'supervisor' | 'parent' = 'supervisor',
  ): AppProcess => {
    const app = startApp({ ...environment, ...more }, program)
    onTestFinished(async () => {
      if (isAlive(app.pid)) await app.end('SIGTERM')
    })
    return app
  }
  return {
    start,
    log: () => readFileSync(join(dataDir, 'countersign.log'), 'utf8'),
    postmaster: () => notedPostmaster(join(dataDir, 'postgres/cluster'))!,
  }
}

/** The process that a supervisor started to serve. */
const servingPid = (supervisor: number): number | undefined => childOf(supervisor, 'main.js')

function childOf(wanted: number, program: string): number | undefined {
  return readdirSync('/proc')
    .map(Number)
    .find((pid) => {
      try {
        const [, parent] = /\) \S (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))!
        const isIt = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(program)
        return Number(parent) === wanted && isIt
      } catch {
        return false
      }
    })
}

const readyLines = (app: AppProcess): number => app.said().out.match(/ready: http/g)?.length ?? 0

test('security 49: an uncaught failure is logged whole, what was committed stays, and it is started again', async () => {
  const { start, log } = newScene()
  const app = start()
  const url = await app.ready()
  const person = await createPerson(url)
  const { id } = await person.post<{ id: string }>('/api/projects', { name: 'Lamp' })

  const first = servingPid(app.pid)!
  process.kill(first, 'SIGUSR2')
  await until('it to be ready again', () => readyLines(app) === 2, 30)
  expect(servingPid(app.pid)).not.toBe(first)
  expect(app.said().err).toContain(`Countersign ended unexpectedly (exit code ${crashExitCode})`)
  const line = log()
    .split('\n')
    .filter((one) => one.includes('uncaught failure'))
    .map((one) => JSON.parse(one) as { level: number; err: { stack: string }; origin: string })
  expect(line).toHaveLength(1)
  expect(line[0]).toMatchObject({ level: 60, origin: 'unhandledRejection' })
  expect(line[0]!.err.stack).toMatch(/nobody catches this[\s\S]*at [\s\S]*the deeper reason/)
  expect((await person.get<{ projects: { id: string }[] }>('/api/projects')).projects[0]!.id).toBe(id)

  // so also when it is killed, and when it was never asked
  process.kill(servingPid(app.pid)!, 'SIGKILL')
  await until('it to be ready once more', () => readyLines(app) === 3, 30)
  expect((await person.get<{ projects: { id: string }[] }>('/api/projects')).projects[0]!.id).toBe(id)

  const serving = servingPid(app.pid)!
  // within 5 s: one that takes longer is killed, and that is no 0
  expect(await app.end('SIGTERM')).toBe(0)
  expect(isAlive(serving)).toBe(false)
}, 180_000)

test('security 49: kill -9 of the supervisor ends all of it, and kill -9 of all blocks no next start; one that hangs is ended with its database', async () => {
  const { start, postmaster, log } = newScene()
  const first = start()
  await first.ready()
  const serving = servingPid(first.pid)!
  const database = postmaster()
  await first.end('SIGKILL')
  // at once: what is left of the first is still ending
  const second = start()
  await second.ready()
  await until('the first one’s server to have ended', () => !isAlive(serving))
  expect(isAlive(database), log()).toBe(false)

  // the database first, or it would be told by those that use it
  const left = [postmaster(), servingPid(second.pid)!, second.pid]
  for (const pid of left) process.kill(pid, 'SIGKILL')
  const third = start()
  await third.ready()
  const last = [servingPid(third.pid)!, postmaster()]
  // one that hangs is killed, and its database is ended for it
  process.kill(last[0]!, 'SIGSTOP')
  expect(await third.end('SIGTERM')).toBe(128 + 9)
  expect(last.filter((pid) => isAlive(pid))).toEqual([])
  await new Promise<void>((resolve, reject) => {
    const socket = createConnection(Number(steadyPort), '127.0.0.1', () => reject(new Error('it listens')))
    socket.on('error', () => resolve())
  })
}, 180_000)

test('a supervisor that is gone in the moment in which it would be told that it serves: all of it ends in order', async () => {
  const { start, postmaster, log } = newScene()
  // the channel breaks behind the line that says so
  const breaks = `const { stdout } = process
    const write = stdout.write.bind(stdout)
    if (process.send) stdout.write = (...given) => (write(...given), process.connected && process.disconnect(), true)`
  const app = start({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(breaks)}` })
  expect(await app.ended).toBe(0)
  expect(log()).not.toContain('uncaught failure')
  expect(postmaster()).toBe(null)
}, 60_000)

test('what keeps it from starting is said once, and is not tried again', async () => {
  const app = startApp({ PORT: 'many' }, 'supervisor')
  expect(await app.ended).toBe(1)
  expect(app.said().err.match(/PORT/g)).toHaveLength(1)
  expect(app.said().err).not.toContain('unexpectedly')
})

test('its own database is away when it starts again: it waits for it, and serves when it is back', async () => {
  const { start } = newScene()
  const home = makeDataDir()
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  let own = await startEmbeddedPostgres({ dataDir: home, fsync: false })
  onTestFinished(() => own.stop())
  const { host, port, user, password, database } = own.ownerConnection
  const query = new URLSearchParams({ host, port: String(port), user, password })
  const app = start({ DATABASE_URL: `postgres:///${database}?${query.toString()}` })
  await app.ready()
  await own.stop()
  process.kill(servingPid(app.pid)!, 'SIGKILL')
  await until('it to wait', () => app.said().err.includes('tries again'), 60)
  expect(readyLines(app)).toBe(1)
  own = await startEmbeddedPostgres({ dataDir: home, fsync: false })
  await until('it to be ready again', () => readyLines(app) === 2, 60)
  expect(app.said().err).not.toContain('does not start again')
  expect(await app.end('SIGTERM')).toBe(0)
}, 120_000)

test('kill -9 of `npm start` itself ends all of it; who else started it may leave', async () => {
  const { start } = newScene()
  const beneath = async (environment: Record<string, string>) => {
    const parent = start(environment, 'parent')
    await parent.ready()
    const supervisor = childOf(parent.pid, 'supervisor.js')!
    const serving = servingPid(supervisor)!
    onTestFinished(() => void (isAlive(supervisor) && process.kill(supervisor, 'SIGTERM')))
    // what it started holds its output open
    process.kill(parent.pid, 'SIGKILL')
    return { supervisor, serving }
  }
  const npm = await beneath({ npm_lifecycle_event: 'start', npm_package_name: 'countersign' })
  await until('both to have ended', () => !isAlive(npm.supervisor) && !isAlive(npm.serving), 30)
  const other = await beneath({ npm_lifecycle_event: 'deploy', npm_package_name: 'countersign' })
  // it goes on to do its work: a pause and a start take longer than its looks for npm lie apart
  process.kill(other.serving, 'SIGKILL')
  const answers = () =>
    fetch(`http://127.0.0.1:${steadyPort}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    )
  await until('another one to answer', answers, 60)
  // only now: right after its end the one that was killed is still listed
  const again = servingPid(other.supervisor)!
  expect([other.supervisor, again].map(isAlive)).toEqual([true, true])
  process.kill(other.supervisor, 'SIGTERM')
  await until('both to have ended', () => !isAlive(other.supervisor) && !isAlive(again), 30)
}, 120_000)
