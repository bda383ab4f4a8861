import { extname, join } from 'node:path'
import { terminalText } from './start-failure.ts'
import { supervise } from './supervise.ts'

// What `npm start` runs: it does nothing but keep the serving process (main.ts) running. What that process holds is
// therefore gone with it, and what this one holds is nothing.

const say = terminalText(process.env)
const complain = (line: string) => void process.stderr.write(`${line}\n`)

const program = (name: string) => join(import.meta.dirname, `${name}${extname(import.meta.filename)}`)

const { stop, ended } = supervise({
  entry: program('main'),
  ending: program('end-database'),
  args: process.argv.slice(2),
  pausesMs: [500, 1_000, 2_000, 4_000, 8_000],
  wellMs: 60_000,
  // a little longer than it gives itself
  endTimeoutMs: 5_000,
  onRestart: (reason, pauseMs) => complain(say('restarting', { reason, seconds: pauseMs / 1_000 })),
  onWaiting: (pauseMs) => complain(say('waiting', { seconds: pauseMs / 1_000 })),
  onGivenUp: (reason, times) => complain(say('givenUp', { reason, times })),
})
// a terminal that has gone is no reason to stop
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
process.on('SIGTERM', stop)
process.on('SIGINT', stop)
endWithNpm(() => stop('SIGTERM'))
process.exit(await ended)

/**
 * `npm start` passes signals on, but a kill -9 of it reaches nobody else: we would go on unseen and keep the next start
 * from the data folder. Only our own script's npm is watched; whoever else starts us may leave.
 */
function endWithNpm(end: () => void): void {
  const { npm_lifecycle_event: script, npm_package_name: name } = process.env
  if (script !== 'start' || name !== 'countersign' || process.platform === 'win32') return
  const npm = process.ppid
  const watching = setInterval(() => {
    if (process.ppid === npm) return
    clearInterval(watching)
    end()
  }, 500)
  watching.unref()
}
