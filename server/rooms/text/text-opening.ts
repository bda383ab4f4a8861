import { isPassing, Refusal } from '../../../shared/errors.ts'
import type { RoomDeps } from '../room-deps.ts'
import type { RoomText } from './room-text.ts'
import type { RepairedText } from './writing.ts'

interface OpeningDeps {
  roomId: string
  text: RoomText
  roomDeps: RoomDeps
  /** Puts in what was found out elsewhere, or repairs the text here, and resolves when that is committed. */
  repair(repaired?: RepairedText): Promise<void>
  compact(): void
  /** The text is read, and maybe not repaired yet. */
  onRead(): void
  onFailed(): void
  onOver(): void
}

/** Reads a room's text for whoever comes and, where it was never looked through, has it repaired before anybody gets it. */
export class TextOpening {
  /** Nobody gets the text before this is over. */
  current: Promise<void> | null = null
  private readonly deps: OpeningDeps

  constructor(deps: OpeningDeps) {
    this.deps = deps
  }

  /** Opens the text, once for all who wait, at `userId`'s cost; failing sends them all away. */
  open(userId?: string): Promise<void> {
    const { roomId, text, roomDeps, onRead, onFailed, onOver } = this.deps
    this.current ??= text
      .load()
      .then(() => userId !== undefined && roomDeps.reading.charge(userId, text.size))
      .then(onRead)
      .then(() => this.lookThrough())
      .catch((failure: unknown) => {
        roomDeps.onUnexpected(failure, roomId)
        onFailed()
        throw failure
      })
      .finally(() => {
        this.current = null
        onOver()
      })
    return this.current
  }

  /**
   * What came in before all of it was checked is repaired before anybody gets it, by the room, once for all. Where that
   * fails, or somebody writes in it each time while it is repaired elsewhere, the text is shown as it is: views bear what the schema does not know.
   */
  private async lookThrough(): Promise<void> {
    const { roomId, text, roomDeps } = this.deps
    if (!text.repairState.isUnseen) return
    try {
      for (let tries = roomDeps.limits.repairTries; text.repairState.isUnseen && tries > 0; tries--) {
        const repaired = await this.repairInConverter()
        if (!text.repairState.isUnseen) return
        await this.deps.repair(repaired)
      }
      if (text.repairState.isUnseen) {
        text.repairState.giveUp(true)
        roomDeps.onUnexpected(new Error('a text was written in while it was repaired'), roomId)
      }
      // unless something had to be left
      if (text.repairState.isWhole) {
        await roomDeps.log.noteLookedThrough(roomId)
        text.repairState.isLookedThrough = true
      }
      this.deps.compact()
    } catch (failure) {
      roomDeps.onUnexpected(failure, roomId)
    }
    if (!text.isLoaded) await text.load()
  }

  /** A short text is repaired here, at once. Where the others cannot be repaired elsewhere, they are left as they are. */
  private async repairInConverter(): Promise<RepairedText | undefined> {
    const { roomId, text, roomDeps } = this.deps
    const { repairInConverter, limits } = roomDeps
    const of = text.bytes()
    if (!repairInConverter || !text.repairState.isForElsewhere(of.whole.length)) return undefined
    try {
      const { whole } = of
      const by = await repairInConverter(roomId, { whole, runCharacters: limits.runCharacters })
      if (!by.isWhole) roomDeps.onUnexpected(new Error('a text could not be repaired'), roomId)
      return { of, by }
    } catch (failure) {
      text.repairState.giveUp(failure instanceof Refusal && isPassing(failure.code))
      roomDeps.onUnexpected(failure, roomId)
      return undefined
    }
  }
}
