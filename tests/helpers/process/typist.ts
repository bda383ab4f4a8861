import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { textField } from '../../../shared/document/text-field.ts'
import { messageType, syncStep } from '../../../shared/wire/protocol.ts'
import { ourQuery } from '../http/our-query.ts'
import type { Person } from '../people.ts'
import { until } from '../until.ts'

/** Slower than the limit of updates a second allows. */
const keystrokeMs = 10

/**
 * Somebody who types numbered words into a paragraph of their own, keeps their document through lost connections,
 * and notes outside of the server which words it acknowledged: exactly those in frames that `saved` has counted.
 */
export class Typist {
  readonly name: string
  readonly doc = new Y.Doc()
  /** Words that the server called durable: the first so many. */
  acknowledged = 0
  typed = 0
  /** The longest that a word was neither acknowledged nor its socket closed with a reason, in milliseconds. */
  longestUntold = 0
  /** Why the server closed sockets so far. */
  readonly closes: number[] = []
  private readonly text = new Y.XmlText()
  private socket: WebSocket | null = null
  /** For each counted frame of this connection: how many words had been typed when it was made, and when that was. */
  private frames: { words: number; at: number }[] = []
  private told = 0
  private typing: NodeJS.Timeout | undefined

  constructor(name: string) {
    this.name = name
  }

  /** With a space behind it: no document takes a run of ten thousand characters without one. */
  word = (index: number): string => `${this.name}${index}. `

  /** The first so many words. */
  words = (count: number): string[] => Array.from({ length: count }, (_, index) => this.word(index + 1))

  /** Connects, brings both sides up to date, and types until the socket ends. */
  async join(person: Person, roomId: string): Promise<void> {
    const address = `${person.url.replace('http', 'ws')}/api/rooms/${roomId}${ourQuery}`
    const socket = new WebSocket(address, { headers: { Cookie: person.cookie, Origin: person.url } })
    this.socket = socket
    this.frames = []
    this.told = 0
    let hasAnswer = false
    socket.on('error', () => {})
    socket.on('close', (code) => {
      clearInterval(this.typing)
      this.closes.push(code)
      this.tell(this.frames.length)
    })
    socket.on('open', () => this.send(syncStep.step1, Y.encodeStateVector(this.doc)))
    socket.on('message', (data: Buffer) => {
      const decoder = decoding.createDecoder(new Uint8Array(data))
      const type = decoding.readVarUint(decoder)
      if (type === messageType.saved) {
        const count = decoding.readVarUint(decoder)
        if (count > 0) this.acknowledged = Math.max(this.acknowledged, this.frames[count - 1]!.words)
        this.tell(count)
      }
      if (type !== messageType.sync) return
      const step = decoding.readVarUint(decoder)
      const bytes = decoding.readVarUint8Array(decoder)
      if (step === syncStep.step1) this.send(syncStep.step2, Y.encodeStateAsUpdate(this.doc, bytes))
      else Y.applyUpdate(this.doc, bytes)
      hasAnswer ||= step === syncStep.step2
    })
    await until(`${this.name} to be in the room`, () => {
      if (socket.readyState === WebSocket.CLOSED) throw new Error(`${this.name} was not let in`)
      return hasAnswer && this.frames.length > 0
    })
    this.typing = setInterval(() => this.type(), keystrokeMs)
  }

  /** Types no more, and waits until the server has acknowledged every word. */
  async finish(): Promise<void> {
    clearInterval(this.typing)
    await until(`${this.name}'s last word to be acknowledged`, () => this.acknowledged === this.typed)
    this.socket?.close()
  }

  get isConnected(): boolean {
    return this.socket?.readyState === WebSocket.OPEN
  }

  /** Its person knows now what became of the first `count` frames. */
  private tell(count: number): void {
    const now = performance.now()
    for (; this.told < count; this.told++) {
      this.longestUntold = Math.max(this.longestUntold, now - this.frames[this.told]!.at)
    }
  }

  private type(): void {
    const before = Y.encodeStateVector(this.doc)
    this.doc.transact(() => {
      if (!this.text.parent) {
        const paragraph = new Y.XmlElement('paragraph')
        paragraph.insert(0, [this.text])
        this.doc.getXmlFragment(textField).push([paragraph])
      }
      this.text.insert(this.text.length, this.word(++this.typed))
    })
    this.send(syncStep.update, Y.encodeStateAsUpdate(this.doc, before))
  }

  private send(step: number, bytes: Uint8Array): void {
    if (this.socket?.readyState !== WebSocket.OPEN) return
    if (step !== syncStep.step1) this.frames.push({ words: this.typed, at: performance.now() })
    this.socket.send(
      encoding.encode((encoder) => {
        encoding.writeVarUint(encoder, messageType.sync)
        encoding.writeVarUint(encoder, step)
        encoding.writeVarUint8Array(encoder, bytes)
      }),
    )
  }
}
