import type { Refusal } from '../../../shared/errors.ts'
import type { Limits } from '../../../shared/limits.ts'
import type { Connection, Incoming } from './connection.ts'

/** What a connection asks of its room. */
export interface Host {
  ask(from: Connection, vector: Uint8Array): void
  gather(incoming: Incoming): void
  /** False when the id is another person's. */
  claim(from: Connection, clientId: number): boolean
  /** Its awareness id is its person's from now on. */
  bind(from: Connection): void
  showAwareness(from: Connection, isRenewal: boolean): void
  sendAwareness(to: Connection): void
  /** Its standing is being decided: nothing of it is shown, and it is shown nothing. */
  isSuspended(connection: Connection): boolean
  leave(from: Connection): void
  onRefused(from: Connection, refusal: Refusal): void
  readonly limits: Limits
}
