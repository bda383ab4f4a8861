import type { Connection } from './connection.ts'
import type { Room } from '../room.ts'
import { DueTimes } from '../due-times.ts'

/** A socket that says nothing for so long (ms) is asked whether it lives, and ended when it does not answer. */
export const silentMs = 45_000
const deadMs = 75_000

const noRooms: ReadonlySet<Room> = new Set()

/** A connection in its room. */
export interface Present {
  connection: Connection
  room: Room
}

/** Every socket of this process: which room it is in, and which were refused and have not closed yet. */
export class ConnectionRegistry {
  /** What all else in here is derived from. */
  private readonly roomOf = new Map<Connection, Room>()
  private readonly byRoom = new WeakMap<Room, Set<Connection>>()
  private readonly byUser = new Map<string, Set<Connection>>()
  /** Rooms with somebody in them. */
  private readonly byProject = new Map<string, Set<Room>>()
  /** Whose time comes to an end by itself. */
  private readonly bounded = new Set<Connection>()
  /** When each is to be looked at, whether it was heard of lately. */
  private readonly silence = new DueTimes<Connection>(performance.now())
  /** Since when each refused socket is closing. */
  private readonly refused = new Map<Connection, number>()

  /** How many are in a room. */
  get size(): number {
    return this.roomOf.size
  }

  enter(connection: Connection, room: Room): void {
    const { user, projectId } = connection.admitted
    this.roomOf.set(connection, room)
    this.membersOf(room).add(connection)
    addTo(this.byUser, user.id, connection)
    addTo(this.byProject, projectId, room)
    this.silence.set(connection, connection.heardAt + silentMs)
    this.noteBounds(connection)
  }

  /** False when it was in no room. */
  leave(connection: Connection): boolean {
    const room = this.roomOf.get(connection)
    if (!room) return false
    const { user, projectId } = connection.admitted
    const members = this.membersOf(room)
    this.roomOf.delete(connection)
    this.bounded.delete(connection)
    this.silence.delete(connection)
    members.delete(connection)
    deleteFrom(this.byUser, user.id, connection)
    if (members.size === 0) deleteFrom(this.byProject, projectId, room)
    return true
  }

  *all(): Generator<Present> {
    for (const [connection, room] of this.roomOf) yield { connection, room }
  }

  /** Who is in a room, now and later. */
  in(room: Room): ReadonlySet<Connection> {
    return this.membersOf(room)
  }

  *ofUser(userId: string): Generator<Present> {
    for (const connection of this.byUser.get(userId) ?? []) {
      yield { connection, room: this.roomOf.get(connection)! }
    }
  }

  countOfUser(userId: string): number {
    return this.byUser.get(userId)?.size ?? 0
  }

  roomsOf(projectId: string): ReadonlySet<Room> {
    return this.byProject.get(projectId) ?? noRooms
  }

  /** It was admitted with bounds, or anew without. */
  noteBounds(connection: Connection): void {
    if (connection.admitted.bounds && this.roomOf.has(connection)) this.bounded.add(connection)
    else this.bounded.delete(connection)
  }

  /** Who is in a room for a time only. */
  *withBounds(): Generator<Present> {
    for (const connection of this.bounded) yield { connection, room: this.roomOf.get(connection)! }
  }

  /** To be called now and then: asks who has been silent for long, and ends who has not answered. */
  endSilent(now: number): void {
    for (const connection of this.silence.take(now)) {
      const { heardAt } = connection
      const isSilent = now - heardAt >= silentMs
      this.silence.set(connection, heardAt + (isSilent ? deadMs : silentMs))
      if (now - heardAt >= deadMs) connection.destroy()
      else if (isSilent) connection.probe()
    }
  }

  /** From now on it is closing. */
  refuse(connection: Connection): void {
    this.refused.set(connection, performance.now())
  }

  /** Some that were refused have not closed yet. */
  get isClosing(): boolean {
    for (const { isClosed } of this.refused.keys()) if (!isClosed) return true
    return false
  }

  /** Ends the sockets that were refused before `before`, as `performance.now()` tells it, and are still open. */
  endClosing(before: number): void {
    for (const [connection, since] of this.refused) {
      if (!connection.isClosed && since >= before) continue
      connection.destroy()
      this.refused.delete(connection)
    }
  }

  private membersOf(room: Room): Set<Connection> {
    let members = this.byRoom.get(room)
    if (!members) this.byRoom.set(room, (members = new Set()))
    return members
  }
}

function addTo<K, V>(sets: Map<K, Set<V>>, key: K, value: V): void {
  const set = sets.get(key)
  if (set) set.add(value)
  else sets.set(key, new Set([value]))
}

function deleteFrom<K, V>(sets: Map<K, Set<V>>, key: K, value: V): void {
  const set = sets.get(key)
  set?.delete(value)
  if (set?.size === 0) sets.delete(key)
}
