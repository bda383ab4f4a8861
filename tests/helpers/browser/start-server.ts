import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../until.ts'

const root = join(import.meta.dirname, '../../..')

/** As an operator may set it; the default is 400. */
export const columnsPerTable = 390

/**
 * Hashes of passwords that take a fraction of a millisecond, in the server and its threads: nearly every test makes
 * people, and a hash as the product makes it takes 80 ms of a processor. What one costs there, tests/accounts looks at.
 */
const cheapPasswords = `
  import { createRequire } from 'node:module'
  const argon2 = createRequire(${JSON.stringify(join(root, 'package.json'))})('@node-rs/argon2')
  const cheap = { memoryCost: 64, timeCost: 1 }
  for (const name of ['hash', 'hashSync']) {
    const real = argon2[name]
    argon2[name] = (password, options, signal) => real(password, { ...options, ...cheap }, signal)
  }
`

/** Builds and starts the real server on an empty data folder and a free port, for the whole run; stops it at the end. */
export default async function startServer(): Promise<() => Promise<void>> {
  execFileSync(process.execPath, ['--import', 'tsx', 'server/build.ts'], { cwd: root, stdio: 'inherit' })
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-browser-'))
  chmodSync(dataDir, 0o755)
  const server = spawn(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(cheapPasswords)}`, 'dist/server/main.js'],
    {
      cwd: root,
      env: {
        ...process.env,
        LANG: 'C',
        LC_ALL: 'C',
        PORT: '0',
        DATA_DIR: dataDir,
        LIMIT_REQUESTS_PER_MINUTE: '100000',
        LIMIT_SIGN_UPS_PER_HOUR: '100000',
        LIMIT_COLUMNS_PER_TABLE: String(columnsPerTable),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let said = ''
  server.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  // the workers, which start after this, inherit the environment
  process.env.COUNTERSIGN_DATA_DIR = dataDir
  process.env.COUNTERSIGN_PROGRAMS = join(root, 'dist/server')
  process.env.COUNTERSIGN_URL = await until(
    'the server to say its address',
    () => {
      if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`)
      return /http:\/\/\S+/.exec(said)?.[0]
    },
    60,
  ).catch((failure: unknown) => {
    server.kill('SIGKILL')
    throw failure
  })
  return async () => {
    server.kill('SIGTERM')
    await ended
    rmSync(dataDir, { recursive: true, force: true })
  }
}
