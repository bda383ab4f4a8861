import * as decoding from 'lib0/decoding'
import { isEmptyUpdate, messageType, syncStep } from '../../../shared/wire/protocol.ts'

/**
 * Counts the changes made here until the server says that they are durable. A change is in one of two places:
 * waiting (in no frame of this connection yet), or in flight (in a numbered frame that `saved` has not reached).
 */
export class AckTracker {
  private waiting: number
  private inFlight: { frame: number; changes: number }[] = []
  private frames = 0
  private answered = false
  private accepted = false
  /** What this connection asked by its address. */
  private asked: Uint8Array | null = null
  private readonly onChange: (changes: number) => void

  /** `waiting`: changes that an earlier tab left on this device. */
  constructor(waiting: number, onChange: (changes: number) => void) {
    this.waiting = waiting
    this.onChange = onChange
  }

  /**
   * True when nothing waits or is in flight, counted or not: a frame may carry changes of another tab, or of one before.
   * Once the whole text is here that means saved, since the server asks who may write before it sends the text.
   */
  get isSettled(): boolean {
    return this.waiting === 0 && this.inFlight.length === 0
  }

  /** True when the server asked for what is here, as it asks of who may write, and was answered. */
  get hasAnswered(): boolean {
    return this.answered
  }

  /** True when the server itself said so: it was told of all that is here, and has it durably. */
  get isConfirmed(): boolean {
    return this.answered && this.isSettled
  }

  /** True once the server took a change that was made here: the client id that made it is this person's from then on. */
  get isAccepted(): boolean {
    return this.accepted
  }

  get changes(): number {
    return this.inFlight.reduce((sum, frame) => sum + frame.changes, this.waiting)
  }

  /** A change was made here. Must run before its frame is sent. */
  changed(): void {
    this.waiting++
    this.onChange(this.changes)
  }

  /** Changes of another tab are here, and this one's to send from now on. */
  adopt(changes: number): void {
    this.waiting += changes
    this.onChange(this.changes)
  }

  /**
   * A new connection begins: what no connection saw acknowledged waits again. `asked`: the state vector in its
   * address, which need not be sent once more.
   */
  connectionBegins(asked: Uint8Array | null = null): void {
    this.asked = asked
    this.waiting = this.changes
    this.inFlight = []
    this.frames = 0
    this.answered = false
  }

  /**
   * Asks whether a frame may go out, and counts it if it holds an update. An update may only follow our answer to
   * the server's step 1: that answer holds everything made before it, and without it the update would leave a gap.
   */
  mayLeave(frame: Uint8Array): boolean {
    const decoder = decoding.createDecoder(frame)
    if (decoding.readVarUint(decoder) !== messageType.sync) return true
    const step = decoding.readVarUint(decoder)
    if (step === syncStep.step1) return !this.hasAsked(decoding.readVarUint8Array(decoder))
    if (step === syncStep.step2) this.answered = true
    if (!this.answered) return false
    // an empty frame counts as well, or each `saved` would be taken for the frame after the one it speaks of
    this.frames++
    if (isEmptyUpdate(decoding.readVarUint8Array(decoder))) {
      // the server has all of it already, and had it durably before it said so
      if (this.waiting > 0) this.accepted = true
      this.waiting = 0
      this.onChange(this.changes)
      return true
    }
    this.inFlight.push({ frame: this.frames, changes: this.waiting })
    this.waiting = 0
    this.onChange(this.changes)
    return true
  }

  private hasAsked(vector: Uint8Array): boolean {
    const { asked } = this
    this.asked = null
    return asked !== null && asked.length === vector.length && asked.every((byte, at) => byte === vector[at])
  }

  /** The server says that this connection's first `count` counted frames are durable. */
  saved(count: number): void {
    if (this.inFlight.some(({ frame, changes }) => frame <= count && changes > 0)) this.accepted = true
    this.inFlight = this.inFlight.filter((entry) => entry.frame > count)
    this.onChange(this.changes)
  }
}
