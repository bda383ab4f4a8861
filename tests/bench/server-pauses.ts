import { percentile } from './percentile.ts'
import { childrenOf, commandOf, residentBytes } from './processor-time.ts'

/** How long others were kept waiting while something was done; all in milliseconds. */
export interface Pauses {
  tookMs: number
  /** Of the serving thread's event loop, beyond the 10 ms that its clock looks at. */
  loopP99: number
  loopLongest: number
  /** Of a request that needs nothing, sent each 5 ms: what a person feels, with the wait for a processor. */
  requestP99: number
  requestLongest: number
}

const clockMs = 10

/** Measures a server's pauses from outside while `act` runs. */
export async function measurePauses(origin: string, act: () => Promise<unknown>): Promise<Pauses> {
  await loopLag(origin)
  const waits: number[] = []
  let isDone = false
  const probing = (async () => {
    while (!isDone) {
      const asked = performance.now()
      await (await fetch(`${origin}/healthz`)).arrayBuffer()
      waits.push(performance.now() - asked)
      await new Promise((next) => setTimeout(next, 5))
    }
  })()
  const started = performance.now()
  try {
    await act()
  } finally {
    isDone = true
    await probing
  }
  const tookMs = performance.now() - started
  const { p99, max } = await loopLag(origin)
  return {
    tookMs,
    loopP99: Math.max(0, p99 - clockMs),
    loopLongest: Math.max(0, max - clockMs),
    requestP99: percentile(waits, 99),
    requestLongest: Math.max(...waits),
  }
}

/** The event loop's lag since it was asked last. */
async function loopLag(origin: string): Promise<{ p99: number; max: number }> {
  const text = await (await fetch(`${origin}/metrics`)).text()
  const read = (name: string): number => {
    const found = new RegExp(`^nodejs_eventloop_lag_${name}_seconds ([\\d.e+-]+)$`, 'm').exec(text)
    if (!found) throw new Error(`no event loop lag in /metrics: ${text.slice(0, 200)}`)
    return Number(found[1]) * 1_000
  }
  return { p99: read('p99'), max: read('max') }
}

/** Resident memory of a server and of its converter processes, in bytes. */
export function residentOf(pid: number): { server: number; converters: number; processes: number } {
  const converters = childrenOf(pid).filter((one) => commandOf(one).includes('converter.js'))
  return {
    server: residentBytes(pid),
    converters: converters.reduce((sum, one) => sum + residentBytes(one), 0),
    processes: converters.length,
  }
}
