import { decodeStateVector } from 'yjs'
import { Refusal } from '../../../shared/errors.ts'
import type { Limits } from '../../../shared/limits.ts'
import type { Connection, Incoming } from './connection.ts'
import { noText, noVector, type EncodedSnapshot } from '../text/encoded-snapshot.ts'
import type { AnswersUnderWay } from '../budgets/answers-under-way.ts'
import { answerPiece } from './outgoing.ts'
import type { ReadingBudget } from '../budgets/reading-budget.ts'
import type { ReadyQueue } from './ready-queue.ts'

/** What answering needs of its room. */
interface Asked {
  readonly id: string
  /** Null for a room without a text. */
  readonly text: { bytes(): EncodedSnapshot } | null
  readonly reading: ReadingBudget
  readonly answers: AnswersUnderWay
  readonly connections: ReadonlySet<Connection>
  readonly limits: Pick<Limits, 'vectorBytes'>
  isSuspended(connection: Connection): boolean
  /** Runs what must wait until the text is all committed and its bytes are ready, which the person has paid for. */
  readonly ready: Pick<ReadyQueue, 'run'>
}

/** Answers what is asked of a room's text, and hears what those say of it who do not write in it. */
export class SyncReplies {
  private readonly room: Asked
  /** Who waits for an answer, and for what: each for the one that it asked for last. */
  private readonly asked = new Map<Connection, Uint8Array>()
  /** Who waits until a long answer may be made for them, with what takes them out of the line; and who may have one made, with what ends that. */
  private readonly waiting = new Map<Connection, () => void>()
  private readonly begun = new Map<Connection, () => void>()

  constructor(room: Asked) {
    this.room = room
  }

  /** Answers sync step 1, when it is the person's turn. */
  ask(from: Connection, vector: Uint8Array): void {
    const isAsking = this.asked.has(from)
    this.asked.set(from, vector)
    if (!isAsking) this.goOn(from)
  }

  /** Its standing is decided: it may get what it asked for meanwhile. */
  goOn(from: Connection): void {
    if (this.asked.has(from)) this.room.ready.run(from, () => this.answer(from))
  }

  leave(connection: Connection): void {
    this.asked.delete(connection)
    this.waiting.get(connection)?.()
    this.waiting.delete(connection)
    this.endBegun(connection)
  }

  private async answer(to: Connection): Promise<void> {
    const vector = this.asked.get(to)
    if (!vector || this.room.isSuspended(to)) return this.endBegun(to)
    if (this.mustWait(to, vector)) return
    const { id, reading } = this.room
    const waitMs = reading.takeAnswer(id, to.admitted.user.id)
    if (waitMs > 0) {
      this.endBegun(to)
      return void setTimeout(() => this.goOn(to), waitMs).unref()
    }
    this.asked.delete(to)
    const end = this.begun.get(to) ?? (() => {})
    this.begun.delete(to)
    try {
      const frame = await this.frameFor(to.admitted.user.id, vector)
      if (!this.room.isSuspended(to)) return to.outgoing.writeAnswer(frame, end)
      // it is decided anew whether they may have it
      if (this.room.connections.has(to) && !this.asked.has(to)) this.asked.set(to, vector)
    } catch {
      to.refuse(new Refusal('frame_malformed'))
    }
    end()
  }

  /** True while a long answer may not be made for it: it is asked for again when it may. */
  private mustWait(to: Connection, vector: Uint8Array): boolean {
    const ready = this.room.text?.bytes() ?? noText
    const bytes = ready.mostAnswered(vector)
    if (bytes <= answerPiece || this.begun.has(to)) return false
    if (this.waiting.has(to)) return true
    let isNow = true
    const breakOff = () => to.refuse(new Refusal('reader_too_slow'))
    const takeOut = this.room.answers.take(
      { userId: to.userId, network: to.network },
      bytes,
      breakOff,
      (end) => {
        this.waiting.delete(to)
        if (!this.asked.has(to)) return end()
        this.begun.set(to, end)
        if (!isNow) this.goOn(to)
      },
    )
    isNow = false
    if (this.begun.has(to)) return false
    this.waiting.set(to, takeOut)
    return true
  }

  private endBegun(of: Connection): void {
    const end = this.begun.get(of)
    this.begun.delete(of)
    end?.()
  }

  private async frameFor(userId: string, vector: Uint8Array): Promise<Buffer> {
    const ready = this.room.text?.bytes() ?? noText
    if (ready.isPrepared(vector)) return ready.answerFrame(vector)
    const { reading, limits } = this.room
    // nobody has written with many more client ids than are known here
    if (vector.length > 2 * ready.vector.length + limits.vectorBytes) throw new Refusal('frame_malformed')
    // who has used up what there is gets the whole text: that is prepared
    const getsWhole = reading.waitMs(userId) > 0 || ready.lacksMuch(vector)
    reading.charge(userId, vector.length + (getsWhole ? 0 : ready.whole.length))
    if (!getsWhole) return ready.answerFrame(vector)
    decodeStateVector(vector)
    return ready.answerFrame(noVector)
  }

  /**
   * Hears somebody who does not write here: an answer to step 1 may repeat what is here, once in a connection or byte
   * for byte as it would be answered. Throws `read_only`, `too_many_updates`, or anything for a malformed update.
   */
  async hear({ from, update, isAnswer }: Incoming): Promise<void> {
    const ready = this.room.text?.bytes() ?? noText
    if (isAnswer && ready.isSame(update)) return
    const isTooMuch = update.length > 2 * ready.whole.length + smallBytes
    if (!isAnswer || from.hasRepeated || isTooMuch) throw new Refusal('read_only')
    const { reading } = this.room
    const { id } = from.admitted.user
    if (reading.waitMs(id) > 0) throw new Refusal('too_many_updates')
    from.hasRepeated = true
    // an item may be of two bytes
    reading.charge(id, 2 * (update.length + ready.whole.length))
    if (!(await ready.holds(update))) throw new Refusal('read_only')
  }
}

/** A client may have what is here in more pieces, and deletions of what it never had. */
const smallBytes = 1_024
