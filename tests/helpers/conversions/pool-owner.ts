import pino from 'pino'
import { openConverter } from '../../../server/conversions/pool.ts'
import { defaultLimits } from '../../../shared/limits.ts'
import { oddTasks } from './odd-task-names.ts'

// A server that has a busy converter process and an idle one, says their ids, and waits to be killed.

const by = (projectId: string) => ({ projectId, userId: projectId })
const converter = openConverter({
  program: { path: process.argv[2]!, execArgv: [] },
  limits: defaultLimits,
  logger: pino({ level: 'silent' }),
})
await Promise.all([
  converter.run(oddTasks.sleep, 200, by('one')),
  converter.run(oddTasks.sleep, 200, by('two')),
])
void converter.run(oddTasks.spin, null, by('one'))
setTimeout(() => process.stdout.write(`${converter.pids().join(' ')} busy\n`), 300)
