import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeDataDir } from '../helpers/process/app-process.ts'
import { fillRepeatedly } from './disk-full.ts'
import { acknowledgedWords, killRepeatedly } from './kills.ts'
import { cutRepeatedly } from './power-cuts.ts'
import { openScene } from './crash-scene.ts'
import { makeVolume, whyNoVolume } from './volume.ts'

// Ends the real server in the worst ways while people type, and compares with what they saw acknowledged.
const { values: options } = parseArgs({
  options: {
    /** How many times (with --disk-full: how many times the disk fills). */
    kills: { type: 'string' },
    /** Cut the power of the disk instead: what was not synced is dropped. */
    power: { type: 'boolean', default: false },
    /** Fill the disk instead. */
    'disk-full': { type: 'boolean', default: false },
  },
})

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const began = performance.now()
const minutes = (): string => ((performance.now() - began) / 60_000).toFixed(1)
const progress = (what: string, of: number) => (count: number, lost: number) => {
  if (count % 10 === 0 || count === of)
    say(`${what} ${count} of ${of}, ${lost} words lost, ${minutes()} minutes`)
}

async function kill(times: number): Promise<boolean> {
  const dataDir = makeDataDir()
  const scene = await openScene(dataDir)
  let isOver = false
  try {
    const { acknowledged, lost, complaints } = await killRepeatedly(
      scene,
      dataDir,
      times,
      progress('kill', times),
    )
    say(`${times} kills, ${acknowledged} acknowledged words, ${lost.length} lost`)
    for (const complaint of [...lost, ...complaints]) say(`  ${complaint}`)
    isOver = true
    return lost.length + complaints.length === 0
  } finally {
    await scene.end('SIGTERM')
    if (isOver) rmSync(dataDir, { recursive: true, force: true })
    else say(`The data folder is kept: ${dataDir}`)
  }
}

async function cut(times: number): Promise<boolean> {
  const volume = makeVolume(400)
  try {
    const scene = await openScene(join(volume.path, 'data'))
    try {
      const { lost, complaints, dropped } = await cutRepeatedly(scene, volume, times, progress('cut', times))
      say(`${times} power cuts, ${acknowledgedWords(scene)} acknowledged words, ${lost.length} lost`)
      say(`${dropped} of ${times} cuts dropped what had been written and not synced`)
      for (const complaint of [...lost, ...complaints]) say(`  ${complaint}`)
      return lost.length + complaints.length === 0 && dropped === times
    } finally {
      await scene.end('SIGKILL')
      await volume.endProcesses()
    }
  } finally {
    await volume.remove()
  }
}

async function fill(times: number): Promise<boolean> {
  const volume = makeVolume(400)
  try {
    const scene = await openScene(join(volume.path, 'data'))
    try {
      const report = await fillRepeatedly(scene, volume, times, say)
      for (const complaint of report) say(`  ${complaint}`)
      return report.length === 0
    } finally {
      await scene.end('SIGKILL')
      await volume.endProcesses()
    }
  } finally {
    await volume.remove()
  }
}

async function main(): Promise<boolean> {
  const needsVolume = options.power || options['disk-full']
  const why = needsVolume ? whyNoVolume() : null
  if (why !== null) {
    say(`SKIPPED: ${options.power ? '--power' : '--disk-full'} was not run, as ${why}.`)
    return !process.env.CI
  }
  if (options.power) return cut(Number(options.kills ?? 20))
  if (options['disk-full']) return fill(Number(options.kills ?? 2))
  return kill(Number(options.kills ?? 20))
}

const holds = await main()
process.exit(holds ? 0 : 1)
