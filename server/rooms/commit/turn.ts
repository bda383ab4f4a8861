import type * as Y from 'yjs'
import { Refusal } from '../../../shared/errors.ts'
import type { Connection, Incoming } from '../connection/connection.ts'
import type { EditParts, LogEntry } from '../ports.ts'
import { beginsAnew, checkIsOver, checkOf, checkPauses, isLongUpdate } from './begun-check.ts'
import { HeldChanges } from './held-changes.ts'
import { BrokenChange } from '../text/broken-change.ts'
import { joinParts } from '../text/joined-updates.ts'
import type { RoomText } from '../text/room-text.ts'
import { startSlices } from '../text/time-slices.ts'
import type { RepairedText } from '../text/writing.ts'

/** A change that the server makes in a person's name, or the room's own look at its text. */
export interface Edit {
  /** Null: nobody's. Nothing is changed then but what has to be repaired. */
  userId: string | null
  change: (doc: Y.Doc) => EditParts | void
  /** How the room's text, if it is still the one with these bytes, is repaired as it was found out elsewhere. */
  repaired?: RepairedText | undefined
  /** Rejects when the person may not write any more. */
  stillMay: (() => Promise<unknown>) | undefined
  /** What has to be kept before the change is committed: rejects when it could not be. */
  beforeCommit?: (() => Promise<unknown>) | undefined
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
  /** Not put in, as the turn had to end: they are of the next one, or of nobody who is suspended. */
  passedOver: Incoming[]
  refused: { change: Change; reason: unknown }[]
  /** Why the text could not be repaired, or not all of it. */
  failure: unknown
  /**
   * The text broke on the last of `refused` (rule 6), or the turn had to end while a part of a change was in it: it is to
   * be read again and the turn to be repeated.
   */
  isBroken: boolean
}

/** So much is looked at for a repair at one go, as `workOf` counts: a few milliseconds, where all is repaired 10. */
const mostLookedAt = 10_000

/**
 * Puts a turn's changes into the text, in order, then what was held back and they free; then the server's own edits, and
 * what all of them broke by meeting is repaired. Between any two changes, the steps and parts of a long one, the parts of
 * the server's edits, and within the repair of many parts other rooms and requests have their turn where it takes long.
 * This room's next turn waits. `refused`: what an earlier attempt at the same turn found out; `mustEnd` is asked when a
 * change of a person's is about to be put in, and between the steps and parts of a long one: then all that are left
 * wait for the next turn.
 */
export async function takeTurn(
  text: RoomText,
  changes: readonly Change[],
  held: readonly Incoming[],
  refused: Turn['refused'],
  mustEnd: (change: Incoming) => boolean,
  others: Others = nobodyElse,
): Promise<Turn> {
  const edits = changes.some(isEdit) ? changes.filter(isEdit) : noEdits
  const sent = edits.length > 0 ? changes.filter((change) => !isEdit(change)) : changes
  let turn = await takeIncoming(text, sent as readonly Incoming[], held, refused, mustEnd, others)
  if (edits.length > 0 && !turn.isBroken) turn = await takeEdits(text, edits, refused, turn, others)
  return turn.isBroken ? turn : repaired(text, turn, urgencyOf(changes, others))
}

const noEdits: readonly Edit[] = []

/** Who waits for a turn to end. */
export interface Others {
  /** Somebody else waits in this room while this change is worked at. */
  wait(change: Change): boolean
  /** What others sent, later or behind it in its turn, is to go before this change, of which nothing is in the text yet. */
  goFirst(change: Incoming, behind: readonly Incoming[]): boolean
}

/** Whether somebody waits for a turn that takes these. */
function urgencyOf(changes: readonly Change[], others: Others): () => boolean {
  const last = changes.at(-1)
  return () => last !== undefined && others.wait(last)
}

const nobodyElse: Others = { wait: () => false, goFirst: () => false }

async function takeIncoming(
  text: RoomText,
  changes: readonly Incoming[],
  held: readonly Incoming[],
  refused: Turn['refused'],
  mustEnd: (change: Incoming) => boolean,
  others: Others,
): Promise<Turn> {
  const isUrgent = urgencyOf(changes, others)
  const slices = startSlices(isUrgent)
  let isEnding = false
  /**
   * Who has something that was passed over: what they sent behind it is as well, by whichever socket, as each of a
   * hundred short updates that take long would be begun before a letter.
   */
  let passed: Set<string> | null = null
  const turn: Turn = {
    entries: [],
    done: [],
    held: [],
    passedOver: [],
    refused: [...refused],
    failure: null,
    isBroken: false,
  }
  const holds: typeof text.holds = (awaited) => text.holds(awaited)
  let missing: HeldChanges | null = null
  const waiting = [...changes]
  for (const change of held) {
    // it was read once: to read all that is held back in every turn would be felt
    if (change.awaited && !holds(change.awaited)) (missing ??= new HeldChanges()).add(change, change.awaited)
    else waiting.push(change)
  }
  // what is freed by one of them comes behind them
  for (const change of waiting) {
    slices.workFor(change.from)
    // what is short has no long step, and does not stand in line with what has
    const isLong = isLongUpdate(change)
    const wait = slices.pause(isLong)
    if (wait) await wait
    if (isOut(change, turn)) continue
    isEnding ||= mustEnd(change)
    if (isEnding || passed?.has(change.from.userId)) {
      turn.passedOver.push(change)
      continue
    }
    try {
      const steps = checkOf(change, text)
      let step = steps.next()
      let isPassed = false
      while (!step.done && !isPassed) {
        const pause = slices.pause(isLong)
        if (pause) {
          checkPauses(change, steps, text)
          await pause
          isEnding = mustEnd(change)
          // the next turn drops what is of somebody who was refused
          isPassed =
            isEnding ||
            change.from.isRefused ||
            others.goFirst(change, waiting.slice(waiting.indexOf(change) + 1))
        }
        if (!isPassed) step = steps.next()
      }
      if (!step.done) {
        // nothing of it is in the text yet, and what others sent behind it is taken
        turn.passedOver.push(change)
        ;(passed ??= new Set()).add(change.from.userId)
        continue
      }
      checkIsOver(change)
      const taken = step.value
      if ('missing' in taken) {
        ;(missing ??= new HeldChanges()).add(change, taken.missing)
        continue
      }
      if (taken.entry) turn.entries.push(taken.entry)
      if (taken.rest) {
        const parts: LogEntry[] = []
        for (const entry of taken.rest) {
          if (entry) parts.push(entry)
          const pause = slices.pause(true)
          if (pause) await pause
          // some of it is in the text already, which has to be read again without it
          if (pause && mustEnd(change)) return { ...turn, refused, isBroken: true }
        }
        if (parts.length > 0) turn.entries.push(await asOne(parts, isUrgent))
      }
      turn.done.push(change)
      if (missing) waiting.push(...missing.freedBy(change.update, holds))
    } catch (failure) {
      if (!(failure instanceof BrokenChange) && beginsAnew(change)) {
        waiting.push(change)
        continue
      }
      if (failure instanceof Refusal) {
        turn.refused.push({ change, reason: failure })
        continue
      }
      // whatever else one change throws ends that change's sender, and nobody else's
      return broken(turn, refused, change, failure)
    }
  }
  if (missing) turn.held = missing.all().filter((change) => !isOut(change, turn))
  slices.over()
  return turn
}

/** What is one update of a person's is one for whoever gets it or reads it in the log, also where it was put in in parts. */
async function asOne(parts: readonly LogEntry[], isUrgent: () => boolean): Promise<LogEntry> {
  const updates = parts.map(({ update }) => update)
  return { ...parts[0]!, update: await joinParts(updates, startSlices(isUrgent)) }
}

/** Between any two parts of an edit others have their turn, unless they had it just now. */
async function takeEdits(
  text: RoomText,
  edits: readonly Edit[],
  refused: Turn['refused'],
  turn: Turn,
  others: Others,
): Promise<Turn> {
  const slices = startSlices(urgencyOf(edits, others))
  for (const edit of edits) {
    if (turn.refused.some(({ change }) => change === edit)) continue
    const { userId, change } = edit
    try {
      for (const entry of userId === null ? text.putRepaired(edit.repaired) : text.edit(change, userId)) {
        turn.entries.push(entry)
        await slices.pause(true)
      }
      turn.done.push(edit)
    } catch (failure) {
      if (!(failure instanceof Refusal)) return broken(turn, refused, edit, failure)
      turn.refused.push({ change: edit, reason: failure })
    }
  }
  return turn
}

const broken = (turn: Turn, refused: Turn['refused'], change: Change, failure: unknown): Turn => ({
  ...turn,
  refused: [...refused, { change, reason: reasonOf(change, failure) }],
  isBroken: true,
})

function reasonOf(change: Change, failure: unknown): unknown {
  const cause = failure instanceof BrokenChange ? failure.cause : failure
  if (isEdit(change) || cause instanceof Refusal) return cause
  const refusal = new Refusal('update_malformed')
  refusal.cause = cause
  return refusal
}

/**
 * What the turn's changes broke by meeting is repaired in the same commit, by the room and in nobody's name. A turn that
 * took nothing repairs nothing.
 */
function repaired(text: RoomText, turn: Turn, isUrgent: () => boolean): Turn | Promise<Turn> {
  if (turn.entries.length === 0 && !turn.done.some(isEdit)) return turn
  const culprit = turn.entries.at(-1)?.userId ?? null
  if (text.isMuchTouched(mostLookedAt)) return repairInSlices(text, turn, culprit, isUrgent)
  try {
    const { entry, isWhole } = text.repair(culprit)
    return withRepair(turn, entry, isWhole)
  } catch (failure) {
    return { ...turn, failure, isBroken: true }
  }
}

async function repairInSlices(
  text: RoomText,
  turn: Turn,
  culprit: string | null,
  isUrgent: () => boolean,
): Promise<Turn> {
  const slices = startSlices(isUrgent)
  try {
    for (;;) {
      const { entry, isWhole, isOver } = text.repair(culprit, mostLookedAt)
      withRepair(turn, entry, isWhole)
      if (isOver) return turn
      await slices.pause(true)
    }
  } catch (failure) {
    return { ...turn, failure, isBroken: true }
  }
}

function withRepair(turn: Turn, entry: LogEntry | null, isWhole: boolean): Turn {
  if (entry) turn.entries.push(entry)
  if (!isWhole) turn.failure = new Error('a text could not be repaired')
  return turn
}

/** A refused change takes the rest of its sender's with it. */
function isOut(change: Incoming, turn: Turn): boolean {
  return change.from.isRefused || turn.refused.some((one) => senderOf(one.change) === change.from)
}

/** In whose name a change is; null for the room's own. */
export const userIdOf = (change: Change): string | null =>
  isEdit(change) ? change.userId : change.from.userId

export const senderOf = (change: Change): Connection | null => (isEdit(change) ? null : change.from)

/** Ends a change that was not taken: closes its sender's socket, or tells the server's own code. */
export function refuseChange(change: Change, reason: unknown): void {
  if (isEdit(change)) change.reject(reason)
  else change.from.refuse(reason as Refusal)
}

/** The edits among these changes whose people may not write any more, with the reasons. */
export const findEndedEdits = (changes: readonly Change[]): Promise<Turn['refused']> =>
  findRejected(changes, ({ stillMay }) => stillMay?.())

/** Keeps what these edits need kept before they are committed; those for which that failed, with the reasons. */
export const findUnpreparedEdits = (changes: readonly Change[]): Promise<Turn['refused']> =>
  findRejected(changes, ({ beforeCommit }) => beforeCommit?.())

async function findRejected(
  changes: readonly Change[],
  ask: (edit: Edit) => Promise<unknown> | undefined,
): Promise<Turn['refused']> {
  const rejected: Turn['refused'] = []
  const decide = async (change: Edit) => {
    await ask(change)?.catch((reason: unknown) => rejected.push({ change, reason }))
  }
  await Promise.all(changes.filter(isEdit).map(decide))
  return rejected
}

/** Who need not hear of a turn again, because all of it is theirs. */
export function onlySender(done: Change[]): Connection | null {
  const first = done.length > 0 ? senderOf(done[0]!) : null
  return done.every((change) => senderOf(change) === first) ? first : null
}
