import { Socket } from 'node:net'
import { Worker } from 'node:worker_threads'
import { Refusal } from '../../shared/errors.ts'
import { frame, FrameReader } from './frames.ts'
import type { Task } from './task.ts'

/** What the server asks of a process. */
export interface Asked {
  id: number
  task: string
  input: unknown
}

/** What it answers: it is ready, or how a task went. */
export type Answered =
  | { ready: true }
  | { id: number; output: unknown }
  | { id: number; refusal: { code: string; params: Record<string, string | number> } }
  | { id: number; failure: string }

/** The descriptor of the pipe to the server; the standard ones belong to whatever prints. */
export const pipeDescriptor = 3

type Run = (input: unknown) => unknown

export interface Served {
  name: string
  load(): Promise<Run>
}

type RunOf<Known> =
  Known extends Task<infer Input, infer Output> ? (input: Input) => Output | Promise<Output> : never

/** A task, by its name, with what does it, which is loaded when it is first asked for: a process that never prints has no fonts. */
export const served = <Known>(name: string, load: () => Promise<RunOf<Known>>): Served => ({
  name,
  load: load as () => Promise<Run>,
})

/**
 * Does tasks for the server one after another, for as long as the server lives. Run in a converter process, whose
 * second argument is the most resident memory that it may have, in bytes.
 */
export function serveTasks(tasks: readonly Served[]): void {
  const known = new Map(tasks.map((task) => [task.name, task]))
  const pipe = new Socket({ fd: pipeDescriptor, readable: true, writable: true })
  const answer = (answered: Answered): void => {
    for (const bytes of frame(answered)) pipe.write(bytes)
  }
  const reader = new FrameReader(Infinity, (asked) => void perform(asked as Asked))
  pipe.on('data', (chunk) => reader.take(chunk))
  pipe.on('error', () => process.exit(0))
  pipe.on('close', () => process.exit(0))
  watch(Number(process.argv[2]))
  answer({ ready: true })

  async function perform({ id, task, input }: Asked): Promise<void> {
    try {
      const run = await known.get(task)!.load()
      answer({ id, output: await run(input) })
    } catch (error) {
      if (error instanceof Refusal) answer({ id, refusal: { code: error.code, params: error.params } })
      else answer({ id, failure: String((error as Error)?.stack ?? error) })
    }
  }
}

/**
 * Ends this process when the server has died or the memory is used up, from a thread of its own: the main one may be
 * in native code that never looks up. Where the server can see the memory itself, it is quicker.
 */
function watch(memoryBytes: number): void {
  const code = `
    const { workerData } = require('node:worker_threads')
    setInterval(() => {
      const isAlone = process.ppid !== workerData.server
      if (isAlone || process.memoryUsage.rss() > workerData.memoryBytes) process.kill(process.pid, 'SIGKILL')
    }, 250)`
  const workerData = { server: process.ppid, memoryBytes }
  new Worker(code, { eval: true, execArgv: [], env: {}, workerData }).unref()
}
