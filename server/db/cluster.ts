import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { makeReachableRoot, reachable, reachableRoot, type Account } from './postgres-binaries.ts'

/** The name of PostgreSQL's superuser, which is ours alone. */
export const user = 'countersign'

/** The note in a data folder that the database's account cannot enter: where its database lies instead. */
const pointer = 'postgres-is-at'

/** A socket's path must fit into `sockaddr_un`: 107 bytes on Linux, 103 on macOS. */
const longestSocketPath = 100

/** Where everything of the database lies: in the data folder, or where its account can reach it. */
export function databaseHome(dataDir: string, account: Account): string {
  mkdirSync(dataDir, { recursive: true })
  const home = notedHome(dataDir) ?? choosePlace(dataDir, account)
  if (!existsSync(home)) {
    if (dirname(home) === reachableRoot) makeReachableRoot()
    mkdirSync(home, { mode: 0o755 })
    if (account) chownSync(home, account.uid, account.gid)
  }
  return home
}

/** Once made, a database stays at its place, whatever becomes of the data folder's name and rights. */
function notedHome(dataDir: string): string | null {
  const note = join(dataDir, pointer)
  if (!existsSync(note)) return null
  const home = readFileSync(note, 'utf8').trim()
  if (!existsSync(join(home, 'cluster'))) {
    throw new Error(`${note} says that the database lies in ${home}, but there is none. Bring it back there.`)
  }
  return home
}

/** Leaves a note in the data folder when its database lies elsewhere. Called once there is a database. */
export function noteHome(dataDir: string, home: string): void {
  const note = join(dataDir, pointer)
  if (dirname(home) === reachableRoot && !existsSync(note)) writeFileSync(note, `${home}\n`)
}

function choosePlace(dataDir: string, account: Account): string {
  const inside = join(realpathSync(dataDir), 'postgres')
  if (existsSync(join(inside, 'cluster')) || reachable(inside, account)) return inside
  return join(reachableRoot, shortName(inside))
}

/** The folder of the socket, open to the database's account alone; in the temporary folder when the home's path is long. */
export function socketFolder(home: string, account: Account): string {
  const near = join(home, 'socket')
  const fits = near.length <= longestSocketPath - '/.s.PGSQL.5432'.length
  const folder = fits ? near : join(tmpdir(), `countersign-${shortName(home)}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  refuseForeign(folder, account)
  if (account) chownSync(folder, account.uid, account.gid)
  // one that was there before keeps its mode
  chmodSync(folder, 0o700)
  return folder
}

/** In the temporary folder anybody may have made something of that name, or a link to what is not ours to give away. */
function refuseForeign(folder: string, account: Account): void {
  const found = lstatSync(folder)
  if (found.isDirectory() && [process.getuid?.(), account?.uid].includes(found.uid)) return
  throw new Error(`${folder} was made by somebody else. Remove it, or choose a shorter DATA_DIR.`)
}

const shortName = (path: string): string => createHash('sha256').update(path).digest('hex').slice(0, 16)

/** Makes the cluster under a temporary name and renames it: a half-made one is never taken for whole. */
export async function makeCluster(programs: string, cluster: string, account: Account): Promise<void> {
  const home = dirname(cluster)
  for (const name of readdirSync(home)) {
    if (name.startsWith('cluster.')) rmSync(join(home, name), { recursive: true })
  }
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
    const reason = said.trim().split('\n').slice(-3).join(' ')
    throw new Error(`PostgreSQL could not make its data folder: ${reason}`)
  }
  try {
    renameSync(partial, cluster)
  } catch (error) {
    rmSync(partial, { recursive: true, force: true })
    if (!existsSync(cluster)) throw error
  }
  const folder = openSync(home, 'r')
  fsyncSync(folder)
  closeSync(folder)
}

/** A user's PGDATA, PGOPTIONS and the like are not for our server. */
export function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LANG: 'C', LC_ALL: 'C', TZ: 'UTC' }
}
