import type * as Y from 'yjs'
import { Refusal } from '../../shared/errors.ts'
import type { Connection, Incoming } from './connection.ts'
import type { LogEntry } from './ports.ts'
import { BrokenChange, type RoomText } from './room-text.ts'

/** A change that the server makes in a person's name. */
export interface Edit {
  userId: string
  change: (doc: Y.Doc) => void
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
}

/**
 * Puts a turn's changes into the text, in order, then tries what was held back again. When Yjs breaks on one of
 * them (rule 6), the text is read from the log again and the turn is repeated without its sender.
 */
export async function takeTurn(text: RoomText, changes: Change[], held: Incoming[]): Promise<Turn> {
  const broken: Turn['refused'] = []
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- each round depends on the one before
    await text.beginWriting()
    const turn: Turn = { entries: [], done: [], held: [], refused: [...broken] }
    const failed = takeAll(text, changes, held, turn)
    if (!failed) return turn
    text.drop()
    broken.push(failed)
  }
}

/** Returns the change that broke the document, if one did: a Refusal for a client, the cause for the server's own. */
function takeAll(
  text: RoomText,
  changes: Change[],
  held: Incoming[],
  turn: Turn,
): Turn['refused'][number] | null {
  let waiting: Change[] = [...changes, ...held]
  for (;;) {
    const missing: Incoming[] = []
    for (const change of waiting) {
      if (isOut(change, turn)) continue
      try {
        takeOne(text, change, turn, missing)
      } catch (failure) {
        if (failure instanceof BrokenChange) {
          return { change, reason: isEdit(change) ? failure.cause : new Refusal('update_malformed') }
        }
        if (!(failure instanceof Refusal)) throw failure
        turn.refused.push({ change, reason: failure })
      }
    }
    turn.held = missing
    if (missing.length === 0 || missing.length === waiting.length) return null
    waiting = missing
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
