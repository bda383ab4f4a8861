import * as Y from 'yjs'
import type { RoomEvent } from '../../../shared/wire/events.ts'
import { awarenessFrame, eventFrame, savedFrame, updateFrame } from './frames.ts'
import type { Connection } from './connection.ts'
import type { View } from '../ports.ts'

/** Updates of more bytes than these are not merged into one frame: so many take 5 ms. */
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

  /** Writes everything to everybody and is empty again. Returns the bytes written. */
  send(connections: Iterable<Connection>): number {
    const { origin } = this
    const shared = this.sharedFrames()
    const events = this.events.map(({ json }) => eventFrame(json))
    const withEvents = events.length > 0 ? Buffer.concat([shared, ...events]) : shared
    let bytes = 0
    for (const connection of connections) {
      const { bounds } = connection.admitted
      const heard = bounds ? this.seenBy(bounds.view, events) : events
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

  /** The events as somebody with bounds gets them. */
  private seenBy(view: View, whole: Buffer[]): Buffer[] {
    return this.events.flatMap(({ event }, index) => {
      const seen = view(event)
      if (seen === null) return []
      return [seen === event ? whole[index]! : eventFrame(JSON.stringify(seen))]
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
