import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { databaseHome } from '../../server/db/cluster.ts'
import { databaseAccount } from '../../server/db/postgres-binaries.ts'
import { isAlive, notedPostmaster } from '../../server/db/postmaster.ts'
import { until } from '../helpers/until.ts'
import {
  clusterOf,
  newDataDir,
  query,
  removeAfterwards,
  startPostgres,
} from '../helpers/process/own-postgres.ts'

const isRoot = process.getuid?.() === 0

const pidOf = (dataDir: string): number => notedPostmaster(clusterOf(dataDir))!

describe('the built-in PostgreSQL', () => {
  test('keeps what is written through stop and start, syncs to disk, and has no TCP port', async () => {
    const dataDir = newDataDir()
    const first = await startPostgres(dataDir)
    expect(await query(first.ownerConnection, 'show fsync')).toEqual([{ fsync: 'on' }])
    expect(await query(first.ownerConnection, 'show listen_addresses')).toEqual([{ listen_addresses: '' }])
    await query(first.ownerConnection, 'create table kept (word text)')
    const pid = pidOf(dataDir)
    await first.stop()
    expect(isAlive(pid)).toBe(false)
    expect(await query((await startPostgres(dataDir)).ownerConnection, 'select * from kept')).toEqual([])
  })

  test('left behind by a killed app, is adopted as it runs', async () => {
    const dataDir = newDataDir()
    const first = await startPostgres(dataDir)
    const pid = pidOf(dataDir)
    // what kill -9 of the app leaves: nobody stopped the database
    const second = await startPostgres(dataDir)
    expect(pidOf(dataDir)).toBe(pid)
    expect(await query(second.ownerConnection, 'select 1 as one')).toEqual([{ one: 1 }])
    await second.stop()
    await first.stop()
  })

  test('is started again when it dies', async () => {
    const dataDir = newDataDir()
    let restarts = 0
    const postgres = await startPostgres(dataDir, { onRestart: () => restarts++ })
    const pid = pidOf(dataDir)
    process.kill(pid, 'SIGKILL')
    await until('the database to be back', () => restarts === 1)
    expect(pidOf(dataDir)).not.toBe(pid)
    expect(await query(postgres.ownerConnection, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('is stopped also while it is being started again', async () => {
    const dataDir = newDataDir()
    const postgres = await startPostgres(dataDir)
    const died = pidOf(dataDir)
    process.kill(died, 'SIGKILL')
    const next = await until('another one to be on its way', () => {
      const pid = notedPostmaster(clusterOf(dataDir))
      return pid !== died && pid
    })
    await postgres.stop()
    expect(isAlive(next)).toBe(false)
  })

  test('starts where postmaster.pid names a stranger’s process', async () => {
    const dataDir = newDataDir()
    await (await startPostgres(dataDir)).stop()
    const stranger = spawn('sleep', ['60'], { stdio: 'ignore', ...databaseAccount() })
    onTestFinished(() => void stranger.kill())
    const file = join(clusterOf(dataDir), 'postmaster.pid')
    writeFileSync(file, `${stranger.pid}\n${clusterOf(dataDir)}\n1\n5432\n\n\n\n`)
    expect(await query((await startPostgres(dataDir)).ownerConnection, 'select 1 as one')).toEqual([
      { one: 1 },
    ])
  })

  test('works in a folder with a path too long for a socket', async () => {
    const long = join(newDataDir(), 'x'.repeat(90))
    mkdirSync(long)
    const postgres = await startPostgres(long)
    expect(`${postgres.connection.host}/.s.PGSQL.5432`.length).toBeLessThan(107)
    expect(await query(postgres.ownerConnection, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test.runIf(isRoot)('run by root, works for an account that cannot enter the data folder', async () => {
    const closed = newDataDir()
    chmodSync(closed, 0o700)
    const dataDir = join(closed, 'data')
    const home = databaseHome(dataDir, databaseAccount())
    removeAfterwards(home)
    const first = await startPostgres(dataDir)
    const owner = execFileSync('ps', ['-o', 'user=', '-p', String(pidOf(dataDir))]).toString()
    expect(owner.trim()).toBe('nobody')
    await query(first.ownerConnection, 'create table kept (word text)')
    expect(readFileSync(join(dataDir, 'postgres-is-at'), 'utf8').split('\n')[0]).toBe(home)
    await first.stop()
    // the place stays when the folder is opened later
    chmodSync(closed, 0o755)
    expect(databaseHome(dataDir, databaseAccount())).toBe(home)
    expect(await query((await startPostgres(dataDir)).ownerConnection, 'select * from kept')).toEqual([])
  })
})
