import { programBeside, type Program } from '../../../server/conversions/confinement.ts'
import { isBytes, type Task } from '../../../server/conversions/task.ts'

const isAny = (value: unknown): value is never => value !== undefined

const task = <Input, Output>(name: string, kind: 'quick' | 'long' = 'quick'): Task<Input, Output> => ({
  name,
  kind,
  isOutput: isAny as unknown as (value: unknown) => value is Output,
})

export interface Seen {
  env: NodeJS.ProcessEnv
  cwd: string
  pid: number
  uid: number | null
  priority: number
  sockets: string[]
  readsSecret: boolean
}

/** Tasks that only tests have. */
export const oddTasks = {
  echo: task<unknown, unknown>('echo'),
  sleep: task<number, number>('sleep', 'long'),
  spin: task<null, never>('spin', 'long'),
  grow: task<null, never>('grow', 'long'),
  fill: task<null, never>('fill', 'long'),
  die: task<null, never>('die'),
  fail: task<null, never>('fail'),
  refuse: task<null, never>('refuse'),
  lie: { ...task<null, Uint8Array>('lie'), isOutput: isBytes },
  garble: task<null, void>('garble'),
  surroundings: task<null, Seen>('surroundings'),
  standing: task<null, { uid: number | null; isRestricted: boolean }>('standing'),
  connect: task<string, string>('connect'),
}

/** Their program as it is written: the permission model of the bundle lets nothing look at /proc. */
export const oddTasksFromSource = (): Program => programBeside(import.meta.url, 'odd-tasks')
