import { readdirSync, readFileSync, readlinkSync, writeSync } from 'node:fs'
import { connect } from 'node:net'
import { getPriority } from 'node:os'
import { pipeDescriptor, served, serveTasks } from '../../../server/conversions/serve.ts'
import { Refusal } from '../../../shared/errors.ts'
import type { oddTasks } from './odd-task-names.ts'

// The program of converter processes that behave as hostile content could make them behave.

const wait = (ms: number) => new Promise((done) => setTimeout(done, ms))
type Odd = typeof oddTasks

serveTasks([
  served<Odd['echo']>('echo', async () => (input) => input),
  served<Odd['sleep']>('sleep', async () => async (ms) => {
    await wait(ms)
    return ms
  }),
  served<Odd['spin']>('spin', async () => () => {
    for (;;);
  }),
  // outside V8's heap, as a decoded picture is
  served<Odd['grow']>('grow', async () => async () => {
    const kept: Uint8Array[] = []
    for (;;) {
      kept.push(new Uint8Array(8_388_608).fill(kept.length))
      await wait(2)
    }
  }),
  served<Odd['fill']>('fill', async () => () => {
    const kept: object[] = []
    for (;;) kept.push({ at: kept.length, next: kept.at(-1) })
  }),
  served<Odd['die']>('die', async () => () => process.exit(3)),
  served<Odd['fail']>('fail', async () => () => {
    throw new Error('could not')
  }),
  served<Odd['refuse']>('refuse', async () => () => {
    throw new Refusal('image_too_many_pixels', { limit: 60 })
  }),
  served<Odd['lie']>('lie', async () => () => 'a string' as unknown as Uint8Array),
  served<Odd['garble']>('garble', async () => async () => {
    writeSync(pipeDescriptor, Buffer.alloc(64, 0xff))
    await wait(60_000)
  }),
  served<Odd['connect']>('connect', async () => async (path) => {
    const socket = connect(path)
    return await new Promise<string>((done) => {
      socket.once('connect', () => done('connected'))
      socket.once('error', (error) => done((error as NodeJS.ErrnoException).code ?? 'failed'))
    }).finally(() => socket.destroy())
  }),
  // what also the permission model lets it know
  served<Odd['standing']>('standing', async () => () => ({
    uid: process.getuid?.() ?? null,
    isRestricted: 'permission' in process,
  })),
  served<Odd['surroundings']>('surroundings', async () => () => ({
    env: { ...process.env },
    cwd: process.cwd(),
    pid: process.pid,
    uid: process.getuid?.() ?? null,
    priority: getPriority(),
    sockets: descriptors(),
    readsSecret: canRead('/etc/shadow'),
  })),
])

/** What the descriptors stand for, besides Node's own event queues. */
function descriptors(): string[] {
  return readdirSync('/proc/self/fd')
    .map((fd) => {
      try {
        return `${fd} ${readlinkSync(`/proc/self/fd/${fd}`)}`
      } catch {
        return ''
      }
    })
    .filter((target) => /socket:|\.ts|postgres/.test(target))
}

function canRead(path: string): boolean {
  try {
    readFileSync(path)
    return true
  } catch {
    return false
  }
}
