import type { Counted } from '../unsent/unsent-counts.ts'
import type { Refused } from './refusal.ts'

/**
 * What a person may believe about their words. `saved` means: the server said that every change made here is
 * durable. `mayBeOld`: a text is shown that was not yet compared with the server's, such as this device's copy. `kept` of the `changes` are in the copy on this device; `code` tells why the server could not take them, if it said so.
 */
export type SaveState =
  | { kind: 'connecting'; mayBeOld?: true }
  | { kind: 'saving' }
  | { kind: 'saved' }
  | ({ kind: 'offline' } & Counted & Partial<Refused>)
  | ({ kind: 'refused' } & Counted & Refused)

/** True while the room is joined: what is told in it is heard, and what is written here is on its way or saved. */
export const isJoined = ({ kind }: SaveState): boolean => kind === 'saved' || kind === 'saving'

/** What is known of the link to the room. `synced`: the server's whole text has arrived on this connection. */
export type Link =
  | { kind: 'connecting' }
  | { kind: 'open'; synced: boolean }
  | ({ kind: 'lost' } & Partial<Refused>)
  | ({ kind: 'refused' } & Refused)

/**
 * The one place that decides what is said: `saved` only over an open, synced link with nothing pending, be it counted
 * (`changes`) or not (`isSettled`: the server has confirmed all that this connection told it). `mayBeOld`: the text that
 * is shown did not come from the server just now.
 */
export function saveStateOf(
  link: Link,
  { changes, kept }: Counted,
  isSettled: boolean,
  mayBeOld = false,
): SaveState {
  const connecting: SaveState = mayBeOld ? { kind: 'connecting', mayBeOld } : { kind: 'connecting' }
  if (link.kind === 'refused') return { ...link, changes, kept }
  if (link.kind === 'lost') return { ...link, kind: 'offline', changes, kept }
  if (link.kind === 'connecting') return connecting
  if (changes > 0) return { kind: 'saving' }
  if (!link.synced) return connecting
  return isSettled ? { kind: 'saved' } : { kind: 'saving' }
}

/** How many changes may be spoken of as kept, or, where this browser keeps nothing (`isKept`), as in this tab only. */
export function countOf(state: SaveState, isKept: boolean): number {
  if (!('changes' in state)) return 0
  return isKept ? state.kept : state.changes
}

export function sameSaveState(one: SaveState, other: SaveState): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
