import { execFileSync, spawn } from 'node:child_process'
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
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { readHomeNote, removeHomeNote, writeHomeNote } from './home-note.ts'
import { writeRules } from './passwords.ts'
import { makeReachableRoot, reachable, reachableRoot, type Account } from './postgres-binaries.ts'
import { owner } from './roles.ts'

/** A socket's path must fit into `sockaddr_un`: 107 bytes on Linux, 103 on macOS. */
const longestSocketPath = 100

/**
 * Where everything of the database of `dataDir` lies: in it, or where its account can reach it. Once made, a database
 * stays at its place, whatever becomes of the data folder's name and rights.
 * @throws when a note leads to a database that is gone, or to the one of another data folder, with what to do
 */
export function databaseHome(dataDir: string, account: Account): string {
  mkdirSync(dataDir, { recursive: true })
  const own = choosePlace(dataDir, account)
  const home = notedHome(dataDir, own) ?? own
  if (!existsSync(home)) {
    if (dirname(home) === reachableRoot) makeReachableRoot()
    mkdirSync(home, { mode: 0o755 })
    if (account) chownSync(home, account.uid, account.gid)
  }
  return home
}

/** Where the note leads, when it is this folder's; null when there is none, or a copy's own database is at `own`. */
function notedHome(dataDir: string, own: string): string | null {
  const note = readHomeNote(dataDir)
  if (note === null) return null
  const { path, home } = note
  // before notes said whose they are, the place's name did
  if (!(note.isOwn ?? home === outside(dataDir))) {
    if (existsSync(join(own, 'cluster'))) return null
    throw new Error(
      `${path} leads to the database of another data folder, as in a copy. ` +
        `Copy ${home} to ${own} too (or move it there, if the data folder was moved) while Countersign is stopped.`,
    )
  }
  if (!existsSync(join(home, 'cluster'))) {
    throw new Error(`${path} says that the database lies in ${home}, but there is none. Bring it back there.`)
  }
  return home
}

/** Leaves a note in the data folder when its database lies elsewhere. Called once there is a database. */
export function noteHome(dataDir: string, home: string): void {
  if (dirname(home) !== reachableRoot) removeHomeNote(dataDir)
  else if (!readHomeNote(dataDir)?.isOwn) writeHomeNote(dataDir, home)
}

function choosePlace(dataDir: string, account: Account): string {
  const inside = join(realpathSync(dataDir), 'postgres')
  if (reachable(inside, account)) return inside
  const place = outside(dataDir)
  const cluster = join(inside, 'cluster')
  if (!existsSync(cluster)) return place
  // one of that account's own was brought here with a copy; anybody else's is not ours to move
  if (!existsSync(place) && statSync(cluster).uid === account?.uid) moveOut(inside, place)
  return existsSync(cluster) ? inside : place
}

/** The place that the database's account reaches when it cannot enter the data folder. */
const outside = (dataDir: string): string =>
  join(reachableRoot, shortName(join(realpathSync(dataDir), 'postgres')))

/** Moves a whole folder with its owners, also to another disk; broken off, it is begun anew. */
function moveOut(from: string, to: string): void {
  makeReachableRoot()
  const partial = `${to}.${process.pid}`
  execFileSync('cp', ['-a', from, partial])
  renameSync(partial, to)
  rmSync(from, { recursive: true })
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

/**
 * Makes the cluster under a temporary name and renames it: a half-made one is never taken for whole. It asks everybody
 * for a password; `password` is its owner's.
 */
export async function makeCluster(
  programs: string,
  cluster: string,
  account: Account,
  password: string,
): Promise<void> {
  const home = dirname(cluster)
  for (const name of readdirSync(home)) {
    if (name.startsWith('cluster.')) rmSync(join(home, name), { recursive: true, force: true })
  }
  const partial = `${cluster}.${process.pid}`
  const passwordFile = `${partial}.password`
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (account) chownSync(passwordFile, account.uid, account.gid)
  const options = ['--username', owner, '--auth=scram-sha-256', '--pwfile', passwordFile]
  options.push('--encoding=UTF8', '--locale-provider=builtin')
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
  rmSync(passwordFile)
  if (code !== 0) {
    rmSync(partial, { recursive: true, force: true })
    const reason = said.trim().split('\n').slice(-3).join(' ')
    throw new Error(`PostgreSQL could not make its data folder: ${reason}`)
  }
  writeRules(partial, 'scram-sha-256', account)
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
