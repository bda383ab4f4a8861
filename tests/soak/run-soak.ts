import { rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createDocument, createPerson, join, type Person } from '../helpers/people.ts'
import { until } from '../helpers/until.ts'
import { makeDataDir, startApp } from '../helpers/process/app-process.ts'
import { Typist } from '../helpers/process/typist.ts'
import { heapAfterCollection } from './inspected-heap.ts'
import { slopeOf } from './slope.ts'

// Opens and closes rooms of the real server for as long as asked, and prints how its memory goes.
const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    /** How many rooms are open at the same moment, each with two people who type. */
    rooms: { type: 'string', default: '12' },
  },
})
const minutes = Number(options.minutes)
const openAtOnce = Number(options.rooms)

/** The beginning is not measured: what is made once and kept is made then. */
const warmUpMs = Math.min(120_000, (minutes * 60_000) / 4)
const sampleMs = Math.min(15_000, (minutes * 60_000) / 24)
/** A document is replaced by a new one after so many visits, so that rooms stay of one size. */
const visitsPerDocument = 20
const staysMs = 150

const say = (line: string): void => void process.stdout.write(`${line}\n`)

const dataDir = makeDataDir()
const app = startApp({
  DATA_DIR: dataDir,
  PORT: '0',
  NODE_OPTIONS: '--inspect=127.0.0.1:0',
  LIMIT_REQUESTS_PER_MINUTE: '10000000',
  LIMIT_SIGN_UPS_PER_HOUR: '10000000',
  LIMIT_SOCKETS_PER_USER: '1000',
  LIMIT_UPGRADES_PER_MINUTE: '1000000',
  LIMIT_READ_FRAMES_PER_SECOND: '1000000',
  LIMIT_READ_ITEMS_PER_SECOND: '1000000000',
  LIMIT_ANSWERS_PER_MINUTE: '1000000',
  LIMIT_DECODED_BYTES: '1000000000000',
})
let visits = 0
let isPaused = false
let isOver = false
let busy = 0

async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN)
}

/** One room after another: two people come, type and leave. */
async function keepVisiting(owner: Person, guest: Person): Promise<void> {
  const { projectId, documentId } = await createDocument(owner)
  let roomId = documentId
  await join(owner, guest, projectId, 'manufacture', 'editor')
  for (let visit = 1; !isOver; visit++) {
    if (isPaused) {
      await new Promise((done) => setTimeout(done, 20))
      continue
    }
    busy++
    const typists = [new Typist('a'), new Typist('b')]
    await Promise.all(typists.map((typist, i) => typist.join([owner, guest][i]!, roomId)))
    await new Promise((done) => setTimeout(done, staysMs))
    await Promise.all(typists.map((typist) => typist.finish()))
    visits++
    busy--
    if (visit % visitsPerDocument === 0) {
      const next = { kind: 'spec', title: `Lamp ${visit}` }
      roomId = (await owner.post<{ id: string }>(`/api/projects/${projectId}/documents`, next)).id
    }
  }
}

async function sample(url: string, inspector: string): Promise<{ heap: number; resident: number }> {
  isPaused = true
  await until('every room to be left', () => busy === 0, 60)
  await until('no room to be open', async () => (await metric(url, 'rooms_open')) === 0, 60)
  const heap = await heapAfterCollection(inspector)
  const resident = await metric(url, 'process_resident_memory_bytes')
  isPaused = false
  return { heap, resident }
}

async function soak(): Promise<boolean> {
  const url = await app.ready()
  const inspector = await until('the inspector', () => /ws:\/\/\S+/.exec(app.said().err)?.[0])
  const [owner, guest] = [await createPerson(url, 'Lin Yue'), await createPerson(url, 'Anna')]
  const visitors = Array.from({ length: openAtOnce }, () => keepVisiting(owner, guest))
  const failed = Promise.all(visitors).then(() => null)
  const began = Date.now()
  const heaps: [number, number][] = []
  const residents: [number, number][] = []
  say('  min   rooms opened   heap MB   resident MB')
  while (Date.now() - began < warmUpMs + minutes * 60_000) {
    const next = new Promise<void>((done) => setTimeout(done, sampleMs))
    await Promise.race([next, failed])
    const { heap, resident } = await sample(url, inspector)
    const at = (Date.now() - began) / 60_000
    const columns = [at.toFixed(2), visits, (heap / 2 ** 20).toFixed(2), (resident / 2 ** 20).toFixed(1)]
    const isWarm = Date.now() - began >= warmUpMs
    say(`${columns.map((column) => String(column).padStart(10)).join('')}${isWarm ? '' : '   warming up'}`)
    if (!isWarm) continue
    heaps.push([at / 60, heap / 2 ** 20])
    residents.push([at / 60, resident / 2 ** 20])
  }
  isOver = true
  await failed
  const rooms = await until(
    'the last room to close',
    async () => (await metric(url, 'rooms_open')) === 0 && '0',
  )
  const sockets = await metric(url, 'rooms_sockets')
  const heap = slopeOf(heaps)
  const resident = slopeOf(residents)
  say(`${visits} rooms opened and closed in ${minutes} minutes after ${warmUpMs / 1000} s of warming up`)
  say(`heap after collection: ${heap.slope.toFixed(2)} MB an hour, ± ${(2 * heap.error).toFixed(2)} (95 %)`)
  say(`resident: ${resident.slope.toFixed(1)} MB an hour, ± ${(2 * resident.error).toFixed(1)} (95 %)`)
  say(`rooms = ${rooms}, sockets = ${sockets} at the end`)
  const grows = heap.slope - 2 * heap.error > 1
  if (grows) say('The heap grows by more than 1 MB an hour.')
  return !grows && sockets === 0
}

const held = await soak().catch((error: unknown) => {
  say(String(error))
  return false
})
await app.end('SIGTERM')
rmSync(dataDir, { recursive: true, force: true })
process.exit(held ? 0 : 1)
