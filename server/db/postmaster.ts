import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** The pid in a cluster's postmaster.pid; null when there is no such file. */
export function notedPostmaster(cluster: string): number | null {
  try {
    return Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n', 1)[0])
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** The postmaster that postmaster.pid names, when it lives and is this cluster's; null otherwise. */
export function livingPostmaster(cluster: string): number | null {
  const pid = notedPostmaster(cluster)
  if (pid === null || !isAlive(pid)) return null
  const commandLine = `/proc/${pid}/cmdline`
  // after a reboot the number may belong to somebody else
  return existsSync(commandLine) && !readFileSync(commandLine, 'utf8').includes(cluster) ? null : pid
}

/**
 * Removes a postmaster.pid that names somebody else's process, for PostgreSQL would wait for that process for ever.
 * Only once no process of the cluster is left: each of them works in the cluster's folder, which Linux tells.
 */
export function removeForeignPidFile(cluster: string): void {
  const pid = notedPostmaster(cluster)
  if (process.platform !== 'linux' || pid === null || !isAlive(pid) || livingPostmaster(cluster)) return
  const isOfCluster = (name: string): boolean => {
    try {
      return readlinkSync(`/proc/${name}/cwd`) === cluster
    } catch {
      return false
    }
  }
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  if (!processes.some(isOfCluster)) rmSync(join(cluster, 'postmaster.pid'), { force: true })
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
