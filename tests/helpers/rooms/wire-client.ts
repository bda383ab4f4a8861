import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { schemaVersion } from '../../../shared/document/schema-version.ts'
import { messageType, syncStep } from '../../../shared/wire/protocol.ts'
import { ourQuery } from '../http/our-query.ts'
import { forgetExit } from '../people.ts'
import { until } from '../until.ts'
import type { Person, RoomServer } from './room-server.ts'

const headers = (person: string, port: number) => ({
  cookie: `session=${person}`,
  origin: `http://127.0.0.1:${port}`,
})

/** A client of the wire itself: sends any bytes, and keeps what comes. */
export class WireClient {
  readonly socket: WebSocket
  readonly updates: Uint8Array[] = []
  /** State vectors of the server's steps 1. */
  readonly asked: Uint8Array[] = []
  readonly answers: Uint8Array[] = []
  readonly awareness: Uint8Array[] = []
  readonly events: unknown[] = []
  readonly types: number[] = []
  saved = 0
  closed: { code: number; reason: string } | null = null

  /** `person`: what their session's cookie holds. */
  constructor(server: { port: number }, person: string, roomId: string, query = ourQuery) {
    const address = `ws://127.0.0.1:${server.port}/api/rooms/${roomId}${query}`
    this.socket = new WebSocket(address, { headers: headers(person, server.port) })
    this.socket.on('message', (data: Buffer) => this.receive(data))
    this.socket.on('close', (code, reason) => (this.closed = { code, reason: reason.toString() }))
    this.socket.on('error', () => {})
  }

  static readonly query = ourQuery

  static async open(...args: ConstructorParameters<typeof WireClient>): Promise<WireClient> {
    const client = new WireClient(...args)
    await until('the socket to open', () => client.socket.readyState === WebSocket.OPEN || client.closed)
    return client
  }

  sendStep1 = (vector: Uint8Array = Uint8Array.of(0)): void => this.sendSync(syncStep.step1, vector)
  sendStep2 = (update: Uint8Array): void => this.sendSync(syncStep.step2, update)
  sendUpdate = (update: Uint8Array): void => this.sendSync(syncStep.update, update)

  sendAwareness(entries: { clientId: number; clock: number; state: unknown }[]): void {
    const update = encoding.encode((encoder) => {
      encoding.writeVarUint(encoder, entries.length)
      for (const { clientId, clock, state } of entries) {
        encoding.writeVarUint(encoder, clientId)
        encoding.writeVarUint(encoder, clock)
        encoding.writeVarString(encoder, JSON.stringify(state))
      }
    })
    this.sendFrame(messageType.awareness, update)
  }

  sendFrame(type: number, bytes?: Uint8Array): void {
    this.socket.send(
      encoding.encode((encoder) => {
        encoding.writeVarUint(encoder, type)
        if (bytes) encoding.writeVarUint8Array(encoder, bytes)
      }),
    )
  }

  /** Everybody's latest state as this client has heard it. */
  states(): Map<number, { clock: number; state: Record<string, unknown> | null }> {
    const states = new Map<number, { clock: number; state: Record<string, unknown> | null }>()
    for (const update of this.awareness) {
      const decoder = decoding.createDecoder(update)
      for (let left = decoding.readVarUint(decoder); left > 0; left--) {
        const clientId = decoding.readVarUint(decoder)
        const clock = decoding.readVarUint(decoder)
        states.set(clientId, { clock, state: JSON.parse(decoding.readVarString(decoder)) })
      }
    }
    return states
  }

  /** Waits like `until`, and asks again at each thing that comes, which is quicker. */
  async when<T>(what: string, condition: () => T | false, seconds = 30): Promise<T> {
    const deadline = performance.now() + seconds * 1_000
    for (let value = condition(); ; value = condition()) {
      if (value !== false) return value
      const left = deadline - performance.now()
      if (left <= 0) throw new Error(`waited ${seconds} s in vain for ${what}`)
      await new Promise<void>((done) => {
        const late = setTimeout(done, left)
        const wake = () => {
          clearTimeout(late)
          this.socket.off('message', wake).off('close', wake)
          done()
        }
        this.socket.once('message', wake).once('close', wake)
      })
    }
  }

  whenClosed = (): Promise<{ code: number; reason: string }> =>
    this.when('the socket to close', () => this.closed ?? false)

  /** Resolves when the server has read everything that was sent before. */
  ping(): Promise<void> {
    return new Promise((resolve) => {
      this.socket.once('pong', () => resolve())
      this.socket.ping()
    })
  }

  async close(): Promise<void> {
    this.socket.close()
    await this.whenClosed()
  }

  private sendSync(step: number, bytes: Uint8Array): void {
    this.socket.send(
      encoding.encode((encoder) => {
        encoding.writeVarUint(encoder, messageType.sync)
        encoding.writeVarUint(encoder, step)
        encoding.writeVarUint8Array(encoder, bytes)
      }),
    )
  }

  private receive(data: Buffer): void {
    const decoder = decoding.createDecoder(new Uint8Array(data))
    const type = decoding.readVarUint(decoder)
    this.types.push(type)
    if (type === messageType.sync) {
      const step = decoding.readVarUint(decoder)
      const list = [this.asked, this.answers, this.updates][step]!
      list.push(decoding.readVarUint8Array(decoder))
    } else if (type === messageType.awareness) {
      this.awareness.push(decoding.readVarUint8Array(decoder))
    } else if (type === messageType.saved) {
      this.saved = decoding.readVarUint(decoder)
    } else if (type === messageType.event) {
      this.events.push(JSON.parse(decoding.readVarString(decoder)))
    }
  }
}

/** A stock y-websocket client with its document, as any tool from npm would open it that names the schema. */
export function openStock(
  server: RoomServer,
  person: Person,
  roomId: string,
  doc = new Y.Doc(),
  params: Record<string, string> = { schema: String(schemaVersion) },
) {
  class Socket extends WebSocket {
    constructor(address: string, protocols?: string[]) {
      super(address, protocols, { headers: headers(person, server.port) })
    }
  }
  const provider = new WebsocketProvider(`ws://127.0.0.1:${server.port}/api/rooms`, roomId, doc, {
    WebSocketPolyfill: Socket as unknown as typeof globalThis.WebSocket,
    disableBc: true,
    params,
  })
  forgetExit(provider)
  return { doc, provider, synced: () => until('the first answer', () => provider.synced) }
}

/** A document with one paragraph, and what its client would send. */
export function paragraph(words: string, clientId?: number) {
  const doc = new Y.Doc()
  if (clientId !== undefined) doc.clientID = clientId
  const text = new Y.XmlText(words)
  const block = new Y.XmlElement('paragraph')
  block.insert(0, [text])
  doc.getXmlFragment('default').insert(0, [block])
  return { doc, text, update: Y.encodeStateAsUpdate(doc) }
}

/** What `change` adds to a document, as one update. */
export function changeOf(doc: Y.Doc, change: () => void): Uint8Array<ArrayBuffer> {
  const before = Y.encodeStateVector(doc)
  doc.transact(change)
  return new Uint8Array(Y.encodeStateAsUpdate(doc, before))
}

/** The text of a whole state as XML. */
export function textOf(...updates: Uint8Array[]): string {
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
  return doc.getXmlFragment('default').toString()
}
