import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import type { WebSocket } from 'ws'
import { messageType, syncStep } from '../../../shared/wire/protocol.ts'

/** What a room says to a socket, message by message. */
interface Hears {
  saved(count: number): void
  sync(step: number, bytes: Uint8Array): void
  closed(reason: string): void
}

/** A socket without a network, for a connection: what is sent is heard at once, and what is written is read at once. */
export class DrivenSocket {
  readonly ws = new EventEmitter() as EventEmitter & { isPaused: boolean; readyState: number }
  readonly socket = new EventEmitter()
  private readonly hears: Hears
  private bytes = Buffer.alloc(0)
  private message: Buffer[] = []

  constructor(hears: Hears) {
    this.hears = hears
    Object.assign(this.ws, {
      isPaused: false,
      readyState: 1,
      CLOSED: 3,
      pause: () => (this.ws.isPaused = true),
      resume: () => (this.ws.isPaused = false),
      close: (_code: number, reason: string) => {
        hears.closed(reason)
        setImmediate(() => this.end())
      },
      terminate: () => this.end(),
    })
    Object.assign(this.socket, {
      writableLength: 0,
      destroyed: false,
      cork() {},
      uncork() {},
      write: (bytes: Buffer, onTaken?: () => void) => {
        this.read(bytes)
        if (onTaken) setImmediate(onTaken)
      },
    })
  }

  /** Both ends, as a connection is made of them. */
  get ends(): { ws: WebSocket; socket: Socket } {
    return { ws: this.ws as unknown as WebSocket, socket: this.socket as unknown as Socket }
  }

  get isOpen(): boolean {
    return this.ws.readyState === 1
  }

  sendUpdate(update: Uint8Array): void {
    const frame = encoding.encode((encoder) => {
      encoding.writeVarUint(encoder, messageType.sync)
      encoding.writeVarUint(encoder, syncStep.update)
      encoding.writeVarUint8Array(encoder, update)
    })
    this.ws.emit('message', Buffer.from(frame), true)
  }

  /** The link is lost. */
  end(): void {
    if (!this.isOpen) return
    this.ws.readyState = 3
    this.ws.emit('close')
  }

  private read(bytes: Buffer): void {
    this.bytes = Buffer.concat([this.bytes, bytes])
    for (;;) {
      const [first = 0, short = 0] = this.bytes
      const head = short < 126 ? 2 : short === 126 ? 4 : 10
      if (this.bytes.length < head) return
      const length =
        head === 2 ? short : head === 4 ? this.bytes.readUInt16BE(2) : Number(this.bytes.readBigUInt64BE(2))
      if (this.bytes.length < head + length) return
      const payload = this.bytes.subarray(head, head + length)
      this.bytes = this.bytes.subarray(head + length)
      // a ping is no message
      if ((first & 0x0f) > 2) continue
      this.message.push(payload)
      if (first & 0x80) this.hear(Buffer.concat(this.message.splice(0)))
    }
  }

  private hear(message: Buffer): void {
    const decoder = decoding.createDecoder(new Uint8Array(message))
    const type = decoding.readVarUint(decoder)
    if (type === messageType.saved) this.hears.saved(decoding.readVarUint(decoder))
    else if (type === messageType.sync)
      this.hears.sync(decoding.readVarUint(decoder), decoding.readVarUint8Array(decoder))
  }
}
