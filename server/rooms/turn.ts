import type * as Y from 'yjs'
import { Refusal } from '../../shared/errors.ts'
import type { Connection, Incoming } from './connection.ts'
import type { LogEntry } from './ports.ts'
import { BrokenChange, type RoomText } from './room-text.ts'

/** A change that the server makes in a person's name. */
export interface Edit {
  userId: string
  change: (doc: Y.Doc) => void
  /** Rejects when the person may not write any more. */
  stillMay: (() => Promise<unknown>) | undefined
  resolve: () => void
  reject: (failure: unknown) => void
}

export type Change = Incoming | Edit

export const isEdit = (change: Change): change is Edit => 'resolve' in change

/** What became of a turn's changes. Nothing of it is durable yet. */
export interface Turn {
  entries: LogEntry[]
  /** Taken, or nothing new in them: durable when the entries are. */
  done: Change[]
  held: Incoming[]
  refused: { change: Change; reason: unknown }[]
  /** Why the text could not be repaired, or not all of it. */
  failure: unknown
  /** The text broke on the last of `refused` (rule 6): it is to be read again and the turn to be repeated. */
  isBroken: boolean
}

/**
 * Puts a turn's changes into the text, in order, then tries again what was held back. `refused`: what an earlier
 * attempt at the same turn found out.
 */
export function takeTurn(
  text: RoomText,
  changes: Change[],
  held: Incoming[],
  refused: Turn['refused'],
): Turn {
  const turn: Turn = {
    entries: [],
    done: [],
    held: [],
    refused: [...refused],
    failure: null,
    isBroken: false,
  }
  let waiting: Change[] = held.length > 0 ? [...changes, ...held] : changes
  for (;;) {
    const missing: Incoming[] = []
    for (const change of waiting) {
      if (isOut(change, turn)) continue
      try {
        takeOne(text, change, turn, missing)
      } catch (failure) {
        if (failure instanceof Refusal) {
          turn.refused.push({ change, reason: failure })
          continue
        }
        // whatever else one change throws ends that change's sender, and nobody else's
        return {
          ...turn,
          refused: [...refused, { change, reason: reasonOf(change, failure) }],
          isBroken: true,
        }
      }
    }
    turn.held = missing
    if (missing.length === 0 || missing.length === waiting.length) return repaired(text, turn)
    waiting = missing
  }
}

function reasonOf(change: Change, failure: unknown): unknown {
  const cause = failure instanceof BrokenChange ? failure.cause : failure
  if (isEdit(change) || cause instanceof Refusal) return cause
  const refusal = new Refusal('update_malformed')
  refusal.cause = cause
  return refusal
}

/**
 * What the turn's changes broke by meeting is mended in the same commit, by the room and in nobody's name. A turn that
 * took nothing repairs nothing.
 */
function repaired(text: RoomText, turn: Turn): Turn {
  if (turn.entries.length === 0 && !turn.done.some(isEdit)) return turn
  try {
    const { entry, isWhole } = text.repair(turn.entries.at(-1)?.userId ?? null)
    if (entry) turn.entries.push(entry)
    if (!isWhole) turn.failure = new Error('a text could not be repaired')
    return turn
  } catch (failure) {
    return { ...turn, failure, isBroken: true }
  }
}

function takeOne(text: RoomText, change: Change, turn: Turn, missing: Incoming[]): void {
  if (isEdit(change)) {
    const entry = text.edit(change.change, change.userId)
    if (entry) turn.entries.push(entry)
  } else {
    const taken = text.take(change.update, change.from.admitted.user.id)
    if (taken === 'missing') {
      missing.push(change)
      return
    }
    if (taken.entry) turn.entries.push(taken.entry)
  }
  turn.done.push(change)
}

/** A refused change takes the rest of its sender's with it. */
function isOut(change: Change, turn: Turn): boolean {
  if (isEdit(change)) return turn.refused.some((one) => one.change === change)
  return change.from.isRefused || turn.refused.some((one) => senderOf(one.change) === change.from)
}

export const senderOf = (change: Change): Connection | null => (isEdit(change) ? null : change.from)

/** Ends a change that was not taken: closes its sender's socket, or tells the server's own code. */
export function refuseChange(change: Change, reason: unknown): void {
  if (isEdit(change)) change.reject(reason)
  else change.from.refuse(reason as Refusal)
}

/** The edits among these changes whose people may not write any more, with the reasons. */
export async function findEndedEdits(changes: Change[]): Promise<Turn['refused']> {
  const ended: Turn['refused'] = []
  const decide = async (change: Edit) => {
    await change.stillMay?.().catch((reason: unknown) => ended.push({ change, reason }))
  }
  await Promise.all(changes.filter(isEdit).map(decide))
  return ended
}

/** Who need not hear of a turn again, because all of it is theirs. */
export function onlySender(done: Change[]): Connection | null {
  const first = done.length > 0 ? senderOf(done[0]!) : null
  return done.every((change) => senderOf(change) === first) ? first : null
}
