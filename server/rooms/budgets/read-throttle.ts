import type { Limits } from '../../../shared/limits.ts'
import { countStructs, itemsOfJson } from '../gate/count-structs.ts'

/** What an update costs, and no budget: so many bytes of a small one count as an item, however few it holds. */
const smallBytes = 4_096
const bytesPerItem = 8

/** A slice, and no budget: who was not read from is read from again when so many seconds' worth may come, not at every single frame. */
const secondsToGoOn = 0.1

interface Amounts {
  bytes: number
  frames: number
  items: number
}

/** One of a person's sockets. */
export interface ThrottledSocket {
  /** Nothing more is to be read from it until `resumeReading`. */
  pauseReading(): void
  resumeReading(): void
}

/**
 * What one person sends, over all their sockets: bytes as they come from the network, frames, whatever is in them, and
 * items of updates, counted before anything is decoded. What is over the rate is not refused: none of the sockets is read from for as
 * long, so that it waits at its sender.
 */
export class ReadThrottle {
  private readonly perSecond: Amounts
  private readonly atOnce: Amounts
  private readonly mostItems: number
  private readonly onPaused: () => void
  private readonly sockets = new Set<ThrottledSocket>()
  private bytes: number
  private frames: number
  private items: number
  private filledAt = performance.now()
  private isPaused = false

  /** `onPaused`: called each time that the person's sockets are not read from any more. */
  constructor(limits: Limits, onPaused: () => void) {
    const { readBytesPerSecond: bytes, readFramesPerSecond: frames, readItemsPerSecond: items } = limits
    this.perSecond = { bytes, frames, items }
    this.atOnce = {
      bytes: bytes * limits.readSecondsAtOnce,
      frames: frames * limits.readSecondsAtOnce,
      items: items * limits.readItemSecondsAtOnce,
    }
    this.mostItems = limits.structsPerUpdate
    this.onPaused = onPaused
    this.bytes = this.atOnce.bytes
    this.frames = this.atOnce.frames
    this.items = this.atOnce.items
  }

  get isInUse(): boolean {
    return this.sockets.size > 0
  }

  add(socket: ThrottledSocket): void {
    this.sockets.add(socket)
    if (this.isPaused) socket.pauseReading()
  }

  remove(socket: ThrottledSocket): void {
    this.sockets.delete(socket)
  }

  /** So many bytes came from the network. */
  countBytes(from: ThrottledSocket, bytes: number): void {
    if ((this.bytes -= bytes) >= 0) return
    this.fill(performance.now())
    if (this.bytes < 0) this.pause(from)
  }

  /** A frame came, of any kind. `now` in milliseconds, as `performance.now()` tells it. */
  countFrame(from: ThrottledSocket, now: number): void {
    this.fill(now)
    if (--this.frames < 0) this.pause(from)
  }

  /** An update came: going through its items is what it costs first, also where it is refused or held back then. */
  countItems(from: ThrottledSocket, update: Uint8Array): void {
    this.takeItems(from, this.itemsIn(update))
  }

  /** A state of somebody's presence came, as JSON, which is to be parsed. */
  countState(from: ThrottledSocket, json: Uint8Array): void {
    this.takeItems(from, itemsOfJson(json))
  }

  private takeItems(from: ThrottledSocket, items: number): void {
    if ((this.items -= items) >= 0) return
    this.fill(performance.now())
    if (this.items < 0) this.pause(from)
  }

  private itemsIn(update: Uint8Array): number {
    const least = update.length <= smallBytes ? update.length / bytesPerItem : 0
    try {
      return Math.max(least, Math.min(this.mostItems, countStructs(update, this.mostItems)))
    } catch {
      // its sender is sent away for it; how far it was read is not known
      return update.length / bytesPerItem
    }
  }

  private fill(now: number): void {
    const seconds = (now - this.filledAt) / 1_000
    const { perSecond, atOnce } = this
    this.filledAt = now
    this.bytes = Math.min(atOnce.bytes, this.bytes + perSecond.bytes * seconds)
    this.frames = Math.min(atOnce.frames, this.frames + perSecond.frames * seconds)
    this.items = Math.min(atOnce.items, this.items + perSecond.items * seconds)
  }

  private pause(from: ThrottledSocket): void {
    if (this.isPaused) return
    this.isPaused = true
    this.onPaused()
    // the others are read from first when it goes on
    if (this.sockets.delete(from)) this.sockets.add(from)
    for (const socket of this.sockets) socket.pauseReading()
    this.resumeLater()
  }

  private resumeLater(): void {
    const { bytes, frames, items } = this.perSecond
    const debt = Math.max(-this.bytes / bytes, -this.frames / frames, -this.items / items)
    const seconds = secondsToGoOn + Math.max(0, debt)
    setTimeout(
      () => {
        this.fill(performance.now())
        // what had been read already was counted meanwhile
        if (this.bytes < 0 || this.frames < 0 || this.items < 0) return this.resumeLater()
        this.isPaused = false
        for (const socket of this.sockets) {
          if (this.isPaused) return
          socket.resumeReading()
        }
      },
      Math.ceil(seconds * 1_000),
    ).unref()
  }
}

/** Memory, and no budget: so many people are remembered who have no socket open. */
const mostRemembered = 10_000

/** Each person's throttle. Lives as long as the process, so that coming back fills nobody's. */
export class ReadThrottles {
  private readonly limits: Limits
  private readonly onPaused: () => void
  private readonly throttles = new Map<string, ReadThrottle>()

  constructor(limits: Limits, onPaused: () => void) {
    this.limits = limits
    this.onPaused = onPaused
  }

  /** A person's throttle. Whoever came longest ago and has no socket open is forgotten first. */
  of(userId: string): ReadThrottle {
    const throttle = this.throttles.get(userId) ?? new ReadThrottle(this.limits, this.onPaused)
    this.throttles.delete(userId)
    this.throttles.set(userId, throttle)
    if (this.throttles.size > mostRemembered) this.forgetOne()
    return throttle
  }

  private forgetOne(): void {
    for (const [userId, { isInUse }] of this.throttles) {
      if (isInUse) continue
      this.throttles.delete(userId)
      return
    }
  }
}
