import { getEventListeners } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import pino from 'pino'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { converterAccount } from '../../server/conversions/converter-account.ts'
import type { Program } from '../../server/conversions/confinement.ts'
import { openConverter, type PoolLimits } from '../../server/conversions/pool.ts'
import type { Converter, Requester } from '../../server/conversions/task.ts'
import { isPassing } from '../../shared/errors.ts'
import { defaultLimits } from '../../shared/limits.ts'
import { converterProgram } from '../helpers/conversions/converter.ts'
import { longestTurnMs } from '../helpers/turns.ts'
import { until } from '../helpers/until.ts'
import { oddTasks, oddTasksFromSource } from '../helpers/conversions/odd-task-names.ts'

const oddProgram = converterProgram('odd-tasks')

let open: Converter[] = []
afterEach(async () => {
  await Promise.all(open.map((converter) => converter.stop()))
  open = []
})

function converterWith(
  limits: Partial<PoolLimits> = {},
  more: { size?: number; idleMs?: number; program?: Program } = {},
) {
  const converter = openConverter({
    program: oddProgram,
    limits: { ...defaultLimits, ...limits },
    logger: pino({ level: 'silent' }),
    ...more,
  })
  open.push(converter)
  return converter
}

const by = (projectId = 'lamp', userId = projectId): Requester => ({ projectId, userId })
const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`)

describe('a task', () => {
  test('is answered with what it makes, with bytes of any size', async () => {
    const converter = converterWith()
    const given = {
      words: '灯臂壁厚',
      at: new Date(0),
      empty: new Uint8Array(),
      nested: [{ bytes: new Uint8Array(25_000_000).fill(7) }],
    }
    const answered = (await converter.run(oddTasks.echo, given, by())) as typeof given
    expect(answered.words).toBe(given.words)
    expect(answered.at).toEqual(given.at)
    expect(answered.empty.length).toBe(0)
    expect(Buffer.compare(answered.nested[0]!.bytes, given.nested[0]!.bytes)).toBe(0)
  })

  test('leaves no listener of its signal behind, and many of one request are no leak that Node warns of', async () => {
    const converter = converterWith()
    const { signal } = new AbortController()
    const warnings: string[] = []
    const note = ({ name }: Error) => void warnings.push(name)
    process.on('warning', note)
    const run = () => converter.run(oddTasks.echo, 'word', { ...by(), signal })
    expect(await Promise.all(Array.from({ length: 15 }, run))).toEqual(Array(15).fill('word'))
    // warnings are told with the next turn
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', note)
    expect(warnings).toEqual([])
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  test('holds up the event loop for less than 50 ms, with 25 MB in each direction', async () => {
    const converter = converterWith()
    await converter.run(oddTasks.echo, null, by())
    const bytes = Buffer.alloc(25_000_000, 1)
    expect(await longestTurnMs(() => converter.run(oddTasks.echo, bytes, by()))).toBeLessThan(50)
  })

  test('refuses as itself, and fails as conversion_failed', async () => {
    const converter = converterWith()
    await expect(converter.run(oddTasks.refuse, null, by())).rejects.toMatchObject({
      code: 'image_too_many_pixels',
      params: { limit: 60 },
    })
    await expect(converter.run(oddTasks.fail, null, by())).rejects.toMatchObject({
      code: 'conversion_failed',
    })
  })

  test('has nothing of the server’s: no environment, no descriptors, an empty folder, low priority', async () => {
    // from its source, as the permission model of the bundle lets nothing look at /proc
    const converter = converterWith({}, { program: oddTasksFromSource() })
    process.env.SECRET_OF_THE_SERVER = 'yes'
    const seen = await converter.run(oddTasks.surroundings, null, by())
    delete process.env.SECRET_OF_THE_SERVER
    expect(Object.keys(seen.env)).not.toContain('SECRET_OF_THE_SERVER')
    expect(Object.keys(seen.env)).not.toContain('PATH')
    expect(seen.cwd).toMatch(/countersign-convert-/)
    expect(seen.priority).toBeGreaterThan(0)
    // one pipe to the server, one for its errors
    expect(seen.sockets.filter((one) => one.startsWith('3 '))).toHaveLength(1)
    if (process.getuid?.() === 0) {
      expect([seen.uid, seen.readsSecret]).toEqual([converterAccount()!.uid, false])
    }
    await converter.stop()
    expect(existsSync(seen.cwd)).toBe(false)
  })
})

test('an input that cannot be sent fails alone, on a warm process and on a new one', async () => {
  const converter = converterWith()
  const unsendable = () => converter.run(oddTasks.echo, () => {}, by())
  await expect(unsendable()).rejects.toMatchObject({ code: 'conversion_failed' })
  expect(await converter.run(oddTasks.echo, 'next', by())).toBe('next')
  await expect(unsendable()).rejects.toMatchObject({ code: 'conversion_failed' })
  expect(await converter.run(oddTasks.echo, 'next', by())).toBe('next')
})

test('a request at the moment at which a process has been idle for too long gets another', async () => {
  const idleMs = 50
  const converter = converterWith({}, { idleMs })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    await converter.run(oddTasks.echo, null, by())
    const [first] = converter.pids()
    vi.advanceTimersByTime(idleMs)
    const next = converter.run(oddTasks.echo, 'next', by())
    expect(converter.pids().filter((pid) => pid !== first)).toHaveLength(1)
    expect(await next).toBe('next')
  } finally {
    vi.useRealTimers()
  }
})

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'a process that is ended by %s before it is ready says nothing of what is converted: another does it',
  async (signal) => {
    const converter = converterWith()
    await converter.run(oddTasks.echo, null, by())
    const [warm] = converter.pids()
    const slept = converter.run(oddTasks.sleep, 100, by())
    const asked = converter.run(oddTasks.echo, 'next', by('chair'))
    const [starting, ...more] = converter.pids().filter((pid) => pid !== warm)
    expect(more).toEqual([])
    process.kill(starting!, signal)
    expect(await Promise.all([asked, slept])).toEqual(['next', 100])
  },
)

describe('a process is killed and replaced', () => {
  const cases = [
    { what: 'past its deadline', task: oddTasks.spin, code: 'conversion_too_long' },
    { what: 'over its memory, outside V8’s heap', task: oddTasks.grow, code: 'conversion_too_large' },
    { what: 'over its memory, in V8’s heap', task: oddTasks.fill, code: 'conversion_too_large' },
    { what: 'when it ends', task: oddTasks.die, code: 'conversion_failed' },
    { what: 'for an answer of another kind', task: oddTasks.lie, code: 'conversion_failed' },
    { what: 'for what is no answer', task: oddTasks.garble, code: 'conversion_failed' },
  ] as const
  test.each(cases)('$what', async ({ task, code }) => {
    const isSlow = task === oddTasks.spin
    const converter = converterWith({
      conversionMs: isSlow ? 300 : 20_000,
      conversionMemoryBytes: 268_435_456,
    })
    await converter.run(oddTasks.echo, null, by())
    const [pid] = converter.pids()
    await expect(converter.run<null, unknown>(task, null, by())).rejects.toMatchObject({ code })
    await until('the process to be gone', () => !isAlive(pid!))
    expect(await converter.run(oddTasks.echo, 'next', by())).toBe('next')
  })

  test('by its own time on processors: a machine that has other things to do is no fault of the content', async () => {
    const converter = converterWith({ conversionMs: 300, conversionStallMs: 1_500 })
    await converter.run(oddTasks.echo, null, by())
    const began = performance.now()
    expect(await converter.run(oddTasks.sleep, 600, by())).toBe(600)
    expect(performance.now() - began).toBeGreaterThan(300)
    const endless = converter.run(oddTasks.sleep, 600_000, by())
    await expect(endless).rejects.toMatchObject({ code: 'converters_busy' })
    expect(isPassing('converters_busy')).toBe(true)
  })

  test('that sleeps, long before its time is up: it only holds a place', async () => {
    const converter = converterWith({ conversionMs: 60_000, conversionStallMs: 1_000 })
    await converter.run(oddTasks.echo, null, by())
    const [pid] = converter.pids()
    const asleep = converter.run(oddTasks.sleep, 600_000, by())
    await expect(asleep).rejects.toMatchObject({ code: 'converters_busy' })
    await until('the process to be gone', () => !isAlive(pid!))
  })

  test('when nobody waits for the answer any more', async () => {
    const converter = converterWith()
    await converter.run(oddTasks.echo, null, by())
    const [pid] = converter.pids()
    const leaving = new AbortController()
    const asked = converter.run(oddTasks.spin, null, { ...by(), signal: leaving.signal })
    leaving.abort()
    await expect(asked).rejects.toBe(leaving.signal.reason)
    await until('the process to be gone', () => !isAlive(pid!))
  })

  test('after a while without work', async () => {
    const converter = converterWith({}, { idleMs: 50 })
    await converter.run(oddTasks.echo, null, by())
    await until('no process to be left', () => converter.pids().length === 0)
    expect(await converter.run(oddTasks.echo, 1, by())).toBe(1)
  })
})

describe('the queue', () => {
  test('one project’s long conversions hold up neither another’s nor its own quick ones', async () => {
    const converter = converterWith({}, { size: 3 })
    const held = [1, 2, 3].map((at) => converter.run(oddTasks.spin, null, by('slow', `person ${at}`)))
    const ended = Promise.allSettled(held)
    expect(await converter.run(oddTasks.sleep, 1, by('other'))).toBe(1)
    expect(await converter.run(oddTasks.echo, 'own', by('slow'))).toBe('own')
    await converter.stop()
    for (const one of await ended) expect(one).toMatchObject({ reason: { code: 'server_stopping' } })
  })

  test('the project that has used least of late is next', async () => {
    const converter = converterWith({ conversionsPerPerson: 10 }, { size: 1 })
    const order: string[] = []
    const ask = (project: string, at: number) =>
      converter.run(oddTasks.echo, at, by(project)).then(() => order.push(`${project}${at}`))
    await Promise.all([ask('a', 1), ask('a', 2), ask('a', 3), ask('b', 1), ask('b', 2)])
    expect(order).toEqual(['a1', 'b1', 'a2', 'b2', 'a3'])
  })

  test('of one network leaves a place to others, with any number of accounts and projects', async () => {
    const converter = converterWith()
    const flood = ['a', 'b', 'c', 'd', 'e'].map((name) =>
      converter.run(oddTasks.spin, null, { ...by(name), network: 'theirs' }),
    )
    const ended = Promise.allSettled(flood)
    expect(await converter.run(oddTasks.sleep, 1, { ...by('small print'), network: 'ours' })).toBe(1)
    expect(await converter.run(oddTasks.echo, 'picture', { ...by('photo'), network: 'ours' })).toBe('picture')
    await converter.stop()
    for (const one of await ended) expect(one).toMatchObject({ reason: { code: 'server_stopping' } })
  })

  test('keeps a place free for who has used little of late, whoever else has used much', async () => {
    const heavy = ['a', 'b', 'c']
    const converter = converterWith({ conversionMs: 400, littleConversionMs: 200 })
    const spin = (name: string) =>
      converter.run(oddTasks.spin, null, { ...by(name), network: name }).catch(() => name)
    await Promise.all(heavy.map(spin))
    const done: string[] = []
    const again = heavy.map((name) => spin(name).then(() => done.push(name)))
    const small = { ...by('small print'), network: 'ours' }
    await converter.run(oddTasks.sleep, 1, small).then(() => done.push('small print'))
    expect(done).toEqual(['small print'])
    await converter.stop()
    await Promise.all(again)
  })

  test('gives a long conversion its turn by what was used, not by who has waited longest', async () => {
    const converter = converterWith({ conversionMs: 400 }, { size: 2 })
    const order: string[] = []
    const spin = (name: string) =>
      converter
        .run(oddTasks.spin, null, { ...by(name), network: name })
        .catch(() => {})
        .then(() => order.push(name))
    const small = (at: number) =>
      converter
        .run(oddTasks.sleep, 1, { ...by('small'), network: 'small' })
        .then(() => order.push(`small ${at}`))
    await Promise.all([spin('heavy'), spin('heavy'), spin('heavy'), small(1), small(2)])
    expect(order).toEqual(['heavy', 'small 1', 'small 2', 'heavy', 'heavy'])
  })

  test('is bounded for a person and for all; what is refused leaves the others as they are', async () => {
    const converter = converterWith({ conversionsPerPerson: 2, conversionsWaiting: 4 }, { size: 2 })
    const refused = { code: 'too_many_conversions' }
    const sleep = (person: string) => converter.run(oddTasks.sleep, 300, by('lamp', person))
    const kept = [sleep('a'), sleep('a')]
    await expect(sleep('a')).rejects.toMatchObject(refused)
    kept.push(sleep('b'), sleep('c'), sleep('d'))
    await expect(sleep('e')).rejects.toMatchObject(refused)
    expect(await Promise.all(kept)).toHaveLength(5)
    expect(await sleep('e')).toBe(300)
  })

  test('that somebody fills is closed to nobody else: the last of the longest line makes room', async () => {
    const converter = converterWith({ conversionsPerPerson: 3, conversionsWaiting: 4 }, { size: 2 })
    const done: string[] = []
    const refused: string[] = []
    const ask = (name: string, person: string, network: string) =>
      converter.run(oddTasks.sleep, 50, { ...by(name, person), network }).then(
        () => done.push(name),
        ({ code }: { code: string }) => refused.push(`${name} ${code}`),
      )
    // accounts cost nothing: one network has five, and none of them asks for more than once
    const flood = ['a', 'b', 'c', 'd', 'e'].map((person) => ask(`flood ${person}`, person, 'theirs'))
    const others = [ask('print', 'somebody', 'ours'), ask('package', 'somebody', 'ours')]
    const asMuch = ask('as much', 'somebody', 'ours')
    // what is quick has room of its own
    expect(await converter.run(oddTasks.echo, 'picture', { ...by('x'), network: 'third' })).toBe('picture')
    await Promise.all([...flood, ...others, asMuch])
    expect(refused.toSorted()).toEqual(
      ['as much', 'flood d', 'flood e'].map((name) => `${name} too_many_conversions`),
    )
    expect(done).toEqual(['flood a', 'print', 'flood b', 'package', 'flood c'])
  })

  test('R10: makes what a task is given when its turn has come, and nothing for what is refused or has left', async () => {
    const converter = converterWith({ conversionsPerPerson: 3 }, { size: 2 })
    let made = 0
    const ask = (more: Partial<Requester> = {}) => {
      const make = async () => {
        made += 1
        return 20
      }
      return converter.run(oddTasks.sleep, make, { ...by(), ...more })
    }
    const kept = [ask(), ask()]
    const leaving = new AbortController()
    const left = ask({ signal: leaving.signal })
    await expect(ask()).rejects.toMatchObject({ code: 'too_many_conversions' })
    leaving.abort()
    await expect(left).rejects.toBe(leaving.signal.reason)
    expect(made).toBe(1)
    expect(await Promise.all(kept)).toEqual([20, 20])
    expect(made).toBe(2)
  })

  test('R10: what a task is given and cannot be made fails as itself, and the next has its turn', async () => {
    const converter = converterWith({}, { size: 2 })
    const failure = new Error('the disk is gone')
    const failing = converter.run(oddTasks.sleep, () => Promise.reject(failure), by())
    const next = converter.run(oddTasks.sleep, 1, by())
    await expect(failing).rejects.toBe(failure)
    expect(await next).toBe(1)
    const leaving = new AbortController()
    const left = converter.run(oddTasks.sleep, async () => (leaving.abort(), 1), {
      ...by(),
      signal: leaving.signal,
    })
    await expect(left).rejects.toBe(leaving.signal.reason)
    expect(await converter.run(oddTasks.sleep, 1, by())).toBe(1)
  })

  test('gives a place that waits too long for what its task is given to the next', async () => {
    const converter = converterWith({ conversionInputMs: 100 }, { size: 2 })
    const never = new Promise<number>(() => {})
    const hanging = converter.run(oddTasks.sleep, () => never, by('a'))
    const next = converter.run(oddTasks.sleep, 1, by('b'))
    await expect(hanging).rejects.toMatchObject({ code: 'converters_busy' })
    expect(await next).toBe(1)
  })

  test('forgets who leaves it', async () => {
    const converter = converterWith({}, { size: 2 })
    const first = converter.run(oddTasks.sleep, 300, by())
    const leaving = new AbortController()
    const second = converter.run(oddTasks.spin, null, { ...by(), signal: leaving.signal })
    leaving.abort()
    await expect(second).rejects.toBe(leaving.signal.reason)
    expect(await first).toBe(300)
    expect(await converter.run(oddTasks.sleep, 1, by())).toBe(1)
  })
})

describe('security 50: a long conversion when the server is told to stop', () => {
  test('is ended at once and not waited for, and nothing is left of it', async () => {
    const converter = converterWith({ conversionMs: 600_000 })
    const asked = converter.run(oddTasks.spin, null, by())
    const refused = expect(asked).rejects.toMatchObject({ code: 'server_stopping' })
    await until('the process to run', () => converter.pids().length > 0)
    const pids = converter.pids()
    await converter.stop()
    await refused
    expect(pids.filter(isAlive)).toEqual([])
    await expect(converter.run(oddTasks.echo, null, by())).rejects.toMatchObject({ code: 'server_stopping' })
  })

  test('when the server is killed, its processes end by themselves, busy ones too', async () => {
    const { spawn } = await import('node:child_process')
    const owner = fileURLToPath(new URL('../helpers/conversions/pool-owner.ts', import.meta.url))
    const server = spawn(process.execPath, ['--import', 'tsx', owner, oddProgram.path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    server.stdout.on('data', (chunk) => (said += chunk))
    await until('the processes to be busy', () => said.includes('busy'), 30)
    const pids = said.match(/\d+/g)!.map(Number)
    expect(pids).toHaveLength(2)
    expect(pids.filter(isAlive)).toEqual(pids)
    server.kill('SIGKILL')
    await until('the processes to be gone', () => !pids.some(isAlive), 10)
  })
})
