import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { socketFolder } from '../../server/db/cluster.ts'
import { databaseAccount, reachable } from '../../server/db/postgres-binaries.ts'
import { converterAccount } from '../../server/conversions/converter-account.ts'
import type { Program } from '../../server/conversions/confinement.ts'
import { openConverter } from '../../server/conversions/pool.ts'
import { defaultLimits } from '../../shared/limits.ts'
import { converterProgram } from '../helpers/conversions/converter.ts'
import { oddTasks, oddTasksFromSource } from '../helpers/conversions/odd-task-names.ts'

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
      program: oddTasksFromSource(),
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

/** A program that does the odd tasks from a folder of the test's own, with what it does before. */
function programIn(folder: string, first = ''): Program {
  const path = join(folder, 'program.mjs')
  const { path: odd } = converterProgram('odd-tasks')
  writeFileSync(path, `${first}\nawait import(${JSON.stringify(odd)})\n`)
  // an option, so that the permission model is not asked for, which would let it read its own folder only
  return { path, execArgv: ['--no-warnings'] }
}

/** A pool of them, with what it logs. */
function openOdd(program: Program) {
  const lines: string[] = []
  const logger = pino({ level: 'warn' }, { write: (line) => void lines.push(line) })
  const converter = openConverter({ program, limits: defaultLimits, logger })
  onTestFinished(() => converter.stop())
  const standing = () => converter.run(oddTasks.standing, null, { projectId: 'lamp', userId: 'lamp' })
  return { standing, lines }
}

test('the bundle runs with the converters’ account and the permission model, where the machine allows', async () => {
  const program = converterProgram('odd-tasks')
  const account = converterAccount()
  const uid = account && reachable(dirname(program.path), account) ? account.uid : process.getuid!()
  expect(await openOdd(program).standing()).toEqual({ uid, isRestricted: true })
})

test.runIf(isRoot)(
  'converters whose account cannot reach the program run as root, and the log says so once',
  async () => {
    chmodSync(home, 0o700)
    const { standing, lines } = openOdd(programIn(home))
    expect((await standing()).uid).toBe(0)
    expect((await standing()).uid).toBe(0)
    expect(lines.filter((line) => line.includes('converters run as root'))).toHaveLength(1)
  },
)

test.runIf(isRoot)('two starts that fail on a busy machine take nothing of the confinement', async () => {
  chmodSync(home, 0o777)
  const counted = `import { readdirSync, writeFileSync } from 'node:fs'
    const started = readdirSync(import.meta.dirname).filter((name) => name.startsWith('start-')).length
    writeFileSync(import.meta.dirname + '/start-' + process.pid, '')
    if (started < 2) process.exit(1)`
  const { standing, lines } = openOdd(programIn(home, counted))
  expect((await standing()).uid).toBe(converterAccount()!.uid)
  expect(lines.filter((line) => line.includes('so confined'))).toEqual([])
})

test.runIf(isRoot)(
  'a program that never starts with that account is started with the server’s, and the log says so',
  async () => {
    const { standing, lines } = openOdd(programIn(home, 'if (process.getuid() !== 0) process.exit(1)'))
    expect((await standing()).uid).toBe(0)
    expect(lines.filter((line) => line.includes('so confined'))).toHaveLength(1)
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
