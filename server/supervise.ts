import { fork, type ChildProcess } from 'node:child_process'
import { constants } from 'node:os'

interface Options {
  /** The file of the serving process, and what it is told. */
  entry: string
  args: string[]
  /** The file of the program that ends what a serving process left running that did not end in order. */
  ending: string
  /** The pauses before it is started again, one after the other (ms); after the last it is given up. */
  pausesMs: number[]
  /** Once it has served for so long, the pauses begin anew (ms). */
  wellMs: number
  /** How long it may take to end when it is asked to (ms); then it is killed. */
  endTimeoutMs: number
  onRestart(reason: string, pauseMs: number): void
  /** What it needs is away, such as its database: it is tried again, for as long as it takes. */
  onWaiting(pauseMs: number): void
  onGivenUp(reason: string, starts: number): void
}

export interface Supervision {
  /** Passes the signal on and lets nothing start again. */
  stop(signal: NodeJS.Signals): void
  /** Resolves with the exit code that the serving process ended with, once it is over. */
  ended: Promise<number>
}

/** What the serving process says once it serves. */
export const readyMessage = 'ready'

/** How the serving process is told that it crashed before, and how, as an argument. */
export const restartedAfter = '--restarted-after='

/** What it ends with when it was told to start again and what it needs is not there yet (sysexits: EX_TEMPFAIL). */
export const awayExitCode = 75

/** How long it may take to end what was left running (ms): usually one second. */
const endingMs = 20_000

/** It was asked to end, by us or by somebody else: that is no crash. */
const askedToEnd = new Set<NodeJS.Signals>(['SIGTERM', 'SIGINT', 'SIGHUP'])

/**
 * Runs the serving process and starts it again when it crashes: when a signal killed it, or it ended with another code
 * than 0 (it was asked to) and 1 (it told in words why it cannot run, and would so again). With 75 what it needs is
 * away for a while, which is no crash: it is tried again until that is back. It ends by itself when we do,
 * however we end, as the channel to it breaks then.
 */
export function supervise(options: Options): Supervision {
  const { entry, args, pausesMs, wellMs, endTimeoutMs } = options
  let end!: (code: number) => void
  const ended = new Promise<number>((resolve) => (end = resolve))
  let child: ChildProcess | null = null
  let pausing: NodeJS.Timeout | undefined
  let isStopping = false
  let isEnding = false
  let crashes = 0
  /** So often in a row what it needs was away. */
  let absences = 0
  let starts = 0
  /** Why it has to be started again, for its log. */
  let crash: string | null = null
  /** It served once: what is done at a first start is done. */
  let hasServed = false

  function start(): void {
    starts++
    let readyAt: number | null = null
    const first = hasServed ? args.filter((argument) => argument !== '--seed') : args
    const given = crash === null ? first : [...first, `${restartedAfter}${crash}`]
    const started = fork(entry, given, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    child = started
    started.on('message', (message) => {
      if (message !== readyMessage) return
      readyAt = performance.now()
      absences = 0
      hasServed = true
    })
    // one that could not be started or signalled; a process that never was has no exit
    started.on('error', (failure) => {
      if (started.pid === undefined) onEnd(null, null, failure.message)
    })
    started.on('exit', (code, signal) => {
      if (readyAt !== null && performance.now() - readyAt > wellMs) crashes = 0
      onEnd(code, signal, signal ?? `exit code ${code}`)
    })
  }

  function onEnd(code: number | null, signal: NodeJS.Signals | null, reason: string): void {
    child = null
    const exitCode = code ?? (signal ? 128 + constants.signals[signal] : 1)
    const isOver = signal ? askedToEnd.has(signal) : code === 0 || code === 1
    // asked to stop, 1 is what it ends with when its time is over
    const isOrderly = code === 0 || (code === 1 && !isStopping)
    if (isStopping || isOver) return isOrderly ? end(exitCode) : endAll(exitCode)
    if (code === awayExitCode) {
      const waitMs = pausesMs[Math.min(absences++, pausesMs.length - 1)]!
      options.onWaiting(waitMs)
      pausing = setTimeout(start, waitMs)
      return
    }
    const pauseMs = pausesMs[crashes++]
    if (pauseMs === undefined) {
      options.onGivenUp(reason, starts)
      return endAll(exitCode)
    }
    options.onRestart(reason, pauseMs)
    crash = reason
    pausing = setTimeout(start, pauseMs)
  }

  /** What a process that did not end in order has left running goes too. */
  function endAll(exitCode: number): void {
    // asked to stop meanwhile: it is on its way, or done
    if (isEnding) return
    isEnding = true
    // detached: Ctrl-C in the terminal must not reach it
    const last = fork(options.ending, [], { stdio: 'ignore', detached: true })
    const late = setTimeout(() => last.kill('SIGKILL'), endingMs)
    const done = () => {
      clearTimeout(late)
      end(exitCode)
    }
    last.once('exit', done).once('error', done)
  }

  start()
  return {
    ended,
    stop(signal) {
      isStopping = true
      clearTimeout(pausing)
      if (!child) return endAll(0)
      child.kill(signal)
      setTimeout(() => child?.kill('SIGKILL'), endTimeoutMs).unref()
    },
  }
}
