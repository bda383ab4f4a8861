import { parseArgs } from 'node:util'
import { startSubject, subjectNames, type SubjectName } from './subjects.ts'
import { runTyping, type TypingLoad } from './typing.ts'

const { values: options } = parseArgs({
  options: {
    /** Which loads, by name, separated by commas. */
    load: { type: 'string', default: 'session,rooms,crowd' },
    /** Which servers, by name, separated by commas. */
    against: { type: 'string', default: subjectNames.join(',') },
    rooms: { type: 'string' },
    seconds: { type: 'string', default: '10' },
    trace: { type: 'string' },
  },
})
const loads: Record<string, TypingLoad> = {
  session: { rooms: 1, people: 50, typists: 5, editsPerSecond: 10, movesPerSecond: 10 },
  rooms: { rooms: 200, people: 4, typists: 1, editsPerSecond: 4, movesPerSecond: 0 },
  crowd: { rooms: 1, people: 200, typists: 20, editsPerSecond: 5, movesPerSecond: 0 },
}
for (const name of options.load.split(',')) {
  for (const against of options.against.split(',') as SubjectName[]) {
    const load = loads[name]!
    const subject = await startSubject(against, load.rooms)
    if (process.env.BENCH_SAY_PID) process.stderr.write(`pid ${subject.pid}\n`)
    const r = await runTyping(
      subject,
      load,
      Number(options.seconds),
      'the quick brown fox jumps over the lazy dog. ',
    )
    process.stdout.write(
      `${name} ${against} ${r.microsecondsPerDelivery.toFixed(2)} us db ${r.databaseMicroseconds?.toFixed(2)} p50 ${r.p50.toFixed(1)} p99 ${r.p99.toFixed(1)} lost ${r.lost}\n`,
    )
    await subject.stop()
  }
}
process.exit(0)
