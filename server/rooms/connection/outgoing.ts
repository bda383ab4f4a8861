import type { Socket } from 'node:net'
import { fragmentHead, payloadOf } from './frames.ts'

/** A long answer is written in pieces of so many bytes, each when the one before it was taken. */
export const answerPiece = 65_536

interface LongAnswer {
  payload: Buffer
  at: number
  onTaken(): void
}

interface Bounds {
  unsentBytes: number
  slowPieceMs: number
}

/**
 * What a socket is written. Prepared frames go out at once. A long answer goes out as a message in fragments, so that
 * no more than a piece of it waits in memory of the system's or Node's own, a ping or a close comes between two, and it
 * is seen whether its reader takes any of it; what comes meanwhile waits behind it.
 */
export class Outgoing {
  private readonly socket: Socket
  private readonly bounds: Bounds
  private readonly onSlow: () => void
  private mostUnsent: number
  private queue: (Buffer | LongAnswer)[] = []
  private queuedBytes = 0
  private isWriting = false
  private isStopped = false
  private waiting: NodeJS.Timeout | undefined

  /** `onSlow`: too much is unsent, or a piece is not taken for too long. */
  constructor(socket: Socket, bounds: Bounds, onSlow: () => void) {
    this.socket = socket
    this.bounds = bounds
    this.onSlow = onSlow
    this.mostUnsent = bounds.unsentBytes
  }

  write(frames: Buffer): void {
    if (this.isStopped || this.socket.destroyed) return
    const unsent = this.socket.writableLength + this.queuedBytes
    if (unsent > this.mostUnsent) return this.onSlow()
    if (unsent === 0) this.mostUnsent = this.bounds.unsentBytes + frames.length
    if (this.queue.length === 0) return void this.socket.write(frames)
    this.queue.push(frames)
    this.queuedBytes += frames.length
  }

  /** Writes a whole frame; `onTaken` is called once when nothing of it is held for the socket any more. */
  writeAnswer(frame: Buffer, onTaken: () => void): void {
    if (this.isStopped || this.socket.destroyed) return onTaken()
    if (frame.length <= answerPiece) {
      this.write(frame)
      return onTaken()
    }
    this.queue.push({ payload: payloadOf(frame), at: 0, onTaken })
    if (!this.isWriting) this.goOn()
  }

  /** Nothing more is written. */
  stop(): void {
    this.isStopped = true
    clearTimeout(this.waiting)
    const left = this.queue
    this.queue = []
    this.queuedBytes = 0
    for (const one of left) if (!Buffer.isBuffer(one)) one.onTaken()
  }

  private goOn(): void {
    for (let next = this.queue[0]; next; next = this.queue[0]) {
      if (!Buffer.isBuffer(next)) return this.writePiece(next)
      this.queue.shift()
      this.queuedBytes -= next.length
      this.socket.write(next)
    }
  }

  private writePiece(answer: LongAnswer): void {
    const { payload, at } = answer
    const piece = payload.subarray(at, at + answerPiece)
    answer.at += piece.length
    const isLast = answer.at === payload.length
    this.isWriting = true
    this.waiting = setTimeout(this.onSlow, this.bounds.slowPieceMs).unref()
    this.socket.cork()
    this.socket.write(fragmentHead(piece.length, at === 0, isLast))
    this.socket.write(piece, () => {
      clearTimeout(this.waiting)
      this.isWriting = false
      // stopped meanwhile, which has told that it is over
      if (this.queue[0] !== answer || this.socket.destroyed) return
      if (isLast) {
        this.queue.shift()
        answer.onTaken()
      }
      this.goOn()
    })
    this.socket.uncork()
  }
}
