import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readConfig, type Config } from './config.ts'
import { endOnUncaught } from './crash.ts'
import { openLogger } from './logger.ts'
import { openServer, type RunningServer } from './open-server.ts'
import { seedSample } from './sample/seed.ts'
import { mayPass, StartFailure, terminalLocale, terminalText } from './start-failure.ts'
import { awayExitCode, readyMessage, restartedAfter } from './supervise.ts'

const say = terminalText(process.env)

/** How long pending commits and closing handshakes may take before the process ends anyway. */
const closeTimeoutMs = 4_500

function configure(): Config {
  try {
    return readConfig(process.env)
  } catch (error) {
    throw new StartFailure('configuration_invalid', { problems: (error as Error).message })
  }
}

/**
 * Ends the process in order when it is asked to: by a signal, also while it still starts, or because whoever started it
 * with a channel has ended, by kill -9 too.
 */
function endWhenAsked(starting: Promise<RunningServer>): void {
  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(1), closeTimeoutMs).unref()
    // one that does not start says so itself
    const server = await starting.catch(() => null)
    if (!server) return
    await server.close()
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop())
  process.on('SIGINT', () => void stop())
  process.on('disconnect', () => void stop())
  // it may have ended before anybody listened; without a channel this is undefined
  if ((process.connected as boolean | undefined) === false) void stop()
}

/** The built pages: beside the bundle, or where the build puts them when this file runs as it is. */
function webFolder(): string {
  const beside = join(import.meta.dirname, '../web')
  return existsSync(join(beside, 'main.tsx')) ? join(import.meta.dirname, '../dist/web') : beside
}

/** Tells how to sign in to what was seeded; `--seed` on a server in use changes nothing. */
async function seed({ database, files }: RunningServer): Promise<string> {
  const demo = await seedSample({ database, files, locale: terminalLocale(process.env) })
  return demo ? say('seeded', { ...demo }) : say('seedSkipped')
}

/** How the process before this one ended, where it crashed. */
const crash = process.argv.find((argument) => argument.startsWith(restartedAfter))

async function main(): Promise<void> {
  const uncaught = endOnUncaught()
  // a terminal that has gone is no reason to stop
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  const config = configure()
  const logger = openLogger(config)
  uncaught.logTo(logger)
  if (crash) logger.warn({ after: crash.slice(restartedAfter.length) }, 'started again after a crash')
  const starting = openServer(config, { logger, webFolder: webFolder() })
  endWhenAsked(starting)
  const server = await starting
  if (process.argv.includes('--seed')) process.stdout.write(`${await seed(server)}\n`)
  process.stdout.write(`${say('ready', { url: config.publicUrl ?? server.url })}\n`)
  // who started it may have ended just now: then it ends in order, and not for want of somebody to tell
  process.send?.(readyMessage, undefined, undefined, () => {})
}

main().catch((error: unknown) => {
  if (!(error instanceof StartFailure)) throw error
  process.stderr.write(`${say(error.code, error.params)}\n`)
  // by itself it would not end: the channel to a supervisor keeps it
  process.exit(crash && mayPass(error) ? awayExitCode : 1)
})
