import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { reachable, type Account } from '../db/postgres-binaries.ts'
import { converterAccount } from './converter-account.ts'

/** How much is taken from a converter process: as much as the machine allows. */
export interface Confinement {
  account: Account
  /** Node's permission model: no file but the code and its own folder, no processes. */
  isRestricted: boolean
}

/** The program of converter processes, and how Node starts it. */
export interface Program {
  path: string
  /** What Node needs to run it: the loader of TypeScript in development and tests. */
  execArgv: string[]
}

/** The program beside `url`, the module that asks: bundled, or as TypeScript in development and tests. */
export function programBeside(url: string, name: string): Program {
  const isSource = url.endsWith('.ts')
  const path = fileURLToPath(new URL(`./${name}.${isSource ? 'ts' : 'js'}`, url))
  if (!isSource) return { path, execArgv: [] }
  const loader = createRequire(url).resolve('tsx')
  return { path, execArgv: ['--import', pathToFileURL(loader).href] }
}

/**
 * From the strictest to none: where a process does not start, the next one is tried. Run as root, the processes have an
 * unprivileged account of their own, if that can reach the code. The loader of TypeScript starts a process of its own, which the
 * permission model forbids, so it holds in production only.
 */
export function confinements({ path, execArgv }: Program): Confinement[] {
  const account = isClosed({ path, execArgv }) ? null : converterAccount()
  const isRestricted = execArgv.length === 0
  const wanted: Confinement[] = [account, null].flatMap((one) => [
    { account: one, isRestricted },
    { account: one, isRestricted: false },
  ])
  return wanted.filter((one, at) => wanted.findIndex((other) => isDeepStrictEqual(one, other)) === at)
}

/** True when the converters' account cannot reach their code, so that they have the server's own. */
export const isClosed = ({ path }: Program): boolean =>
  ![path, process.execPath].every((one) => reachable(dirname(one), converterAccount()))

/** An empty folder of a process's own, which is all that it may write in. */
export function makeFolder(account: Account): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-convert-'))
  try {
    if (account) chownSync(folder, account.uid, account.gid)
  } catch (error) {
    rmSync(folder, { recursive: true })
    throw error
  }
  return folder
}

/** Resolves when it has gone, or stays because it cannot be removed. */
export const removeFolder = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true }).catch(() => {})

/** What Node is started with. V8's own limit is below that of the resident memory, so that a full heap says so. */
export function nodeArguments(
  program: Program,
  folder: string,
  { isRestricted }: Confinement,
  memoryBytes: number,
): string[] {
  const heap = `--max-old-space-size=${Math.floor((memoryBytes * 0.75) / 1_048_576)}`
  const args = ['--no-warnings', heap, ...program.execArgv]
  if (!isRestricted) return args
  const isNamedPlainly = process.allowedNodeEnvironmentFlags.has('--permission')
  // Node 20 aborts when a path is named beside the pattern that holds it
  const readable = [join(dirname(program.path), '*'), join(folder, '*'), ...packagesAbove(program.path)]
  return [
    ...args,
    isNamedPlainly ? '--permission' : '--experimental-permission',
    '--allow-addons',
    '--allow-worker',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    `--allow-fs-write=${join(folder, '*')}`,
  ]
}

/** The installed packages that code at `path` finds, and the manifests that say what kind of modules it is. */
function packagesAbove(path: string): string[] {
  const found: string[] = []
  for (let at = dirname(dirname(path)); ; at = dirname(at)) {
    found.push(join(at, 'package.json'))
    if (existsSync(join(at, 'node_modules'))) found.push(join(at, 'node_modules', '*'))
    if (at === dirname(at)) return found
  }
}

/** The environment of a process: nothing of ours. */
export function environmentIn(folder: string): NodeJS.ProcessEnv {
  const { SystemRoot } = process.env
  // the typesetter fetches packages by HTTP where it is asked to: nothing listens on the port for what is thrown away
  const nowhere = 'http://127.0.0.1:9'
  return {
    TMPDIR: folder,
    TEMP: folder,
    HOME: folder,
    TZ: 'UTC',
    LC_ALL: 'C.UTF-8',
    HTTP_PROXY: nowhere,
    HTTPS_PROXY: nowhere,
    ALL_PROXY: nowhere,
    // glibc keeps a heap for each thread, and returns less of them
    MALLOC_ARENA_MAX: '2',
    ...(SystemRoot && { SystemRoot }),
  }
}

/** The resident memory of a process in bytes; null where the system does not tell, or it has gone. */
export function residentBytes(pid: number): number | null {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kilobytes === undefined ? null : Number(kilobytes) * 1_024
  } catch {
    return null
  }
}

/** Linux counts a process's time in ticks of this length, in milliseconds. */
const tickMs = 10

/** The time that a process, with all its threads, has spent on processors, in milliseconds; null where it is not told. */
export function processorMs(pid: number): number | null {
  try {
    // pid (name) state ppid … utime stime: the name may hold anything, brackets too
    const [, rest] = /.*\) (.*)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))!
    const fields = rest!.split(' ')
    return (Number(fields[11]) + Number(fields[12])) * tickMs
  } catch {
    return null
  }
}
