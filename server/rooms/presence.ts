import { encodeRemoval } from './awareness.ts'
import type { Connection } from './connection.ts'
import type { Outbox } from './outbox.ts'

/** Who shows what in a room. Never stored; nothing is left of a socket that closed (rule 10). */
export class Presence {
  private readonly connections: ReadonlySet<Connection>
  private readonly outbox: Outbox
  /** Said again without a change: told on with the next beat, so that stock clients do not forget them. */
  private readonly renewed = new Set<Connection>()

  constructor(connections: ReadonlySet<Connection>, outbox: Outbox) {
    this.connections = connections
    this.outbox = outbox
  }

  /** True when `from` may speak for the id. A socket of the same person gives it up: it is the tab's old one. */
  claim(from: Connection, clientId: number): boolean {
    const owner = this.ownerOf(clientId)
    if (owner === null || owner === from) return true
    if (owner.admitted.user.id !== from.admitted.user.id) return false
    owner.awarenessId = null
    owner.awarenessEntry = null
    this.renewed.delete(owner)
    return true
  }

  /** Puts a state into the outbox; false when it only renews what is shown and can wait for the next beat. */
  show(from: Connection, isRenewal: boolean): boolean {
    if (from.awarenessId === null || from.awarenessEntry === null) return false
    if (isRenewal) {
      this.renewed.add(from)
      return false
    }
    this.renewed.delete(from)
    this.outbox.addState(from.awarenessId, from.awarenessEntry, from)
    return true
  }

  /** Takes back what a closed socket showed; false when it showed nothing. */
  remove(gone: Connection): boolean {
    this.renewed.delete(gone)
    const { awarenessId, awarenessEntry, awarenessClock } = gone
    if (awarenessId === null || awarenessEntry === null) return false
    this.outbox.addState(awarenessId, encodeRemoval(awarenessId, awarenessClock), null)
    return true
  }

  renew(): void {
    for (const { awarenessId, awarenessEntry } of this.renewed) {
      if (awarenessId !== null && awarenessEntry !== null)
        this.outbox.addState(awarenessId, awarenessEntry, null)
    }
    this.renewed.clear()
  }

  /** Everybody's state, for somebody who comes in. */
  all(): Uint8Array[] {
    return [...this.connections].flatMap(({ awarenessEntry }) => awarenessEntry ?? [])
  }

  private ownerOf(clientId: number): Connection | null {
    for (const connection of this.connections) if (connection.awarenessId === clientId) return connection
    return null
  }
}
