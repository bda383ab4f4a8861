import * as Y from 'yjs'
import { Refusal } from '../../../shared/errors.ts'
import type { Limits } from '../../../shared/limits.ts'
import type { RoomEvent } from '../../../shared/wire/events.ts'
import { awarenessFrame, eventFrame, savedFrame, updateFrame } from './frames.ts'
import type { Connection } from './connection.ts'
import type { View } from '../ports.ts'

/** A slice, and no budget: updates of more bytes than these are not merged into one frame: so many take 5 ms. */
const mostToMerge = 65_536

/** An event with its JSON, which is made once for all rooms. */
export interface EncodedEvent {
  event: RoomEvent
  json: string
}

/** What is shown under an id; read when it is sent, as a connection's may change until then. */
interface Shown {
  readonly awarenessId: number | null
  readonly awarenessEntry: Uint8Array | null
}

/** What somebody was not told. */
interface Withheld {
  shared: Buffer
  events: readonly EncodedEvent[]
}

const nothing = Buffer.alloc(0)
const whole: View = (event) => event

/**
 * What a room has to say at its next tick: one prepared frame of each kind, the same bytes for all (rule 4);
 * only who is bounded gets the events that they hear in bytes of their own.
 */
export class BroadcastBuffer {
  private updates: Uint8Array[] = []
  private readonly states = new Map<number, Shown>()
  private events: EncodedEvent[] = []
  private readonly pendingAcks = new Set<Connection>()
  private origin: Connection | null | 'several' = null
  private readonly withheld = new Map<Connection, Withheld[]>()
  private readonly limits: Pick<Limits, 'unsentBytes'>

  constructor(limits: Pick<Limits, 'unsentBytes'>) {
    this.limits = limits
  }

  get isEmpty(): boolean {
    return !this.updates.length && !this.states.size && !this.events.length && !this.pendingAcks.size
  }

  /** `origin`: who sent it and need not hear it again; null for what everybody must hear. */
  addUpdate(update: Uint8Array, origin: Connection | null): void {
    this.updates.push(update)
    this.note(origin)
  }

  addState(shown: Shown, origin: Connection | null): void {
    this.states.set(shown.awarenessId!, shown)
    this.note(origin)
  }

  addEvent(event: EncodedEvent): void {
    this.events.push(event)
  }

  /** Its `saved` count grew. */
  addAck(connection: Connection): void {
    if (connection.isOurs) this.pendingAcks.add(connection)
  }

  /**
   * Writes everything to everybody and is empty again. Returns the bytes written. Whoever's standing is being decided is
   * told what is saved, and of the rest by `release`.
   */
  send(connections: Iterable<Connection>, isSuspended: (connection: Connection) => boolean): number {
    const { origin } = this
    const shared = this.sharedFrames()
    const events = this.events.map(({ json }) => eventFrame(json))
    const withEvents = events.length > 0 ? Buffer.concat([shared, ...events]) : shared
    let bytes = 0
    for (const connection of connections) {
      if (isSuspended(connection)) {
        this.withhold(connection, { shared: origin === connection ? nothing : shared, events: this.events })
        if (this.pendingAcks.has(connection)) connection.write(savedFrame(connection.lastAck))
        continue
      }
      const { bounds } = connection.admitted
      const heard = bounds ? this.seenBy(bounds.view, this.events, events) : events
      const all = heard === events ? withEvents : Buffer.concat([shared, ...heard])
      let frames: Buffer | null = connection.isOurs ? all : shared
      if (origin === connection) frames = heard.length > 0 && connection.isOurs ? Buffer.concat(heard) : null
      if (this.pendingAcks.has(connection)) {
        const saved = savedFrame(connection.lastAck)
        frames = frames && frames.length > 0 ? Buffer.concat([frames, saved]) : saved
      }
      if (frames && frames.length > 0) {
        connection.write(frames)
        bytes += frames.length
      }
    }
    this.clear()
    return bytes
  }

  /** Tells somebody whose standing was decided what they were not told meanwhile, as they may hear it now. */
  release(connection: Connection): void {
    const left = this.withheld.get(connection)
    if (!left) return
    this.withheld.delete(connection)
    const frames = left.flatMap(({ shared, events }) => [
      shared,
      ...(connection.isOurs ? this.seenBy(connection.admitted.bounds?.view ?? whole, events) : []),
    ])
    const all = Buffer.concat(frames)
    if (all.length > 0) connection.write(all)
  }

  /** Somebody left. */
  forget(connection: Connection): void {
    this.withheld.delete(connection)
  }

  private withhold(connection: Connection, one: Withheld): void {
    const left = this.withheld.get(connection) ?? []
    this.withheld.set(connection, left)
    left.push(one)
    const bytes = left.reduce(
      (sum, { shared, events }) => events.reduce((more, { json }) => more + json.length, sum + shared.length),
      0,
    )
    // who is not told of more comes back, and is told of all
    if (bytes > this.limits.unsentBytes) connection.refuse(new Refusal('reader_too_slow'))
  }

  /** The events as somebody gets them; `frames`: those of the whole ones, where they are made. */
  private seenBy(view: View, events: readonly EncodedEvent[], frames: readonly Buffer[] = []): Buffer[] {
    return events.flatMap(({ event, json }, index) => {
      const seen = view(event)
      if (seen === null) return []
      return [seen === event ? (frames[index] ?? eventFrame(json)) : eventFrame(JSON.stringify(seen))]
    })
  }

  private sharedFrames(): Buffer {
    const frames: Buffer[] = []
    const bytes = this.updates.reduce((sum, { length }) => sum + length, 0)
    // a frame each for what is large: to merge it would take longer than all that it saves
    if (bytes > mostToMerge) for (const update of this.updates) frames.push(updateFrame(update))
    else if (this.updates.length === 1) frames.push(updateFrame(this.updates[0]!))
    else if (this.updates.length > 1) frames.push(updateFrame(Y.mergeUpdates(this.updates)))
    const states = [...this.states.values()].flatMap(({ awarenessEntry }) => awarenessEntry ?? [])
    if (states.length > 0) frames.push(awarenessFrame(states))
    return frames.length === 1 ? frames[0]! : Buffer.concat(frames)
  }

  private note(origin: Connection | null): void {
    if (origin === null || (this.origin !== null && this.origin !== origin)) this.origin = 'several'
    else this.origin = origin
  }

  private clear(): void {
    this.updates = []
    this.states.clear()
    this.events = []
    this.pendingAcks.clear()
    this.origin = null
  }
}
