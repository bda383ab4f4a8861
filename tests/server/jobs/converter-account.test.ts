import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { socketFolder } from '../../../server/db/cluster.ts'
import { databaseAccount } from '../../../server/db/postgres-binaries.ts'
import { converterAccount } from '../../../server/jobs/converter-account.ts'
import { programBeside } from '../../../server/jobs/confinement.ts'
import { openConverter } from '../../../server/jobs/pool.ts'
import { defaultLimits } from '../../../shared/limits.ts'
import { oddTasks } from './odd-task-names.ts'

const isRoot = process.getuid?.() === 0

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'home-'))
  chmodSync(home, 0o755)
})
afterEach(() => rmSync(home, { recursive: true }))

describe('the account of converters', () => {
  test('is nobody’s, and not the database’s', () => {
    expect(converterAccount(true, new Set([65_533, 65_532]))).toEqual({ uid: 65_531, gid: 65_531 })
    expect(converterAccount(true)!.uid).not.toBe(65_534)
    expect(converterAccount(true)!.uid).not.toBe(databaseAccount()?.uid)
  })

  test('is the app’s own when that is not root', () => {
    expect(converterAccount(false)).toBeNull()
  })
})

test.runIf(isRoot)(
  'a converter does not reach the database’s socket, which the database’s account does',
  async () => {
    const account = databaseAccount()!
    const path = join(socketFolder(home, account), '.s.PGSQL.5432')
    const database = createServer((socket) => socket.destroy())
    await new Promise<void>((listening) => database.listen(path, listening))
    chownSync(path, account.uid, account.gid)
    chmodSync(path, 0o700)
    const converter = openConverter({
      // the bundle of a test run lies where only root comes
      program: programBeside(import.meta.url, 'odd-tasks'),
      limits: defaultLimits,
      logger: pino({ level: 'silent' }),
    })
    try {
      const reached = await converter.run(oddTasks.connect, path, { projectId: 'lamp', userId: 'lamp' })
      expect(reached).toBe('EACCES')
    } finally {
      await converter.stop()
      database.close()
    }
  },
)

describe('the folder of the database’s socket', () => {
  test('is closed to all others, also when it was left open', () => {
    mkdirSync(join(home, 'socket'))
    chmodSync(join(home, 'socket'), 0o755)
    const folder = socketFolder(home, databaseAccount())
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  test('is not taken where it is a link to something else', () => {
    const other = join(home, 'other')
    mkdirSync(other, { mode: 0o755 })
    const before = statSync(other)
    symlinkSync(other, join(home, 'socket'))
    expect(() => socketFolder(home, databaseAccount())).toThrow(/made by somebody else/)
    expect(statSync(other)).toMatchObject({ uid: before.uid, mode: before.mode })
  })
})
