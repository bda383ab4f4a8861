import * as Y from 'yjs'
import { textField } from '../../../shared/document/text-field.ts'
import { isEmptyUpdate } from '../../../shared/wire/protocol.ts'
import { stepTwoFrame } from '../connection/frames.ts'
import { holdsDeletions } from './held-deletions.ts'
import { joinUpdates, missingPart } from './joined-updates.ts'
import type { LoggedState } from '../ports.ts'
import { startSlices } from './time-slices.ts'
import { goThrough } from './update-pieces.ts'

/** How an update begins that holds no structs: their count. */
const noStructs = Uint8Array.of(0)

/** The document that holds nothing, as an update. */
const nothing = Uint8Array.of(0, 0)

/** Below so many bytes it takes nothing to put together what is missing of a text. */
const shortText = 65_536

/** The state vector of somebody who has nothing. */
export const noVector = Uint8Array.of(0)

/** Beyond this many updates, applying them to a document is far quicker than merging their bytes (rule 7). */
const mostToMerge = 8

/** A base and the updates after it, ready for whoever joins. */
export async function readyFrom({ base, updates }: LoggedState): Promise<EncodedSnapshot> {
  if (base && updates.length === 0) return new EncodedSnapshot(base.state, base.vector, base.deletions)
  const parts = base ? [base.state, ...updates] : updates
  const joined = await joinUpdates(parts)
  if (!joined) return new EncodedSnapshot(merged(parts))
  return new EncodedSnapshot(joined.whole, joined.vector, joined.deletions)
}

/** Updates that do not go on where the ones before ended, as one. */
function merged(parts: Uint8Array[]): Uint8Array {
  if (parts.length <= mostToMerge) return Y.mergeUpdates(parts)
  const doc = new Y.Doc()
  doc.getXmlFragment(textField)
  doc.transact(() => {
    for (const part of parts) Y.applyUpdate(doc, part)
  })
  const whole = Y.encodeStateAsUpdate(doc)
  doc.destroy()
  return whole
}

/** What a document holds now; what is deleted is written from it, without going through its bytes. */
export function readyOf(doc: Y.Doc): EncodedSnapshot {
  const vector = Y.encodeStateVector(doc)
  const deletions = Y.encodeStateAsUpdate(doc, vector).subarray(noStructs.length)
  return new EncodedSnapshot(Y.encodeStateAsUpdate(doc), vector, deletions)
}

/** One state of a text in the forms that joins ask for, each made once and only when it is asked for (rule 5). */
export class EncodedSnapshot {
  readonly whole: Uint8Array
  private knownVector: Uint8Array | null
  private knownNothingNew: Uint8Array | null
  private knownWholeFrame: WeakRef<Buffer> | null = null

  constructor(whole: Uint8Array, vector: Uint8Array | null = null, deletions: Uint8Array | null = null) {
    this.whole = whole
    this.knownVector = vector
    this.knownNothingNew = deletions && Buffer.concat([noStructs, deletions])
  }

  get vector(): Uint8Array {
    this.knownVector ??= Y.encodeStateVectorFromUpdate(this.whole)
    return this.knownVector
  }

  /** True when the answer to this state vector is ready, whoever asks. */
  isPrepared(theirs: Uint8Array): boolean {
    return equal(theirs, noVector) || equal(theirs, this.vector)
  }

  /** How many bytes an answer to this state vector may be of at most, roughly. */
  mostAnswered(theirs: Uint8Array): number {
    return equal(theirs, this.vector) ? 0 : this.whole.length
  }

  /**
   * True when somebody with the state vector `theirs` lacks half of a long text or more: the whole, which is ready and
   * the same for all, takes neither memory nor work. Throws on a malformed vector.
   */
  lacksMuch(theirs: Uint8Array): boolean {
    if (this.whole.length <= shortText) return false
    const known = Y.decodeStateVector(theirs)
    let [all, missing] = [0, 0]
    for (const [client, clock] of Y.decodeStateVector(this.vector)) {
      all += clock
      missing += Math.max(0, clock - (known.get(client) ?? 0))
    }
    return 2 * missing >= all
  }

  /**
   * What somebody with the state vector `theirs` lacks, as a frame: all who join with nothing are written the very same
   * bytes. Throws on a malformed vector.
   */
  async answerFrame(theirs: Uint8Array): Promise<Buffer> {
    if (equal(theirs, noVector)) return this.wholeFrame
    const isAllHere = equal(theirs, this.vector)
    return stepTwoFrame(isAllHere ? this.nothingNew : await missingPart(this.whole, theirs))
  }

  private get wholeFrame(): Buffer {
    const kept = this.knownWholeFrame?.deref()
    if (kept) return kept
    const frame = stepTwoFrame(this.whole)
    this.knownWholeFrame = new WeakRef(frame)
    return frame
  }

  /** True when `update` is exactly what a client with this very state sends to a server that asks for its news. */
  isKnown(update: Uint8Array): boolean {
    return update[0] === 0 && equal(update, this.nothingNew)
  }

  /** True when the bytes alone tell that an update says nothing new. */
  isSame(update: Uint8Array): boolean {
    return isEmptyUpdate(update) || this.isKnown(update) || equal(update, this.whole)
  }

  /**
   * True when all that `update` says is here. Nothing of it is made, and others have their turn where it is long. Throws
   * on a malformed one.
   */
  async holds(update: Uint8Array): Promise<boolean> {
    const here = Y.decodeStateVector(this.vector)
    const slices = startSlices()
    const isHere = ({ client, end }: { client: number; end: number }) => end <= (here.get(client) ?? 0)
    const theirs = await goThrough(update, slices, isHere)
    const isAllHere =
      theirs !== null && (isEmptyUpdate(theirs) || (await holdsDeletions(this.nothingNew, theirs, slices)))
    slices.over()
    return isAllHere
  }

  /** No structs, and every deletion: the answer to somebody who has it all. */
  private get nothingNew(): Uint8Array {
    this.knownNothingNew ??= Y.diffUpdate(this.whole, this.vector)
    return this.knownNothingNew
  }
}

const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

/** What a room without text answers. */
export const noText = new EncodedSnapshot(nothing)
