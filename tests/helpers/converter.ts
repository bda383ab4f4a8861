import pino from 'pino'
import { programBeside } from '../../server/jobs/confinement.ts'
import { openConverter } from '../../server/jobs/pool.ts'
import type { Converter } from '../../server/jobs/task.ts'
import { defaultLimits } from '../../shared/limits.ts'

/** The server's own converter processes, for tests without a server. `stop` it after the tests. */
export const openTestConverter = (): Converter =>
  openConverter({
    program: programBeside(new URL('../../server/open-server.ts', import.meta.url).href, 'converter'),
    limits: defaultLimits,
    logger: pino({ level: process.env.LOG_LEVEL ?? 'silent' }),
  })
