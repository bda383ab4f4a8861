import type * as Y from 'yjs'
import type { Limits } from '../../../shared/limits.ts'
import { repairLimits } from './repair-limits.ts'
import { everyPart, RepairFailure, repairParts, touchedBy, type Part } from './repair.ts'
import { isTable, workOf } from './repair-work.ts'

/** To repair something takes as long, for each item or child that it holds, as moving so many places: a microsecond. */
const movesPerRepair = 250
/** To look at it takes a quarter of that, also where nothing is to be repaired. */
const movesPerLook = 60

/**
 * Adds what a transaction may have broken to what is to be looked at; returns what that takes beside what the
 * transaction did itself, in moves: a change of a few bytes has much looked at that was there before.
 */
export function addTouched(transaction: Y.Transaction, touched: Set<Part>): number {
  const own = new Set<Part>()
  touchedBy(transaction, own)
  for (const part of own) {
    const isKnown = touched.has(part)
    touched.add(part)
    if (isKnown || (isNew(part, transaction) && !isTable(part))) own.delete(part)
  }
  return workOf(own) * movesPerLook
}

function isNew({ _item: item }: Part, { beforeState }: Y.Transaction): boolean {
  return item !== null && item.id.clock >= (beforeState.get(item.id.client) ?? 0)
}

/** What a process knows of the texts that it looked through, by their rooms. */
export interface Looked {
  /** They need no look at all of them any more. */
  sound: Set<string>
  /**
   * Until when each is left as it is (as `performance.now()` tells it): the look at all of it failed as such, and would
   * fail again at the price of building the text, or nobody had time for it.
   */
  leftUntil: Map<string, number>
}
export const noneLooked = (): Looked => ({ sound: new Set(), leftUntil: new Map() })

/** Where nobody had time to repair a text, it is tried again after so long (ms), when it is next loaded. */
const againAfterMs = 60_000

/** A text of fewer bytes that was never looked through is repaired at one go: whatever is in it, that takes no second. */
const repairedHere = 1_024

/** What is known of how sound a room's text is, and of what could not be repaired in it. */
export class RepairState {
  /** The log says that all of it was looked through by this version, or came in by its gate. */
  isLookedThrough = true
  /** A whole look has repaired something: the log is to be folded, so that nobody is sent any more what was broken. */
  isRepaired = false
  /** Long texts that were never looked through are repaired in another process. */
  isRepairedElsewhere = false
  private readonly roomId: string
  private readonly looked: Looked
  private readonly limits: Limits
  /** Parts that could not be repaired: they are left as they are, and the rest is repaired. */
  private readonly left = new Set<string>()
  private isLeftBroken = false
  /** False when the repair as such failed: the text is left as it is then. */
  private isRepairable = true
  /** What is to be looked at in the document that is written to began with all of it, and not all of that was yet. */
  private looksAtAll = false

  constructor(roomId: string, looked: Looked, limits: Limits) {
    this.roomId = roomId
    this.looked = looked
    this.limits = limits
  }

  /** It may hold what came in before all of it was checked, and is to be looked through before anybody gets it. */
  get isUnseen(): boolean {
    return !this.isLookedThrough && this.isUnseenHere
  }

  /** Nothing was found that had to be left, so that no later look is needed. */
  get isWhole(): boolean {
    return this.looked.sound.has(this.roomId) && !this.isLeftBroken
  }

  private get isUnseenHere(): boolean {
    const { sound, leftUntil } = this.looked
    return !sound.has(this.roomId) && performance.now() >= (leftUntil.get(this.roomId) ?? 0)
  }

  /** The text is read anew. */
  forget(): void {
    this.looked.sound.delete(this.roomId)
  }

  /**
   * What is to be looked at here in a document of so many bytes that was just built: all of it, once in a process; of one
   * that is repaired elsewhere what changes in it, whoever writes meanwhile.
   */
  partsOf(doc: Y.Doc, bytes: number): Set<Part> {
    this.looksAtAll = this.isUnseenHere && !this.isForElsewhere(bytes)
    return this.looksAtAll ? everyPart(doc) : new Set()
  }

  /** A text of so many bytes is not repaired here as a whole, as long as its log was never looked through. */
  isForElsewhere(bytes: number): boolean {
    return this.isRepairedElsewhere && !this.isLookedThrough && bytes > repairedHere
  }

  /** False for a text whose repair failed as such. */
  mayRepair(parts: ReadonlySet<Part>): boolean {
    return this.isRepairable && parts.size > 0
  }

  /** Repairs parts; `onWorked` is told what that took, in moves. False when something stays broken. */
  repair(parts: Set<Part>, onWorked: (moves: number) => void): boolean {
    const { left } = this
    const onRepaired = (size: number) => onWorked(size * movesPerRepair)
    if (!this.looksAtAll) return repairParts(parts, { left, onRepaired })
    const { runCharacters } = this.limits
    const isWhole = repairParts(parts, { left, runCharacters, onRepaired })
    if (!isWhole) this.isLeftBroken = true
    return isWhole
  }

  /** Parts were repaired, and that changed something or not; `isOver`: there are no others. */
  repaired(isChanged: boolean, isOver: boolean): void {
    // what an edit touched says nothing of the rest
    if (!this.looksAtAll) return
    if (isChanged) this.isRepaired = true
    if (isOver) this.allRepaired()
  }

  /** All of it was repaired elsewhere. */
  repairedInConverter(isWhole: boolean, isChanged: boolean): void {
    if (!isWhole) this.isLeftBroken = true
    if (isChanged) this.isRepaired = true
    this.allRepaired()
  }

  private allRepaired(): void {
    this.looked.sound.add(this.roomId)
    this.looksAtAll = false
  }

  /**
   * It cannot be repaired elsewhere, and here that might take long: it is left as it is, until the next process tries, or,
   * where it `passes`, for a while.
   */
  giveUp(passes: boolean): void {
    this.looked.leftUntil.set(this.roomId, passes ? performance.now() + againAfterMs : Infinity)
  }

  /** What one part fails for is no reason to leave the others: it is left out when the text was read anew. */
  failed(cause: unknown): void {
    const isOfOnePart = cause instanceof RepairFailure && this.left.size < repairLimits.partsLeft
    if (isOfOnePart) return void this.left.add(cause.part)
    if (this.looksAtAll) this.giveUp(false)
    this.isRepairable = false
  }
}
