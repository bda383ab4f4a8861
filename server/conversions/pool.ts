import { setMaxListeners } from 'node:events'
import { availableParallelism } from 'node:os'
import type { Logger } from 'pino'
import { errors, Refusal, type ErrorCode } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import { confinements, isClosed, type Confinement, type Program } from './confinement.ts'
import { ConverterProcess, isPassing, type Ending, type Outcome } from './converter-process.ts'
import { createQueue, type Used, type Waiting } from './queue.ts'
import type { Converter, Given, Requester, Task } from './task.ts'
import { createUsage } from './usage.ts'

export type PoolLimits = Pick<
  Limits,
  | 'conversionMs'
  | 'quickConversionMs'
  | 'conversionInputMs'
  | 'conversionStallMs'
  | 'littleConversionMs'
  | 'conversionHalfLifeMs'
  | 'conversionMemoryBytes'
  | 'conversionAnswerBytes'
  | 'conversionsPerPerson'
  | 'conversionsWaiting'
  | 'quickConversionsWaiting'
>

interface Options {
  program: Program
  limits: PoolLimits
  logger: Logger
  /** How many processes at most. */
  size?: number
  /** How long a process stays warm without work. */
  idleMs?: number
}

interface Work extends Waiting {
  task: Task<unknown, unknown>
  given: unknown
  signal: AbortSignal | undefined
  resolve(output: unknown): void
  reject(reason: unknown): void
  /** The process that does it; null while it waits. */
  process: ConverterProcess | null
  /** What it was charged so far, in milliseconds of processors. */
  chargedMs: number
}

/** A process that keeps more than this after a task is not kept warm: native code and V8 give little back. */
const warmBytes = 402_653_184

/** How often a process must end before it is ready until less confinement is asked for. */
const startsTried = 3

/** What each conversion counts at least, in milliseconds of processors: whoever asks for many short ones has turns too. */
const leastChargeMs = 100

/**
 * Two at least, so that one long conversion is never alone; one more for who has used little of late, and one that long
 * conversions do not get.
 */
const usualSize = (): number => Math.min(4, Math.max(2, availableParallelism())) + 2

/**
 * A few processes that convert what people wrote, each one task at a time, started when there is work and ended when
 * there is none for a while. What takes too long, too much memory, ends or answers nonsense is killed, and only its own
 * requester hears of it.
 */
export function openConverter({
  program,
  limits,
  logger,
  size = usualSize(),
  idleMs = 30_000,
}: Options): Converter {
  const levels = confinements(program)
  let level = 0
  let failedStarts = 0
  let hasStarted = false
  if (isClosed(program)) {
    logger.warn(
      { program: program.path },
      'converters run as root: their own account cannot enter the folder of the program. Move Countersign to where others may read it',
    )
  }
  const queue = createQueue<Work>()
  const running = new Set<Work>()
  const processes = new Set<ConverterProcess>()
  const idle = new Map<ConverterProcess, NodeJS.Timeout>()
  let hasStopped = false
  const ended: (() => void)[] = []

  const count = (matches: (work: Work) => boolean): number => [...running].filter(matches).length
  const longPlaces = Math.max(1, size - 1)
  const longShare = Math.max(1, Math.floor(longPlaces / 2))
  /** All but the last, where there are three: for who has used much of late together, and for one network. */
  const sharedPlaces = longPlaces > 2 ? longPlaces - 1 : longPlaces
  const usage = createUsage(limits.conversionHalfLifeMs)

  const isHeavy = (used: Used): boolean => used.some((ms) => ms > limits.littleConversionMs)

  /** Whether one more of this kind, network, project and person may run beside what runs. */
  function mayRun(work: Work, usedBy: (one: Work) => Used): boolean {
    const { kind, network, projectId, userId } = work
    const share = Math.max(1, size - 1)
    if (count((one) => one.projectId === projectId) >= share) return false
    if (count((one) => one.network === network) >= share) return false
    if (kind === 'quick') return true
    const long = [...running].filter((one) => one.kind === 'long')
    const countLong = (matches: (one: Work) => boolean): number => long.filter(matches).length
    return (
      long.length < longPlaces &&
      countLong((one) => one.projectId === projectId) < longShare &&
      countLong((one) => one.userId === userId) < longShare &&
      countLong((one) => one.network === network) < sharedPlaces &&
      (!isHeavy(usedBy(work)) || countLong((one) => isHeavy(usedBy(one))) < sharedPlaces)
    )
  }

  /** Books what a conversion has used since it was booked last. */
  function charge(work: Work): void {
    const usedMs = Math.max(leastChargeMs, work.process?.usedMs ?? 0)
    if (usedMs <= work.chargedMs) return
    usage.add(work, usedMs - work.chargedMs)
    work.chargedMs = usedMs
  }

  function dispatch(): void {
    while (!hasStopped && running.size < size) {
      for (const work of running) charge(work)
      const usedBy = usage.asOfNow()
      const work = queue.next((one) => mayRun(one, usedBy), usedBy)
      if (!work) return
      running.add(work)
      begin(work).catch((failure: unknown) => abandon(work, failure))
    }
  }

  function takeProcess(): ConverterProcess {
    const [warm] = idle.keys()
    if (!warm) return startProcess()
    clearTimeout(idle.get(warm))
    idle.delete(warm)
    return warm
  }

  /** Started as confined as the machine allows; what it refuses at once is not asked for again. */
  function startProcess(): ConverterProcess {
    for (;;) {
      try {
        return startAt(levels[level]!)
      } catch (failure) {
        if (isPassing(failure) || !lower(level, String(failure))) throw failure
      }
    }
  }

  /** Asks for less confinement from now on than `tried`; false when a process started already, or there is no less. */
  function lower(tried: number, said: string): boolean {
    if (hasStarted || tried >= levels.length - 1) return false
    if (tried < level) return true
    level = tried + 1
    failedStarts = 0
    logger.warn({ said, next: levels[level] }, 'a converter process does not start so confined')
    return true
  }

  function startAt(confinement: Confinement): ConverterProcess {
    const memoryBytes = limits.conversionMemoryBytes
    const bounds = {
      memoryBytes,
      answerBytes: limits.conversionAnswerBytes,
      stallMs: limits.conversionStallMs,
    }
    const started = new ConverterProcess(program, confinement, bounds, () => {
      clearTimeout(idle.get(started))
      idle.delete(started)
      processes.delete(started)
      if (processes.size === 0) for (const done of ended.splice(0)) done()
    })
    processes.add(started)
    return started
  }

  /** Something of ours failed, such as a folder on a full disk: only this work's requester hears of it. */
  function abandon(work: Work, failure: unknown): void {
    logger.error({ task: work.task.name, err: failure }, 'a conversion could not be done')
    running.delete(work)
    work.process?.end('crash')
    work.reject(new Refusal('conversion_failed'))
    dispatch()
  }

  /** Makes what the task is given, where that is not there yet, and performs it. */
  async function begin(work: Work): Promise<void> {
    const { given } = work
    if (typeof given !== 'function') return perform(work, given, takeProcess())
    let input: unknown
    try {
      input = await within(limits.conversionInputMs, given())
      if (hasStopped) throw new Refusal('server_stopping')
      work.signal?.throwIfAborted()
    } catch (failure) {
      running.delete(work)
      work.reject(failure)
      return dispatch()
    }
    return perform(work, input, takeProcess())
  }

  async function perform(work: Work, input: unknown, process: ConverterProcess, tries = 1): Promise<void> {
    work.process = process
    const triedLevel = level
    const { kind, task } = work
    const timeoutMs = kind === 'long' ? limits.conversionMs : limits.quickConversionMs
    const outcome = await process.run(task.name, input, timeoutMs)
    charge(work)
    if (!('ended' in outcome) || outcome.wasReady) hasStarted = true
    else if (!hasStarted && outcome.ended === 'crash') {
      // once may be an accident of a busy machine
      if (triedLevel === level && ++failedStarts < startsTried) return perform(work, input, startProcess())
      if (lower(triedLevel, outcome.said)) return perform(work, input, startProcess())
    } else if (outcome.ended === 'crash' || outcome.ended === 'memory') {
      // it had not been given anything yet: that it ended is no fault of what is converted
      if (tries < startsTried) return perform(work, input, startProcess(), tries + 1)
      outcome.ended = 'busy'
    }
    running.delete(work)
    const ending = settle(work, outcome)
    if (ending === 'wrong answer') process.end(ending)
    else if (!('ended' in outcome)) rest(process)
    dispatch()
  }

  /** Tells the requester how it went; returns what went wrong, null when nothing did. */
  function settle({ task, resolve, reject }: Work, outcome: Outcome): Ending | 'failure' | null {
    if ('output' in outcome && task.isOutput(outcome.output)) {
      resolve(outcome.output)
      return null
    }
    if ('refusal' in outcome && Object.hasOwn(errors, outcome.refusal.code)) {
      reject(new Refusal(outcome.refusal.code as ErrorCode, outcome.refusal.params))
      return null
    }
    const ending: Ending | 'failure' =
      'ended' in outcome ? outcome.ended : 'failure' in outcome ? 'failure' : 'wrong answer'
    const said = 'ended' in outcome ? outcome.said : 'failure' in outcome ? outcome.failure : ''
    if (ending !== 'given up' && ending !== 'stopped') {
      logger.warn({ task: task.name, ending, said }, 'a conversion did not end well')
    }
    reject(new Refusal(codes[ending]))
    return ending
  }

  /** Keeps a process warm for the next task, unless it has grown. */
  function rest(process: ConverterProcess): void {
    if (hasStopped || !processes.has(process)) return
    if ((process.memory ?? 0) > warmBytes) return process.end('idle')
    const cool = () => {
      // it is gone only when its folder is removed; nobody gets it meanwhile
      idle.delete(process)
      process.end('idle')
    }
    idle.set(process, setTimeout(cool, idleMs).unref())
  }

  /** Whoever asks for least is let in where too many wait: another, of the longest line, is refused in their place. */
  function admit({ userId, network = '', signal }: Requester, { kind }: Task<unknown, unknown>): void {
    if (hasStopped) throw new Refusal('server_stopping')
    signal?.throwIfAborted()
    const isTheirs = (one: Work) => one.userId === userId && one.kind === kind
    // a page may send thirty pictures at once; nobody reads thirty prints
    const share = limits.conversionsPerPerson * (kind === 'quick' ? 10 : 1)
    if (count(isTheirs) + queue.count(isTheirs) >= share) throw new Refusal('too_many_conversions')
    const most = kind === 'quick' ? limits.quickConversionsWaiting : limits.conversionsWaiting
    if (queue.count((one) => one.kind === kind) < most) return
    const displaced = queue.displacedBy({ network, userId, kind })
    if (!displaced) throw new Refusal('too_many_conversions')
    queue.remove(displaced)
    displaced.reject(new Refusal('too_many_conversions'))
  }

  return {
    async run<Input, Output>(task: Task<Input, Output>, given: Given<Input>, by: Requester): Promise<Output> {
      const asked = task as Task<unknown, unknown>
      admit(by, asked)
      const { projectId, userId, network = '', signal } = by
      return new Promise<Output>((resolve, reject) => {
        const giveUp = () => {
          if (queue.remove(work)) reject(signal!.reason)
          else work.process?.end('given up')
        }
        const done = () => signal?.removeEventListener('abort', giveUp)
        const work: Work = {
          network,
          projectId,
          userId,
          kind: task.kind,
          task: asked,
          given,
          signal,
          process: null,
          chargedMs: 0,
          resolve: (output) => (done(), resolve(output as Output)),
          reject: (reason) => (done(), reject(signal?.aborted ? signal.reason : reason)),
        }
        // one for each conversion of a request, of which `admit` bounds the number: no leak that Node need warn of
        if (signal) setMaxListeners(0, signal)
        signal?.addEventListener('abort', giveUp, { once: true })
        queue.add(work)
        dispatch()
      })
    },

    pids: () => [...processes].flatMap(({ pid }) => pid ?? []),

    async stop() {
      hasStopped = true
      for (const work of queue.drain()) work.reject(new Refusal('server_stopping'))
      if (processes.size === 0) return
      const gone = new Promise<void>((done) => ended.push(done))
      for (const process of processes) process.end('stopped')
      await gone
    },
  }
}

/** @throws Refusal `converters_busy` when what is read for a conversion takes so long that it would only hold a place */
async function within<Value>(ms: number, value: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Refusal('converters_busy')), ms)
  })
  return Promise.race([value, late]).finally(() => clearTimeout(timer))
}

const codes: Record<Ending | 'failure', ErrorCode> = {
  deadline: 'conversion_too_long',
  starved: 'converters_busy',
  memory: 'conversion_too_large',
  crash: 'conversion_failed',
  busy: 'converters_busy',
  'wrong answer': 'conversion_failed',
  failure: 'conversion_failed',
  'given up': 'conversion_failed',
  idle: 'conversion_failed',
  stopped: 'server_stopping',
}
