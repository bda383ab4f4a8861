import { readdirSync, readFileSync } from 'node:fs'

/** Time that a process has spent on processors so far, in milliseconds, from the kernel to the nanosecond. */
export function processorMs(pid: number): number {
  let nanoseconds = 0
  for (const thread of list(`/proc/${pid}/task`)) {
    const stat = read(`/proc/${pid}/task/${thread}/schedstat`)
    if (stat) nanoseconds += Number(stat.split(' ')[0])
  }
  return nanoseconds / 1e6
}

/** The kernel counts what ended in hundredths of a second. */
const msPerTick = 10

/** Time of a process's children that have ended, in milliseconds: a database has some that come and go. */
export function endedChildrenMs(pid: number): number {
  const stat = read(`/proc/${pid}/stat`)
  if (!stat) return 0
  // behind the name, which may hold anything: the third field is the first
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(13, 15)
  return (Number(user) + Number(system)) * msPerTick
}

/** Resident memory in bytes. */
export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1]
  return Number(kilobytes ?? 0) * 1024
}

/** What a process was started with; empty when it has ended. */
export const commandOf = (pid: number): string => read(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ') ?? ''

/** All processes below a process, such as a database's backends. */
export function childrenOf(pid: number): number[] {
  const parents = new Map<number, number>()
  for (const name of list('/proc')) {
    const stat = /^\d+$/.test(name) ? read(`/proc/${name}/stat`) : null
    if (stat) parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 4).split(' ')[0]))
  }
  const found = [pid]
  for (const one of found) for (const [child, parent] of parents) if (parent === one) found.push(child)
  return found.slice(1)
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Null when the process ended meanwhile. */
function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
