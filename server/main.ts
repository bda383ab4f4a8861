import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readConfig, type Config } from './config.ts'
import { openLogger } from './logger.ts'
import { openServer, type RunningServer } from './open-server.ts'
import { seedSample } from './sample/seed.ts'
import { StartFailure, terminalLocale, terminalText } from './start-failure.ts'

const say = terminalText(process.env)

/** How long pending commits and closing handshakes may take before the process ends anyway. */
const patienceMs = 5_000

function configure(): Config {
  try {
    return readConfig(process.env)
  } catch (error) {
    throw new StartFailure('configuration_invalid', { problems: (error as Error).message })
  }
}

function stopOn(server: RunningServer): void {
  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(1), patienceMs).unref()
    await server.close()
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop())
  process.on('SIGINT', () => void stop())
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

async function main(): Promise<void> {
  const config = configure()
  const logger = openLogger(config)
  const server = await openServer(config, { logger, webFolder: webFolder() })
  stopOn(server)
  if (process.argv.includes('--seed')) process.stdout.write(`${await seed(server)}\n`)
  process.stdout.write(`${say('ready', { url: config.publicUrl ?? server.url })}\n`)
}

main().catch((error: unknown) => {
  if (!(error instanceof StartFailure)) throw error
  process.stderr.write(`${say(error.code, error.params)}\n`)
  process.exitCode = 1
})
