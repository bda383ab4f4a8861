import * as Y from 'yjs'
import { until } from '../helpers/until.ts'
import { processorMs } from './processor-time.ts'
import type { Subject } from './subjects.ts'
import { Visitor } from './socket-visitor.ts'

/** A load of people who write and move. */
export interface TypingLoad {
  rooms: number
  /** In each room. */
  people: number
  typists: number
  editsPerSecond: number
  /** Cursor moves a second of each person. */
  movesPerSecond: number
}

export interface TypingResult {
  deliveries: number
  microsecondsPerDelivery: number
  databaseMicroseconds: number | null
  /** Milliseconds from an edit's sending to its arrival at others. */
  p50: number
  p99: number
  lost: number
}

/** Only so many people of a room look into what they receive; that is enough to time and to count edits. */
const watchers = 3

/** Puts a load on a server for some seconds and says what that cost it. */
export async function runTyping(
  subject: Subject,
  load: TypingLoad,
  { seconds, settle }: { seconds: number; settle: number },
  words: string,
): Promise<TypingResult> {
  const rooms = await Promise.all(Array.from({ length: load.rooms }, (_, room) => enter(subject, load, room)))
  const typists = rooms.flatMap(({ typists: own }) => own)
  for (const [index, typist] of typists.entries())
    typist.prepare(words, index * 97, load.editsPerSecond * (seconds + settle + 3))
  const stops = [
    ...typists.map((typist) => atRate(load.editsPerSecond, () => typist.type())),
    ...rooms.flatMap(({ people }) =>
      load.movesPerSecond > 0 ? people.map((person) => atRate(load.movesPerSecond, () => person.move())) : [],
    ),
  ]
  // V8 compiles what runs often meanwhile
  await pause(settle * 1_000)
  const latencies: number[] = []
  for (const room of rooms) room.latencies = latencies
  const before = { server: processorMs(subject.pid), database: subject.databaseMs(), at: performance.now() }
  await pause(seconds * 1_000)
  const elapsed = (performance.now() - before.at) / 1_000
  const serverMs = processorMs(subject.pid) - before.server
  const databaseMs = before.database === null ? null : subject.databaseMs()! - before.database
  for (const room of rooms) room.latencies = null
  for (const stop of stops) stop()
  await until('the last edits to arrive', () => rooms.every((room) => room.missing() === 0), 5).catch(
    () => {},
  )

  const actions = load.typists * load.editsPerSecond + load.people * load.movesPerSecond
  const deliveries = elapsed * load.rooms * actions * (load.people - 1)
  const lost = rooms.reduce((sum, room) => sum + room.missing(), 0)
  for (const { people } of rooms) for (const person of people) person.leave()
  latencies.sort((a, b) => a - b)
  return {
    deliveries,
    microsecondsPerDelivery: (serverMs * 1_000) / deliveries,
    databaseMicroseconds: databaseMs === null ? null : (databaseMs * 1_000) / deliveries,
    p50: latencies[Math.floor(latencies.length * 0.5)] ?? NaN,
    p99: latencies[Math.floor(latencies.length * 0.99)] ?? NaN,
    lost,
  }
}

async function enter(subject: Subject, load: TypingLoad, index: number) {
  const people = Array.from(
    { length: load.people },
    (_, person) =>
      new Visitor(subject.door(index, person), 1 + index * load.people + person, subject.knowsDocuments),
  )
  await until('everybody to be in', () => people.every(({ isOpen }) => isOpen), 60)
  if (subject.knowsDocuments) for (const person of people) person.ask()
  const typists = people.slice(0, load.typists).map((person) => new Typist(person))
  const sent = new Map(typists.map((typist) => [typist.clientId, typist]))
  const heard = people.slice(-Math.min(watchers, load.people - 1)).map((person) => {
    const clocks = new Map<number, number>()
    person.onUpdate = (update) => {
      const now = performance.now()
      for (const { id, length } of Y.decodeUpdate(update).structs) {
        const typist = sent.get(id.client)
        if (!typist) continue
        const end = id.clock + length
        if (room.latencies) typist.timesBetween(clocks.get(id.client) ?? 0, end, now, room.latencies)
        clocks.set(id.client, Math.max(end, clocks.get(id.client) ?? 0))
      }
    }
    return { person, clocks }
  })
  const room = {
    people,
    typists,
    latencies: null as number[] | null,
    /** Edits that somebody who watches has not heard of. */
    missing: () =>
      heard.reduce(
        (sum, { person, clocks }) =>
          sum +
          typists.reduce(
            (own, typist) =>
              own +
              (typist.clientId === person.clientId ? 0 : typist.sentAfter(clocks.get(typist.clientId) ?? 0)),
            0,
          ),
        0,
      ),
  }
  return room
}

/** Somebody who types a text character by character; the updates are made beforehand. */
class Typist {
  readonly clientId: number
  private readonly visitor: Visitor
  private updates: { update: Uint8Array; end: number; at: number }[] = []
  private next = 0

  constructor(visitor: Visitor) {
    this.visitor = visitor
    this.clientId = visitor.clientId
  }

  prepare(words: string, from: number, count: number): void {
    const doc = new Y.Doc()
    doc.clientID = this.clientId
    doc.on('update', (update: Uint8Array) =>
      this.updates.push({ update, end: Y.getState(doc.store, this.clientId), at: 0 }),
    )
    const block = new Y.XmlElement('paragraph')
    const text = new Y.XmlText()
    doc.transact(() => {
      doc.getXmlFragment('default').insert(0, [block])
      block.insert(0, [text])
    })
    for (let i = 0; i < count; i++) text.insert(i, words[(from + i) % words.length]!)
    doc.destroy()
  }

  type(): void {
    const one = this.updates[this.next]
    if (!one) return
    this.next++
    one.at = performance.now()
    this.visitor.write(one.update)
  }

  /** How long the edits with clocks after `start` up to `end` took to arrive at `now`. */
  timesBetween(start: number, end: number, now: number, into: number[]): void {
    for (let i = this.next - 1; i >= 0 && this.updates[i]!.end > start; i--) {
      if (this.updates[i]!.end <= end) into.push(now - this.updates[i]!.at)
    }
  }

  sentAfter(clock: number): number {
    let count = 0
    for (let i = this.next - 1; i >= 0 && this.updates[i]!.end > clock; i--) count++
    return count
  }
}

/** Calls `action` so many times a second, starting at a random moment; returns how to stop. */
function atRate(perSecond: number, action: () => void): () => void {
  const everyMs = 1_000 / perSecond
  let timer: NodeJS.Timeout
  let due = performance.now() + Math.random() * everyMs
  const run = () => {
    action()
    due += everyMs
    timer = setTimeout(run, Math.max(0, due - performance.now()))
  }
  timer = setTimeout(run, due - performance.now())
  return () => clearTimeout(timer)
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))
