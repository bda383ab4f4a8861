import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

const fast = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 1, 3]

/** Observing is too dear for every update of a busy server: so often, the slowest is. */
const slowestMs = 50

/** What an operator sees of the rooms, under `/metrics`. */
export function roomMetrics(registry: Registry, sizes: { rooms: () => number; people: () => number }) {
  const registers = [registry]
  /** Counted at every tick, so as plain numbers. */
  const counts = { ticks: 0, sentBytes: 0, readPauses: 0 }
  const plainCounter = (name: string, help: string, value: () => number) =>
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset()
        this.inc(value())
      },
    })
  plainCounter('rooms_ticks_total', 'Ticks that sent something', () => counts.ticks)
  plainCounter('rooms_sent_bytes_total', 'Bytes written to sockets', () => counts.sentBytes)
  plainCounter(
    'rooms_read_pauses_total',
    'Times that somebody sent more than a person may, and was not read from for a while',
    () => counts.readPauses,
  )
  const plainGauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value())
      },
    })
  plainGauge('rooms_open', 'Rooms with somebody in them', sizes.rooms)
  plainGauge('rooms_sockets', 'Open room sockets', sizes.people)
  const acknowledgeSeconds = new Histogram({
    name: 'rooms_acknowledge_seconds',
    help: 'Time from the arrival of an update to its commit: the slowest within each 50 ms',
    buckets: fast,
    registers,
  })
  let slowest = -1
  let slowestSince = 0
  return {
    counts,
    /** An update was durable `seconds` after it arrived, at `now` in milliseconds. */
    noteAcknowledged(seconds: number, now: number): void {
      slowest = Math.max(slowest, seconds)
      if (now - slowestSince < slowestMs) return
      acknowledgeSeconds.observe(slowest)
      slowest = -1
      slowestSince = now
    },
    commitSeconds: new Histogram({
      name: 'rooms_commit_seconds',
      help: 'Time of one group commit',
      buckets: fast,
      registers,
    }),
    committed: new Counter({
      name: 'rooms_updates_committed_total',
      help: 'Updates made durable',
      registers,
    }),
    commitFailures: new Counter({
      name: 'rooms_commit_failures_total',
      help: 'Commits that failed',
      registers,
    }),
    refusals: new Counter({
      name: 'rooms_refusals_total',
      help: 'Sockets refused or closed by a rule',
      labelNames: ['code'] as const,
      registers,
    }),
  }
}

export type RoomMetrics = ReturnType<typeof roomMetrics>
