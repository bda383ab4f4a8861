import { encodeRemoval } from './awareness.ts'
import type { Connection } from './connection.ts'
import type { BroadcastBuffer } from './broadcast-buffer.ts'

/**
 * Who shows what in a room. Never stored; nothing is shown of a socket that closed (rule 10). Who was here under a
 * client id keeps it while the room is open, so that no other can write with it before they do.
 */
export class Presence {
  private readonly connections: ReadonlySet<Connection>
  private readonly broadcast: BroadcastBuffer
  private readonly mostClaims: number
  private readonly ownerOf: (clientId: number) => string | null | undefined
  /** Whose client ids are that were shown here, oldest first. */
  private readonly claims = new Map<number, string>()
  /** Renewed without a change: passed on with the next beat, so that stock clients do not forget them. */
  private readonly renewed = new Set<Connection>()

  /** `ownerOf`: who has written with a client id, as far as that is known. `mostClaims`: of ids that are kept. */
  constructor(
    connections: ReadonlySet<Connection>,
    broadcast: BroadcastBuffer,
    ownerOf: (clientId: number) => string | null | undefined,
    mostClaims: number,
  ) {
    this.connections = connections
    this.broadcast = broadcast
    this.ownerOf = ownerOf
    this.mostClaims = mostClaims
  }

  /**
   * True when `from` may speak for the id: theirs by what they wrote, or nobody's yet. A socket of the same person
   * gives it up: it is the tab's old one.
   */
  claim(from: Connection, clientId: number): boolean {
    const userId = from.admitted.user.id
    const owner = this.ownerOf(clientId)
    if (owner === null || (owner ?? this.claims.get(clientId) ?? userId) !== userId) return false
    for (const other of this.connections)
      if (other !== from && other.awarenessId === clientId) this.disown(other)
    return true
  }

  /** `from` speaks for its id from now on, and nobody else writes with it. */
  bind(from: Connection): void {
    this.claims.delete(from.awarenessId!)
    this.claims.set(from.awarenessId!, from.admitted.user.id)
    if (this.claims.size <= this.mostClaims) return
    for (const [clientId] of this.claims) {
      if (this.holderOf(clientId)) continue
      this.claims.delete(clientId)
      return
    }
  }

  /** Who showed themselves under an id that nobody has written with. */
  claimantOf(clientId: number): string | undefined {
    return this.claims.get(clientId)
  }

  /** Now that it is known who has written with which id: whoever speaks for another's is not shown any more. */
  dropForeign(): void {
    for (const connection of this.connections) {
      const { awarenessId, admitted } = connection
      if (awarenessId === null) continue
      const owner = this.ownerOf(awarenessId)
      if (owner === undefined || owner === admitted.user.id) continue
      this.remove(connection)
      this.claims.delete(awarenessId)
      this.disown(connection)
    }
  }

  /** Puts a state into the broadcast buffer; false when it only renews what is shown and can wait for the next beat. */
  show(from: Connection, isRenewal: boolean): boolean {
    if (!from.hasState) return false
    if (isRenewal) {
      this.renewed.add(from)
      return false
    }
    this.renewed.delete(from)
    this.broadcast.addState(from, from)
    return true
  }

  /** Takes back what a closed socket showed; false when it showed nothing. */
  remove(gone: Connection): boolean {
    this.renewed.delete(gone)
    if (!gone.hasState) return false
    const { awarenessId, awarenessClock } = gone
    this.broadcast.addState(
      { awarenessId, awarenessEntry: encodeRemoval(awarenessId!, awarenessClock) },
      null,
    )
    return true
  }

  renew(): void {
    for (const connection of this.renewed) if (connection.hasState) this.broadcast.addState(connection, null)
    this.renewed.clear()
  }

  /** Everybody's state, for somebody who comes in. */
  all(): Uint8Array[] {
    return [...this.connections].flatMap(({ awarenessEntry }) => awarenessEntry ?? [])
  }

  private disown(connection: Connection): void {
    connection.disown()
    this.renewed.delete(connection)
  }

  private holderOf(clientId: number): Connection | null {
    for (const connection of this.connections) if (connection.awarenessId === clientId) return connection
    return null
  }
}
