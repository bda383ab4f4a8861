import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** How long an orderly shutdown may take; after that it ends at once and recovers at its next start (ms). */
const stoppingMs = 2_000

/** The pid in a cluster's postmaster.pid; null when there is no such file. */
export function notedPostmaster(cluster: string): number | null {
  try {
    return Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n', 1)[0])
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/**
 * The postmaster that postmaster.pid names, when it lives and is this cluster's; null otherwise. After a reboot the
 * number may be somebody else's, and a copy taken while the database ran names the original's.
 */
export function livingPostmaster(cluster: string): number | null {
  const pid = notedPostmaster(cluster)
  return pid !== null && isAlive(pid) && worksIn(pid, cluster) ? pid : null
}

/** Each process of a cluster works in the cluster's folder, which Linux tells; elsewhere its note names the folder. */
function worksIn(pid: number, cluster: string): boolean {
  if (process.platform !== 'linux') {
    return readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n', 2)[1] === cluster
  }
  try {
    const [at, wanted] = [statSync(`/proc/${pid}/cwd`), statSync(cluster)]
    return at.dev === wanted.dev && at.ino === wanted.ino
  } catch {
    return false
  }
}

/**
 * Removes a postmaster.pid that names somebody else's process, for PostgreSQL would wait for that process for ever.
 * Only once no process of the cluster is left.
 */
export function removeForeignPidFile(cluster: string): void {
  const pid = notedPostmaster(cluster)
  if (process.platform !== 'linux' || pid === null || !isAlive(pid)) return
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  if (!processes.some((name) => worksIn(Number(name), cluster)))
    rmSync(join(cluster, 'postmaster.pid'), { force: true })
}

/** Shuts a postmaster down and resolves when it has gone; at once when it has. */
export async function endPostmaster(pid: number): Promise<void> {
  signal(pid, 'SIGINT')
  for (const asked = performance.now(); isAlive(pid);) {
    if (performance.now() - asked > stoppingMs) signal(pid, 'SIGQUIT')
    await pause(20)
  }
}

/** It may have gone since it was looked for. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    if (isAlive(pid)) process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return !isZombie(pid)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** A killed child that its parent has not reaped still has a number. */
function isZombie(pid: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
