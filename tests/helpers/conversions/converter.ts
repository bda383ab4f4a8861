import { join } from 'node:path'
import pino from 'pino'
import { inject } from 'vitest'
import type { Program } from '../../../server/conversions/confinement.ts'
import { openConverter } from '../../../server/conversions/pool.ts'
import type { Converter } from '../../../server/conversions/task.ts'
import { defaultLimits } from '../../../shared/limits.ts'

/** A program of converter processes, bundled for this run. */
export const converterProgram = (name: 'converter' | 'odd-tasks' = 'converter'): Program => ({
  path: join(inject('programs'), `${name}.js`),
  execArgv: [],
})

/** The server's own converter processes, for tests without a server. `stop` it after the tests. */
export const openTestConverter = (): Converter =>
  openConverter({
    program: converterProgram(),
    limits: defaultLimits,
    logger: pino({ level: process.env.LOG_LEVEL ?? 'silent' }),
  })
