import type { Limits } from '../../../shared/limits.ts'
import { Rate, Rates } from '../../../shared/rules/token-bucket.ts'

/**
 * How much each person may cause to be done with texts that others wrote: bytes that are decoded or encoded, over all
 * documents, and answers that hold a text, in one document. What is over it is not refused: it waits. Lives as long as
 * the process and is of all sockets, so that neither coming back nor going elsewhere fills it.
 */
export class ReadingBudget {
  private readonly limits: Limits
  private readonly bytes = new Rates()
  /** What all who have used up their own may use beyond it. */
  private readonly spare: Rate
  private readonly answers = new Rates()
  /** The last of each person's readings that wait for each other. */
  private readonly turns = new Map<string, Promise<unknown>>()

  constructor(limits: Limits) {
    this.limits = limits
    this.spare = new Rate(limits.spareDecodedBytesPerSecond, limits.spareDecodedBytes)
  }

  /**
   * How long a document of so many bytes stays built while nobody writes, in milliseconds: who writes on after a pause
   * has never less than before.
   */
  keepBuiltMs(bytes: number): number {
    const { keptBuiltFactor, buildingFactor, decodedBytesPerSecond } = this.limits
    return ((keptBuiltFactor * buildingFactor * bytes) / decodedBytesPerSecond) * 1_000
  }

  /** How long a person must wait until a text is gone through for them, in milliseconds; 0: it may be now. */
  waitMs(userId: string): number {
    return this.bytes.get(userId)?.waitMs(performance.now()) ?? 0
  }

  /** Counts what was gone through for a person, or is about to be: as theirs, then as what is to spare, then as owed. */
  charge(userId: string, bytes: number): void {
    if (bytes <= 0) return
    const now = performance.now()
    const { decodedBytes, decodedBytesPerSecond } = this.limits
    const own = this.bytes.use(userId, decodedBytesPerSecond, decodedBytes)
    const beyond = bytes - own.takeUpTo(now, bytes)
    own.overdraw(now, beyond - this.spare.takeUpTo(now, beyond))
  }

  /** Counts that a document is built of so many bytes for a person. */
  chargeBuilding(userId: string, bytes: number): void {
    this.charge(userId, bytes * this.limits.buildingFactor)
  }

  /** How long a person must wait for another answer in this document, in milliseconds; 0: it was counted. */
  takeAnswer(roomId: string, userId: string): number {
    const { answersPerMinute } = this.limits
    const now = performance.now()
    const rate = this.answers.use(`${roomId} ${userId}`, answersPerMinute / 60, answersPerMinute)
    return rate.take(now) ? 0 : rate.waitMs(now, 1)
  }

  /**
   * Resolves when so many bytes may be gone through for a person, who is charged for them at once, so that what they ask
   * for meanwhile waits. Returns what corrects the charge to what it came to. Who goes away before is not charged: it
   * rejects with the signal's reason.
   */
  async begin(userId: string, bytes: number, signal?: AbortSignal): Promise<(cameTo: number) => void> {
    await this.ready(userId, signal)
    this.charge(userId, bytes)
    return (cameTo) => {
      if (cameTo >= bytes) this.charge(userId, cameTo - bytes)
      else this.bytes.get(userId)?.giveBack(bytes - cameTo)
    }
  }

  /** Reads what is not known to be large before it is read: of a person one after the other, charged in between. */
  async inTurn(
    userId: string | undefined,
    read: () => Promise<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<Uint8Array> {
    if (userId === undefined) return read()
    const before = this.turns.get(userId)
    const turn = (async () => {
      await before?.catch(() => {})
      await this.ready(userId, signal)
      const whole = await read()
      this.charge(userId, whole.length)
      return whole
    })()
    this.turns.set(userId, turn)
    try {
      return await turn
    } finally {
      if (this.turns.get(userId) === turn) this.turns.delete(userId)
    }
  }

  /** Resolves when a text may be gone through for a person. Rejects with the signal's reason. */
  async ready(userId: string, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    for (let wait = this.waitMs(userId); wait > 0; wait = this.waitMs(userId)) {
      await untilAborted(wait, signal)
      signal?.throwIfAborted()
    }
  }
}

/** Resolves after so many milliseconds, or when it is aborted. */
const untilAborted = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms).unref()
    signal?.addEventListener('abort', done)
  })
