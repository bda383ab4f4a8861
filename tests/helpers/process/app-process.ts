import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../until.ts'

const root = join(import.meta.dirname, '../../..')

/** An empty data folder that the database's account may enter: then all of it lies inside. */
export function makeDataDir(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-process-'))
  chmodSync(dataDir, 0o755)
  return dataDir
}

/**
 * A port for an app that is started again on the same one: not among those that a system gives to whoever asks for any
 * (32768 and up on Linux, 49152 elsewhere), so that nobody else is on it meanwhile.
 */
export const steadyPort = String(20_000 + (process.pid % 10_000))

export interface AppProcess {
  pid: number
  /** What it printed so far. */
  said(): { out: string; err: string }
  /** Resolves with the address once it says that it is ready; fails with its words when it ends instead. */
  ready(): Promise<string>
  /** Sends a signal and resolves with the exit code (null after a signal that cannot be handled). */
  end(signal: NodeJS.Signals): Promise<number | null>
  ended: Promise<number | null>
}

/** Node's arguments for a program: bundled, where a run of tests has made that, which starts sooner; else its source. */
function argumentsOf(program: 'main' | 'supervisor'): string[] {
  const bundled = process.env.COUNTERSIGN_PROGRAMS
  return bundled ? [join(bundled, `${program}.js`)] : ['--import', 'tsx', `server/${program}.ts`]
}

const parentOf = (command: string[]): string[] => [
  '-e',
  `require('node:child_process').spawn(process.execPath, ${JSON.stringify(command)}, { stdio: 'inherit' })`,
]

/**
 * Starts the real server as a process of its own: the one that serves, or the one that keeps it running as `npm start`
 * does, or a parent of that one, as npm is. `environment` is all that it is told.
 */
export function startApp(
  environment: Record<string, string>,
  program: 'main' | 'supervisor' | 'parent' = 'main',
): AppProcess {
  const command = program === 'parent' ? parentOf(argumentsOf('supervisor')) : argumentsOf(program)
  const child = spawn(process.execPath, command, {
    cwd: root,
    env: { PATH: process.env.PATH, LANG: 'C', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()))
  let hasEnded = false
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      hasEnded = true
      resolve(code)
    })
  })
  return {
    pid: child.pid!,
    said: () => said,
    ready: () =>
      until(
        'the app to be ready',
        () => {
          if (hasEnded) throw new Error(`the app ended: ${said.err}`)
          return /http:\/\/\S+/.exec(said.out)?.[0]
        },
        60,
      ),
    end(signal) {
      child.kill(signal)
      return ended
    },
    ended,
  }
}
