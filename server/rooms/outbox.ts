import * as Y from 'yjs'
import { awarenessFrame, eventFrame, savedFrame, updateFrame } from './frames.ts'
import type { Connection } from './connection.ts'

/** What a room has to say at its next tick: one prepared frame of each kind, the same bytes for all (rule 4). */
export class Outbox {
  private updates: Uint8Array[] = []
  private readonly states = new Map<number, Uint8Array>()
  private events: string[] = []
  private readonly owed = new Set<Connection>()
  private origin: Connection | null | 'several' = null

  get isEmpty(): boolean {
    return !this.updates.length && !this.states.size && !this.events.length && !this.owed.size
  }

  /** `origin`: who sent it and need not hear it again; null for what everybody must hear. */
  addUpdate(update: Uint8Array, origin: Connection | null): void {
    this.updates.push(update)
    this.note(origin)
  }

  addState(clientId: number, entry: Uint8Array, origin: Connection | null): void {
    this.states.set(clientId, entry)
    this.note(origin)
  }

  addEvent(json: string): void {
    this.events.push(json)
  }

  /** Its `saved` count grew. */
  owe(connection: Connection): void {
    if (connection.isOurs) this.owed.add(connection)
  }

  /** Writes everything to everybody and is empty again. Returns the bytes written. */
  send(connections: Iterable<Connection>): number {
    const { origin } = this
    const shared = this.sharedFrames()
    const events = this.events.map(eventFrame)
    const withEvents = events.length > 0 ? Buffer.concat([shared, ...events]) : shared
    let bytes = 0
    for (const connection of connections) {
      let frames: Buffer | null = connection.isOurs ? withEvents : shared
      if (origin === connection)
        frames = events.length > 0 && connection.isOurs ? Buffer.concat(events) : null
      if (this.owed.has(connection)) {
        const saved = savedFrame(connection.told)
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

  private sharedFrames(): Buffer {
    const frames: Buffer[] = []
    if (this.updates.length === 1) frames.push(updateFrame(this.updates[0]!))
    else if (this.updates.length > 1) frames.push(updateFrame(Y.mergeUpdates(this.updates)))
    if (this.states.size > 0) frames.push(awarenessFrame([...this.states.values()]))
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
    this.owed.clear()
    this.origin = null
  }
}
