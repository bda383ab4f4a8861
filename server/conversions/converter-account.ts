import { readFileSync } from 'node:fs'
import type { Account } from '../db/postgres-binaries.ts'

/**
 * Numbers that Debian and its like give to nobody, from the last one down: below `nobody`, above those that systemd
 * gives away while services run, and within what a container usually has.
 */
const last = 65_533
const first = 65_000

/**
 * The account of converter processes: the app's own (null), or one of their own when the app is root. It stands in
 * neither list of the machine's accounts and owns nothing; above all it is not the database's, which would open the
 * database's socket to it.
 */
export function converterAccount(isRoot = process.getuid?.() === 0, used = usedNumbers()): Account {
  if (!isRoot) return null
  for (let id = last; id >= first; id--) {
    if (!used.has(id)) return { uid: id, gid: id }
  }
  throw new Error(`No account is left for converters: all from ${first} to ${last} are in use`)
}

/** All numbers of users and groups, as one set: a group of a user's number is somebody's too. */
function usedNumbers(): Set<number> {
  const used = new Set<number>()
  for (const path of ['/etc/passwd', '/etc/group']) {
    for (const line of linesOf(path)) {
      // name:password:uid:gid and name:password:gid
      for (const field of line.split(':').slice(2, 4)) if (/^\d+$/.test(field)) used.add(Number(field))
    }
  }
  return used
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n')
  } catch {
    return []
  }
}
