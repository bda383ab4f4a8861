interface TraceEvent {
  name: string
  ph: string
  pid: number
  tid: number
  /** Microseconds on the clock, and of the thread's own time on a processor, which a busy machine does not stretch. */
  ts: number
  dur?: number
  tdur?: number
  args?: { name?: string; data?: { type?: string } }
}

/** How long a page's main thread worked from one key to the next, and on its longest task (ms), from a Chromium trace. */
export function mainThreadPerKey(trace: Buffer): { busyMs: number; longestMs: number }[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] }
  const presses = traceEvents
    .filter(({ name, args }) => name === 'EventDispatch' && args?.data?.type === 'keydown')
    .toSorted((one, other) => one.ts - other.ts)
  const [first] = presses
  if (!first) throw new Error('the trace holds no key')
  const tasks = traceEvents.filter(
    ({ name, ph, pid, tid }) =>
      name.endsWith('RunTask') && ph === 'X' && pid === first.pid && tid === first.tid,
  )
  return presses.slice(0, -1).map(({ ts: from }, at) => {
    const to = presses[at + 1]!.ts
    // the task that dispatches the key begins a little before the key's own event
    const own = tasks.filter(({ ts, dur = 0 }) => ts + dur > from && ts + dur <= to)
    const durations = own.map(({ dur = 0, tdur = dur }) => tdur / 1_000)
    return { busyMs: durations.reduce((sum, ms) => sum + ms, 0), longestMs: Math.max(0, ...durations) }
  })
}
