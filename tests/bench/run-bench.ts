import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { runConversions, runMemory } from './conversions.ts'
import { openCountersign } from './countersign.ts'
import { runFlooding } from './flooding.ts'
import { lineThrough, roomsFor, runIdleSteps, runIdling } from './idling.ts'
import { joinedRooms, runJoining } from './joining.ts'
import { openReviewedProject, pointsOn, pointsOnProject, raisePoints } from './long-document.ts'
import { openBrowser, runReviewing } from './reviewing.ts'
import { runSearching, type SearchResult } from './searching.ts'
import { startSubject, subjectNames, type Content, type Subject, type SubjectName } from './subjects.ts'
import { printTable, type Column } from './table.ts'
import { readTrace } from './trace.ts'
import { runTyping, type TypingLoad } from './typing.ts'

/**
 * Measures Countersign beside a relay that knows no documents, Hocuspocus and the y-websocket server, one after
 * the other in the same run. What counts is the server process's time on processors, as the kernel has it.
 */
const { values: options } = parseArgs({
  options: {
    /** Which loads, by name, separated by commas. */
    load: { type: 'string', default: 'session,rooms,crowd,joins,idle,review,search,conversions,flood' },
    /** Which servers, by name, separated by commas. */
    against: { type: 'string', default: subjectNames.join(',') },
    /** Rooms of the loads `rooms` and `idle`. */
    rooms: { type: 'string' },
    /** How long each load is measured. */
    seconds: { type: 'string', default: '8' },
    /** How long people type before it is measured. */
    settle: { type: 'string', default: '3' },
    /** Pages of the document that the load `conversions` converts, and how often it prints a small one. */
    pages: { type: 'string', default: '100' },
    prints: { type: 'string', default: '200' },
    /** Points of that document; five a page when it is left out. */
    points: { type: 'string' },
    /** How many idle people the load `connections` measures one after the other; only when it is asked for by name. */
    connections: { type: 'string', default: '2000,6000,12000,18000' },
    /** A typing trace in place of the known one. */
    trace: { type: 'string' },
  },
})
const seconds = Number(options.seconds)
const times = { seconds, settle: Number(options.settle) }
const subjects = options.against.split(',') as SubjectName[]
const rooms = options.rooms === undefined ? undefined : Number(options.rooms)

const session: TypingLoad = { rooms: 1, people: 50, typists: 5, editsPerSecond: 10, movesPerSecond: 10 }
const manyRooms: TypingLoad = {
  rooms: rooms ?? 200,
  people: 4,
  typists: 1,
  editsPerSecond: 4,
  movesPerSecond: 0,
}
const crowd: TypingLoad = { rooms: 1, people: 200, typists: 20, editsPerSecond: 5, movesPerSecond: 0 }

const content = readTrace(options.trace)
const say = (line: string): void => void process.stdout.write(`${line}\n`)
say(`${cpus().length} × ${cpus()[0]!.model}, Node ${process.version}, ${new Date().toISOString()}`)
say(`trace: ${content.name}, ${content.edits} edits, ${content.whole.length} bytes`)

/** Runs a load against each server in turn, each started anew. */
async function measure<Result>(
  title: string,
  needs: { rooms: number; content?: Content; skip?: SubjectName[] },
  run: (subject: Subject) => Promise<Result>,
  columns: Column<Result>[],
): Promise<void> {
  const results: { name: string; result: Result }[] = []
  for (const name of subjects) {
    if (needs.skip?.includes(name)) continue
    const subject = await startSubject(name, needs.rooms, needs.content ?? null)
    if (process.env.BENCH_SAY_PID) process.stderr.write(`pid ${subject.pid}\n`)
    results.push({ name, result: await run(subject) })
    await subject.stop()
  }
  say(printTable(title, columns, results))
}

const loads: Record<string, () => Promise<void>> = {
  session: () => typing('a session: 1 room, 50 people, 5 typing 10/s, all moving 10/s', session),
  rooms: () => typing(`many rooms: ${manyRooms.rooms} rooms of 4, one typing 4/s in each`, manyRooms),
  crowd: () => typing('a crowd: 1 room, 200 people, 20 typing 5/s', crowd),
  joins: () =>
    measure(
      'joining a long document',
      { rooms: joinedRooms, content, skip: ['relay'] },
      (subject) => runJoining(subject, content),
      [
        { head: 'first ms', value: ({ firstMs }) => firstMs },
        { head: 'CPU ms', value: ({ firstProcessorMs }) => firstProcessorMs, isCompared: true },
        { head: 'whole', value: ({ isWhole }) => (isWhole ? 'yes' : 'no') },
        { head: '200 join, ms', value: ({ crowdMs }) => crowdMs },
        { head: 'CPU ms', value: ({ crowdProcessorMs }) => crowdProcessorMs, isCompared: true },
        { head: 'quiet, MB', value: ({ quietBytes }) => quietBytes / 1_048_576, isCompared: true },
      ],
    ),
  idle: () =>
    measure(
      `idle people: ${rooms ?? 1_000} rooms of 4`,
      { rooms: (rooms ?? 1_000) + 1 },
      (subject) => runIdling(subject, rooms ?? 1_000, seconds),
      [
        { head: 'connections', value: ({ connections }) => String(connections) },
        {
          head: 'KB a connection',
          value: ({ bytesPerConnection }) => bytesPerConnection / 1_024,
          isCompared: true,
        },
        { head: 'CPU ms/s', value: ({ processorMsPerSecond }) => processorMsPerSecond, isCompared: true },
      ],
    ),
  connections: idleSteps,
  review: reviewing,
  search: searching,
  conversions: converting,
  flood: flooding,
}

/** As many idle people as one process may have here, and what 50,000 would take. */
async function idleSteps(): Promise<void> {
  const steps = options.connections.split(',').map(Number)
  const subject = await startSubject('countersign', roomsFor(Math.max(...steps)))
  const measured = await runIdleSteps(subject, steps, seconds)
  await subject.stop()
  say(
    printTable(
      'idle people on one process',
      [
        { head: 'resident, MB', value: ({ resident }) => resident / 1_048_576 },
        { head: 'CPU ms/s', value: ({ processorMsPerSecond }) => processorMsPerSecond },
      ],
      measured.map((result) => ({ name: String(result.connections), result })),
    ),
  )
  const memory = lineThrough(measured.map(({ connections, resident }) => [connections, resident]))
  const time = lineThrough(
    measured.map(({ connections, processorMsPerSecond }) => [connections, processorMsPerSecond]),
  )
  say(
    `slope: ${(memory.slope / 1_024).toFixed(2)} KB a connection, ${(time.slope * 1_000).toFixed(2)} ms/s a thousand; ` +
      `50,000 by it: ${(memory.at(50_000) / 1_048_576).toFixed(0)} MB, ${time.at(50_000).toFixed(0)} ms/s`,
  )
}

/** A hundred pages in a browser, without points and with two thousand: the first is the floor of the second. */
async function reviewing(): Promise<void> {
  const server = await openCountersign()
  const project = await openReviewedProject(server, 100)
  await raisePoints(server.database(), project.projectId, project.people, pointsOn(project.reviewed, 2_000))
  const browser = await openBrowser()
  const results = [
    {
      name: 'no points',
      result: await runReviewing(browser, server.owner, project.plain.documentId, false),
    },
    {
      name: '2,000 points',
      result: await runReviewing(browser, server.owner, project.reviewed.documentId, true),
    },
  ]
  await browser.close()
  await server.stop()
  say(
    printTable(
      'a document of 100 pages in Chromium, server and database on the same processors',
      [
        { head: 'text, ms', value: ({ textMs }) => textMs, isCompared: true },
        { head: 'all of it, ms', value: ({ openMs }) => openMs, isCompared: true },
        { head: 'key p95, ms', value: ({ keyMs }) => keyMs, isCompared: true },
        { head: 'work a key p95, ms', value: ({ workMs }) => workMs, isCompared: true },
        { head: 'frames/s, text', value: ({ textFrames }) => textFrames },
        { head: 'frames/s, points', value: ({ listFrames }) => listFrames ?? '–' },
      ],
      results,
    ),
  )
}

/** Words looked for among 10,000 points. */
async function searching(): Promise<void> {
  const server = await openCountersign()
  const project = await openReviewedProject(server, 20)
  await raisePoints(server.database(), project.projectId, project.people, pointsOnProject(10_000))
  const results: { name: string; result: SearchResult }[] = []
  for (const words of ['缩痕', 'sink', 'Point 9876', '#4711', 'nowhere']) {
    results.push({ name: words, result: await runSearching(server.owner, project.projectId, words) })
  }
  await server.stop()
  say(
    printTable(
      'search in a project of 10,000 points',
      [
        { head: 'found', value: ({ found }) => String(found) },
        { head: 'p50 ms', value: ({ p50 }) => p50 },
        { head: 'p95 ms', value: ({ p95 }) => p95 },
      ],
      results,
    ),
  )
}

/** What people wrote is converted: who else waits, and what memory is left behind. */
async function converting(): Promise<void> {
  const server = await openCountersign()
  const pages = Number(options.pages)
  const points = Number(options.points ?? pages * 5)
  const pauses = await runConversions(server, { pages, points, photos: 6 })
  say(
    printTable(
      `a project of ${pages} pages, ${points} points and 6 photos: how long others wait, in ms`,
      [
        { head: 'took', value: ({ tookMs }) => tookMs },
        { head: 'event loop p99', value: ({ loopP99 }) => loopP99 },
        { head: 'longest', value: ({ loopLongest }) => loopLongest },
        { head: 'request p99', value: ({ requestP99 }) => requestP99 },
        { head: 'longest', value: ({ requestLongest }) => requestLongest },
      ],
      pauses,
    ),
  )
  await server.restart()
  const memory = await runMemory(server, Number(options.prints), 50)
  await server.stop()
  say(
    printTable(
      'resident memory, in MB',
      [
        { head: 'server', value: (result) => result.server / 1_048_576 },
        { head: 'converters', value: ({ converters }) => converters / 1_048_576 },
        { head: 'processes', value: ({ processes }) => String(processes) },
      ],
      memory,
    ),
  )
}

/** Hundreds of requests of one network at once: who else feels them. */
async function flooding(): Promise<void> {
  const server = await openCountersign('usual')
  const results = await runFlooding(server)
  await server.stop()
  say(
    printTable(
      'somebody of another network reads their projects 50 times a second, in ms',
      [
        { head: 'p50', value: ({ p50 }) => p50 },
        { head: 'p95', value: ({ p95 }) => p95 },
        { head: 'longest', value: ({ longest }) => longest },
        { head: 'answered', value: ({ answers }) => answers },
      ],
      results,
    ),
  )
}

function typing(title: string, load: TypingLoad): Promise<void> {
  return measure(title, { rooms: load.rooms }, (subject) => runTyping(subject, load, times, content.text), [
    {
      head: 'µs/delivery',
      value: ({ microsecondsPerDelivery }) => microsecondsPerDelivery,
      isCompared: true,
    },
    { head: 'database', value: ({ databaseMicroseconds }) => databaseMicroseconds ?? '–' },
    { head: 'p50 ms', value: ({ p50 }) => p50 },
    { head: 'p99 ms', value: ({ p99 }) => p99 },
    { head: 'edits lost', value: ({ lost }) => String(lost) },
  ])
}

for (const name of options.load.split(',')) await loads[name]!()
process.exit(0)
