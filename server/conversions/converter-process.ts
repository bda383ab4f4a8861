import { spawn, type ChildProcess } from 'node:child_process'
import type { Socket } from 'node:net'
import { setPriority } from 'node:os'
import {
  environmentIn,
  makeFolder,
  nodeArguments,
  processorMs,
  removeFolder,
  residentBytes,
  type Confinement,
  type Program,
} from './confinement.ts'
import { frame, FrameReader } from './frames.ts'
import { pipeDescriptor, type Answered, type Asked } from './serve.ts'

/**
 * Why a process was ended, or ended by itself; `starved`: the machine let it not come to its end; `busy`: it had no room
 * to start it just then.
 */
export type Ending =
  | 'deadline'
  | 'starved'
  | 'memory'
  | 'crash'
  | 'busy'
  | 'wrong answer'
  | 'given up'
  | 'idle'
  | 'stopped'

/** A task's own answer, or that the process ended under it. */
export type Outcome = Exclude<Answered, { ready: true }> | { ended: Ending; wasReady: boolean; said: string }

/** A third of the server's share of a busy processor: with less, a short conversion starves on a machine that has much to do. */
const niceness = 5

/** How often the memory of a process at work is looked at. */
const lookMs = 50

/**
 * A deadline is of the process's own time on processors. Beside the server, the database and all other converters at
 * work it gets a fifth of a processor, so it has so many times as long by the clock: what has not come to an end by
 * then only holds a place that others wait for.
 */
const starvedDeadlineFactor = 5

/**
 * What was on a processor for less than this share of `stallMs` sleeps, which nothing that is converted ever does:
 * whatever is let run gets more, at this priority beside a dozen busy processes.
 */
const stalledShare = 0.01

/** How long Node, with its code, may take to be ready. */
const startingMs = 30_000

/** What of its errors' output is kept for the log, in characters. */
const keptOutput = 2_000

/** What a machine that is full says to a start, and takes back a moment later. */
const passing = new Set(['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE', 'ENOSPC', 'EDQUOT'])
export const isPassing = (error: unknown): boolean =>
  passing.has((error as NodeJS.ErrnoException | null)?.code ?? '')

/** A process that does one task at a time, in a folder of its own, and is killed when it does not behave. */
export class ConverterProcess {
  private readonly child: ChildProcess
  private readonly folder: string
  private readonly memoryBytes: number
  private readonly stallMs: number
  private readonly onEnd: () => void
  private readonly starting: NodeJS.Timeout
  private isReady = false
  private ending: Ending | null = null
  private hasEnded = false
  private said = ''
  private nextId = 1
  /** What its latest task has used, in milliseconds of processors; by the clock where the system does not tell. */
  usedMs = 0
  private current: { id: number; settle: (outcome: Outcome) => void } | null = null
  /** Sent once it is ready; only then its time begins. */
  private begin: (() => void) | null = null

  constructor(
    program: Program,
    confinement: Confinement,
    limits: { memoryBytes: number; answerBytes: number; stallMs: number },
    onEnd: () => void,
  ) {
    this.memoryBytes = limits.memoryBytes
    this.stallMs = limits.stallMs
    this.onEnd = onEnd
    const { account } = confinement
    this.folder = makeFolder(account)
    const args = nodeArguments(program, this.folder, confinement, this.memoryBytes)
    try {
      this.child = spawn(process.execPath, [...args, program.path, String(this.memoryBytes)], {
        cwd: this.folder,
        env: environmentIn(this.folder),
        stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
        ...account,
      })
    } catch (failure) {
      void removeFolder(this.folder)
      throw failure
    }
    this.starting = setTimeout(() => this.end('starved'), startingMs)
    this.child.on('error', (error) => {
      this.said = error.message
      if (isPassing(error)) this.ending ??= 'busy'
      this.close()
    })
    this.child.on('exit', (_, signal) => this.close(signal))
    this.child.stderr?.on('data', (chunk) => (this.said = (this.said + chunk).slice(-keptOutput)))
    const reader = new FrameReader(limits.answerBytes, (value) => this.hear(value as Answered))
    this.pipe?.on('error', () => {})
    this.pipe?.on('data', (chunk: Uint8Array) => {
      if (this.ending) return
      try {
        reader.take(chunk)
      } catch {
        this.end('wrong answer')
      }
    })
    this.lowerPriority()
  }

  /** Undefined when it could not be started at all. */
  get pid(): number | undefined {
    return this.child.pid
  }

  private get processorMs(): number | null {
    return this.pid === undefined ? null : processorMs(this.pid)
  }

  /** Resident memory in bytes; null when it is not known. */
  get memory(): number | null {
    return this.pid === undefined ? null : residentBytes(this.pid)
  }

  /**
   * Does one task; resolves always. The next one may come when this has resolved with an answer. `timeoutMs` is time on
   * processors, and by the clock where the system does not tell that.
   */
  async run(task: string, input: unknown, timeoutMs: number): Promise<Outcome> {
    if (this.hasEnded) return { ended: 'crash', wasReady: this.isReady, said: this.said }
    const id = this.nextId++
    let deadline: NodeJS.Timeout | undefined
    let spentBefore: number | null = null
    let begun: number | undefined
    let stall = { usedMs: 0, at: 0 }
    this.usedMs = 0
    const look = setInterval(() => {
      if ((this.memory ?? 0) > this.memoryBytes) this.end('memory')
      if (begun === undefined) return
      const now = performance.now()
      const spent = this.processorMs
      if (spentBefore === null || spent === null) return void (this.usedMs = now - begun)
      this.usedMs = spent - spentBefore
      if (this.usedMs > timeoutMs) this.end('deadline')
      if (now - stall.at < this.stallMs) return
      if (this.usedMs - stall.usedMs < this.stallMs * stalledShare) this.end('starved')
      stall = { usedMs: this.usedMs, at: now }
    }, lookMs)
    try {
      return await new Promise<Outcome>((settle) => {
        this.current = { id, settle }
        this.begin = () => {
          spentBefore = this.processorMs
          begun = performance.now()
          stall.at = begun
          deadline =
            spentBefore === null
              ? setTimeout(() => this.end('deadline'), timeoutMs)
              : setTimeout(
                  () => this.end('starved'),
                  Math.max(this.stallMs, timeoutMs * starvedDeadlineFactor),
                )
          try {
            this.send({ id, task, input })
          } catch (failure) {
            // the input cannot be written down; nothing of it was sent
            settle({ id, failure: String(failure) })
          }
        }
        if (this.isReady) this.begin()
      })
    } finally {
      clearTimeout(deadline)
      clearInterval(look)
      this.current = null
      this.begin = null
    }
  }

  /** Kills it. Nothing of it is trusted any more, so it is not asked to end. */
  end(ending: Ending): void {
    this.ending ??= ending
    this.child.kill('SIGKILL')
  }

  private get pipe(): Socket | undefined {
    return this.child.stdio?.[pipeDescriptor] as Socket | undefined
  }

  private send(asked: Asked): void {
    for (const bytes of frame(asked)) this.pipe?.write(bytes)
  }

  private hear(answered: Answered): void {
    if ('ready' in answered && !this.isReady) {
      this.isReady = true
      clearTimeout(this.starting)
      this.begin?.()
    } else if ('id' in answered && answered.id === this.current?.id) this.current.settle(answered)
    else throw new TypeError('an answer to nothing')
  }

  private close(signal: NodeJS.Signals | null = null): void {
    if (this.hasEnded) return
    this.hasEnded = true
    clearTimeout(this.starting)
    // its own watch, V8 with a full heap, or the system's when memory runs out
    const isFull = signal === 'SIGKILL' || signal === 'SIGABRT'
    const ended = this.ending ?? (isFull ? 'memory' : 'crash')
    this.pipe?.destroy()
    void removeFolder(this.folder).then(() => {
      this.onEnd()
      this.current?.settle({ ended, wasReady: this.isReady, said: this.said })
    })
  }

  private lowerPriority(): void {
    try {
      if (this.pid !== undefined) setPriority(this.pid, niceness)
    } catch {
      // it may have ended already, or the system keeps priorities to itself
    }
  }
}
