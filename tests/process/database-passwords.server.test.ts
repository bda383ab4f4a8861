import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { databaseHome, environment, socketFolder } from '../../server/db/cluster.ts'
import { isDatabaseFree } from '../../server/db/connect.ts'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../server/db/embedded-postgres.ts'
import { databaseAccount, postgresPrograms } from '../../server/db/postgres-binaries.ts'
import { notedPostmaster } from '../../server/db/postmaster.ts'
import { until } from '../helpers/until.ts'
import { newDataDir, query, startPostgres } from '../helpers/process/own-postgres.ts'

const account = databaseAccount()

/** The code that PostgreSQL refuses a statement with; null when it does it. */
const refusal = (connection: pg.ClientConfig, statement: string): Promise<string | null> =>
  query(connection, statement).then(
    () => null,
    (failure: { code?: string }) => failure.code ?? 'no code',
  )

/** Nobody comes in without the password, as whichever role; both roles do with theirs. */
async function expectGuarded({ connection, ownerConnection }: EmbeddedPostgres): Promise<void> {
  for (const one of [connection, ownerConnection]) {
    expect(await query(one, 'select current_user as who')).toEqual([{ who: one.user }])
    expect(await refusal({ ...one, password: 'guessed' }, 'select 1')).toBe('28P01')
    // the password of the one is not the other's
    const other = one === connection ? ownerConnection : connection
    expect(await refusal({ ...one, password: other.password }, 'select 1')).toBe('28P01')
  }
}

const secretOf = (dataDir: string): string => join(dataDir, 'database-secret')

/** A cluster as version 0.1.0 made it: everybody who reached the socket was its superuser. */
async function makeFormer(dataDir: string): Promise<void> {
  const home = databaseHome(dataDir, account)
  const options = [
    '--username',
    'countersign',
    '--auth=trust',
    '--encoding=UTF8',
    '--locale-provider=builtin',
  ]
  options.push('--builtin-locale=C.UTF-8', '--locale=C', '--no-instructions')
  execFileSync(join(postgresPrograms(account), 'bin/initdb'), ['-D', join(home, 'cluster'), ...options], {
    cwd: '/',
    env: environment(),
    stdio: 'ignore',
    ...account,
  })
}

/** Starts it as that version did, with a table of its own, and leaves it running. */
async function runFormer(dataDir: string): Promise<{ former: pg.ClientConfig; end(): Promise<void> }> {
  const home = databaseHome(dataDir, account)
  const host = socketFolder(home, account)
  const child = spawn(
    join(postgresPrograms(account), 'bin/postgres'),
    ['-D', join(home, 'cluster'), '-k', host, '-c', 'listen_addresses=', '-c', 'fsync=off'],
    { cwd: '/', env: environment(), stdio: 'ignore', detached: true, ...account },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  const former = { host, user: 'countersign', database: 'postgres' }
  await until('it to answer', () => query(former, 'select 1').then(Boolean, () => false))
  await query(former, `create table if not exists kept as select 'kept' as word`)
  return {
    former,
    async end() {
      const ended = new Promise((done) => child.once('exit', done))
      child.kill('SIGINT')
      await ended
    },
  }
}

describe('security 35: the built-in database', () => {
  test('asks for passwords that only the server holds, from the first start on', async () => {
    const dataDir = newDataDir()
    const postgres = await startPostgres(dataDir, { fsync: false })
    await expectGuarded(postgres)
    expect(statSync(secretOf(dataDir)).mode & 0o777).toBe(0o600)
    expect(statSync(postgres.connection.host).mode & 0o777).toBe(0o700)
    const home = databaseHome(dataDir, account)
    expect(readFileSync(join(home, 'cluster/pg_hba.conf'), 'utf8')).not.toMatch(/trust|md5|password\b(?!s)/)
    // nothing of how it was made is left
    expect(readdirSync(home).filter((name) => name.includes('password'))).toEqual([])
    await postgres.stop()
    chmodSync(secretOf(dataDir), 0o644)
    await expectGuarded(await startPostgres(dataDir, { fsync: false }))
    expect(statSync(secretOf(dataDir)).mode & 0o777).toBe(0o600)
  })

  test('made by a former version, is given passwords at the next start and keeps what it holds', async () => {
    const dataDir = newDataDir()
    await makeFormer(dataDir)
    await (await runFormer(dataDir)).end()
    const first = await startPostgres(dataDir, { fsync: false })
    await expectGuarded(first)
    expect(await query(first.ownerConnection, 'select * from kept')).toEqual([{ word: 'kept' }])
    await first.stop()
    const second = await startPostgres(dataDir, { fsync: false })
    await expectGuarded(second)
    expect(await query(second.ownerConnection, 'select * from kept')).toEqual([{ word: 'kept' }])
  })

  test('left running by a former version that was killed, is given passwords as it runs', async () => {
    const dataDir = newDataDir()
    await makeFormer(dataDir)
    await runFormer(dataDir)
    const pid = notedPostmaster(join(databaseHome(dataDir, account), 'cluster'))
    const adopted = await startPostgres(dataDir, { fsync: false })
    await expectGuarded(adopted)
    expect(notedPostmaster(join(databaseHome(dataDir, account), 'cluster'))).toBe(pid)
    expect(await query(adopted.ownerConnection, 'select * from kept')).toEqual([{ word: 'kept' }])
  })

  test('in use by a former version, is left alone', async () => {
    const dataDir = newDataDir()
    await makeFormer(dataDir)
    const { former } = await runFormer(dataDir)
    const inUse = new pg.Client(former)
    inUse.on('error', () => {})
    onTestFinished(() => inUse.end().catch(() => {}))
    await inUse.connect()
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({ code: 'name_taken' })
    expect(await query(former, 'select * from kept')).toEqual([{ word: 'kept' }])
    expect((await inUse.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })

  test('in use by a process of this version when its secret is lost, stays closed and is given none', async () => {
    const dataDir = newDataDir()
    const { connection, ownerConnection } = await startPostgres(dataDir, { fsync: false })
    const inUse = new pg.Client(ownerConnection)
    inUse.on('error', () => {})
    onTestFinished(() => inUse.end().catch(() => {}))
    await inUse.connect()
    expect(await isDatabaseFree(inUse)).toBe(true)
    rmSync(secretOf(dataDir))
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({ code: 'name_taken' })
    expect(existsSync(secretOf(dataDir))).toBe(false)
    const closed = () => refusal({ ...connection, password: 'guessed' }, 'select 1')
    await until('it to ask for passwords again', async () => (await closed()) === '28P01')
    expect(await query(connection, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('whose secret was lost or torn, is given another one; with a foreign one it says so', async () => {
    const dataDir = newDataDir()
    const first = await startPostgres(dataDir, { fsync: false })
    await query(first.ownerConnection, `create table kept as select 'kept' as word`)
    await first.stop()
    for (const harm of [() => rmSync(secretOf(dataDir)), () => writeFileSync(secretOf(dataDir), 'torn')]) {
      harm()
      const next = await startPostgres(dataDir, { fsync: false })
      await expectGuarded(next)
      expect(await query(next.ownerConnection, 'select * from kept')).toEqual([{ word: 'kept' }])
      await next.stop()
    }
    writeFileSync(secretOf(dataDir), `${'x'.repeat(43)}\n`)
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(/another secret than the one in/)
  })

  test('given up halfway through being given passwords, is given them at the next start', async () => {
    const dataDir = newDataDir()
    await makeFormer(dataDir)
    // the secret was written, and no more
    writeFileSync(secretOf(dataDir), `${'y'.repeat(43)}\n`, { mode: 0o600 })
    await expectGuarded(await startPostgres(dataDir, { fsync: false }))
  })
})

test('a folder of sockets that was left open is closed', async () => {
  const dataDir = newDataDir()
  const folder = join(databaseHome(dataDir, account), 'socket')
  mkdirSync(folder)
  if (account) chownSync(folder, account.uid, account.gid)
  chmodSync(folder, 0o777)
  const { connection } = await startPostgres(dataDir, { fsync: false })
  expect(statSync(connection.host).mode & 0o777).toBe(0o700)
})
