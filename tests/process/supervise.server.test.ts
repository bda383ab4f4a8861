import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { supervise } from '../../server/supervise.ts'
import { until } from '../helpers/until.ts'

const folder = mkdtempSync(join(tmpdir(), 'countersign-supervise-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let programs = 0

/** Keeps a program of these lines running, and notes what it was told and how often it started. */
function keepRunning(
  lines: string,
  { wellMs = 60_000, endTimeoutMs = 5_000, args = [] as string[], ending: program = '' } = {},
) {
  const name = join(folder, String(++programs))
  const entry = `${name}.mjs`
  writeFileSync(
    entry,
    `import { appendFileSync } from 'node:fs'
     appendFileSync('${name}.starts', process.pid + ' ' + process.argv.slice(2).join() + '\\n')
     const serve = () => {
       process.send('ready')
       appendFileSync('${name}.serving', '.')
       setInterval(() => {}, 1000)
     }
     ${lines}`,
  )
  const ending = `${name}-ending.mjs`
  const notes = `import { appendFileSync } from 'node:fs'; appendFileSync('${name}.ended', '.')`
  writeFileSync(ending, program.replace('NAME', name) || notes)
  const told: string[] = []
  const supervision = supervise({
    entry,
    ending,
    args,
    pausesMs: [10, 20, 40],
    wellMs,
    endTimeoutMs,
    onRestart: (reason, pauseMs) => void told.push(`${reason}, ${pauseMs}`),
    onWaiting: (pauseMs) => void told.push(`waiting, ${pauseMs}`),
    onGivenUp: (reason, times) => void told.push(`${reason}, given up after ${times}`),
  })
  const starts = () => readFileSync(`${name}.starts`, 'utf8').trim().split('\n')
  const isServing = () => existsSync(`${name}.serving`)
  /** How often what it left running was ended. */
  const endings = () => (existsSync(`${name}.ended`) ? readFileSync(`${name}.ended`, 'utf8').length : 0)
  return { ...supervision, name, told, starts, isServing, endings }
}

describe('security 49: the serving process is started again', () => {
  test('a few times, with growing pauses; then it is given up, with its exit code', async () => {
    const { ended, told, starts, endings } = keepRunning('process.exit(70)')
    expect(await ended).toBe(70)
    expect(endings()).toBe(1)
    expect(told).toEqual([
      'exit code 70, 10',
      'exit code 70, 20',
      'exit code 70, 40',
      'exit code 70, given up after 4',
    ])
    expect(starts()).toHaveLength(4)
  })

  test('also when a signal killed it', async () => {
    const { ended, told } = keepRunning("process.kill(process.pid, 'SIGKILL')")
    expect(await ended).toBe(128 + 9)
    expect(told[0]).toBe('SIGKILL, 10')
  })

  test('once it served well for a while, the pauses begin anew; what is done at a first start is not done again', async () => {
    const lines = "process.send('ready'); setTimeout(() => process.exit(70), 20)"
    const { stop, ended, told, starts } = keepRunning(lines, { wellMs: 0, args: ['--seed', 'other'] })
    await until('more starts than there are pauses', () => told.length > 5)
    stop('SIGTERM')
    await ended
    expect(new Set(told)).toEqual(new Set(['exit code 70, 10']))
    const given = starts().map((line) => line.replace(/^\d+ /, '').replaceAll(' ', '-'))
    expect(given[0]).toBe('--seed,other')
    expect(new Set(given.slice(1))).toEqual(new Set(['other,--restarted-after=exit-code-70']))
  })

  test('what it needs is away: it is tried again with growing pauses, for as long as it takes, and that is no crash', async () => {
    const lines = `
      const { readFileSync } = await import('node:fs')
      const start = readFileSync('NAME.starts', 'utf8').trim().split('\\n').length
      if (start === 1) { process.send('ready'); setTimeout(() => process.exit(70), 20) }
      else if (start < 8) process.exit(75)
      else serve()`
    const name = join(folder, String(programs + 1))
    const { stop, ended, told, isServing } = keepRunning(lines.replace('NAME', name))
    await until('it to serve again', isServing)
    stop('SIGTERM')
    await ended
    const pauses = [10, 20, 40, 40, 40, 40].map((pauseMs) => `waiting, ${pauseMs}`)
    expect(told).toEqual(['exit code 70, 10', ...pauses])
  })

  test.each([
    [0, 'it was asked to end'],
    [1, 'it said in words why it cannot run'],
  ])('not when it ends with %i: %s', async (code) => {
    const { ended, told, starts, endings } = keepRunning(`process.exit(${code})`)
    expect(await ended).toBe(code)
    expect(endings()).toBe(0)
    expect(told).toEqual([])
    expect(starts()).toHaveLength(1)
  })

  test('not once it is to stop: the signal is passed on, and its exit code is ours', async () => {
    const { stop, ended, isServing } = keepRunning("process.on('SIGTERM', () => process.exit(3)); serve()")
    await until('it to serve', isServing)
    stop('SIGTERM')
    expect(await ended).toBe(3)
  })

  test('one that does not end when it is asked to is killed', async () => {
    const { stop, ended, starts, isServing, endings } = keepRunning(
      "process.on('SIGTERM', () => {}); serve()",
      { endTimeoutMs: 200 },
    )
    await until('it to serve', isServing)
    stop('SIGTERM')
    expect(await ended).toBeGreaterThan(128)
    // its database would be left
    expect(endings()).toBe(1)
    expect(() => process.kill(Number(starts()[0]), 0)).toThrow('ESRCH')
  })

  test('asked to stop while what is left is ended, it is ended once, with the exit code there was', async () => {
    const { stop, ended, told, endings } = keepRunning('process.exit(70)')
    await until('it to be given up', () => told.length === 4)
    stop('SIGINT')
    stop('SIGTERM')
    expect(await ended).toBe(70)
    // as long as another would take
    await keepRunning('process.exit(70)').ended
    expect(endings()).toBe(1)
  })

  test.runIf(process.platform === 'linux')(
    'what ends it is not in the terminal’s group, to which Ctrl-C goes',
    async () => {
      const ending = `import { readFileSync, appendFileSync } from 'node:fs'
      appendFileSync('NAME.group', readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ')[2])`
      const { ended, name } = keepRunning('process.exit(70)', { ending })
      await ended
      const ours = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]!.split(' ')[2]
      const group = readFileSync(`${name}.group`, 'utf8')
      expect(Number(group)).toBeGreaterThan(1)
      expect(group).not.toBe(ours)
    },
  )

  test('asked to stop in a pause, nothing starts any more', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const { stop, ended, told } = keepRunning('process.exit(70)')
      // each look lets the clock go on by less than the second pause
      await vi.waitFor(() => expect(told).toHaveLength(2), { interval: 5, timeout: 20_000 })
      expect(vi.getTimerCount()).toBe(1)
      stop('SIGINT')
      expect(await ended).toBe(0)
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })
})
