import * as decoding from 'lib0/decoding'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { messageType, syncStep } from '../../shared/wire/protocol.ts'
import { awarenessFrame, stepOneFrame, stepTwoFrame, updateFrame } from './client-frames.ts'
import type { Door } from './subjects.ts'

/**
 * One person's socket, as light as can be, so that the load's own process is not what is measured: it reads
 * everything and looks only at what somebody listens to.
 */
export class Visitor {
  readonly clientId: number
  /** Told of the first whole answer. */
  onAnswer: ((update: Uint8Array) => void) | null = null
  onUpdate: ((update: Uint8Array) => void) | null = null
  onOpen: (() => void) | null = null
  bytes = 0
  closed: string | null = null
  private readonly socket: WebSocket
  private readonly prefix: Buffer | null
  private readonly answers: boolean
  private clock = 0

  /** `answers`: whether to answer step 1; behind a relay everybody would answer everybody. */
  constructor(door: Door, clientId: number, answers = true) {
    this.answers = answers
    this.clientId = clientId
    this.prefix = door.prefix ?? null
    this.socket = new WebSocket(door.url, { headers: door.headers, perMessageDeflate: false })
    this.socket.on('message', (frame: Buffer) => this.read(frame))
    this.socket.on('close', (code, reason) => (this.closed = `${code} ${reason.toString()}`))
    this.socket.on('error', (error) => (this.closed = error.message))
    this.socket.on('open', () => {
      if (door.hello) this.socket.send(door.hello)
      this.onOpen?.()
    })
  }

  get isOpen(): boolean {
    if (this.closed !== null) throw new Error(`a visitor's socket closed: ${this.closed}`)
    return this.socket.readyState === WebSocket.OPEN
  }

  ask(): void {
    this.send(stepOneFrame())
  }

  write(update: Uint8Array): void {
    this.send(updateFrame(update))
  }

  /** Moves the cursor: what the caret extension of an editor sends. */
  move(): void {
    const at = { type: null, tname: 'default', item: { client: this.clientId, clock: this.clock }, assoc: 0 }
    const user = { name: `Person ${this.clientId}`, color: '#2f6fb0' }
    this.send(awarenessFrame(this.clientId, ++this.clock, { user, cursor: { anchor: at, head: at } }))
  }

  leave(): void {
    this.onAnswer = this.onUpdate = null
    this.socket.terminate()
  }

  private send(frame: Uint8Array): void {
    this.socket.send(this.prefix ? Buffer.concat([this.prefix, frame]) : frame)
  }

  private read(frame: Buffer): void {
    this.bytes += frame.length
    const at = this.prefix?.length ?? 0
    const type = frame[at]
    const step = frame[at + 1]
    if (type !== messageType.sync && type !== hocuspocusSyncReply) return
    if (step === syncStep.step1 && !this.answers) return
    if (step === syncStep.step1) this.send(stepTwoFrame(Y.encodeStateAsUpdate(new Y.Doc())))
    else if (step === syncStep.step2) this.onAnswer?.(bytesOf(frame, at + 2))
    else this.onUpdate?.(bytesOf(frame, at + 2))
  }
}

const hocuspocusSyncReply = 4

function bytesOf(frame: Buffer, at: number): Uint8Array {
  const decoder = decoding.createDecoder(new Uint8Array(frame.buffer, frame.byteOffset, frame.length))
  decoder.pos = at
  return decoding.readVarUint8Array(decoder)
}
