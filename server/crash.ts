import { inspect } from 'node:util'
import type { Logger } from 'pino'

/** How a process ends that met a failure which nobody caught; whoever watches over it starts it again. */
export const crashExitCode = 70

/**
 * From here on a failure that nobody catches, a rejection included, is logged whole and ends the process at once: what
 * is in memory cannot be trusted any more, and what was acknowledged is committed. Until `logTo` is called it goes to
 * standard error.
 */
export function endOnUncaught(): { logTo(logger: Logger): void } {
  let logger: Logger | null = null
  process.on('uncaughtException', (failure: unknown, origin) => {
    try {
      // both of its destinations are written synchronously, so nothing is left to flush
      if (logger) logger.fatal({ err: failure, origin }, 'uncaught failure')
      else process.stderr.write(`${inspect(failure)}\n`)
    } finally {
      process.exit(crashExitCode)
    }
  })
  return { logTo: (given) => void (logger = given) }
}
