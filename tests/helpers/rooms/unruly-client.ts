import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { textField } from '../../../shared/document/text-field.ts'
import { messageType, syncStep } from '../../../shared/wire/protocol.ts'
import { ourQuery } from '../http/our-query.ts'
import type { SeededRandom } from '../seeded-random.ts'
import { canonicalText } from './canonical-text.ts'
import type { Person, RoomServer } from './room-server.ts'

const marks = ['bold', 'italic', 'strike', 'code'] as const

/**
 * A person's copy over a link that behaves as badly as a link may: it comes and goes, and within one connection
 * updates leave and arrive late, in any order, and more than once.
 */
export class UnrulyClient {
  doc = new Y.Doc()
  private undo = new Y.UndoManager(this.doc.getXmlFragment(textField))
  private readonly server: RoomServer
  private readonly person: Person
  private readonly roomId: string
  private socket: WebSocket | null = null
  private outgoing: Uint8Array[] = []
  private incoming: Uint8Array[] = []
  private sent = 0
  private saved = 0
  private hasAnswered = false
  private hasAnswer = false
  /** The server refused something, which an honest client must never meet. */
  refused: string | null = null

  constructor(server: RoomServer, person: Person, roomId: string) {
    this.server = server
    this.person = person
    this.roomId = roomId
    this.watch()
  }

  /** Everything written here is durable, and everything that came is in the copy. */
  get isSettled(): boolean {
    const isOpen = this.socket?.readyState === WebSocket.OPEN
    return isOpen && this.hasAnswer && this.outgoing.length === 0 && this.saved === this.sent
  }

  /** For whoever asks why it is not settled. */
  get standing() {
    const { person, refused, hasAnswer, hasAnswered, sent, saved, text } = this
    const link = this.socket?.readyState
    return { person, refused, link, hasAnswer, hasAnswered, waiting: this.outgoing.length, sent, saved, text }
  }

  get text(): string {
    return canonicalText(this.doc)
  }

  connect(): void {
    if (this.socket && this.socket.readyState <= WebSocket.OPEN) return
    const address = `ws://127.0.0.1:${this.server.port}/api/rooms/${this.roomId}${ourQuery}`
    const socket = new WebSocket(address, { headers: { cookie: `session=${this.person}` } })
    this.socket = socket
    this.outgoing = []
    this.incoming = []
    this.sent = this.saved = 0
    this.hasAnswered = this.hasAnswer = false
    socket.on('error', () => {})
    socket.on('open', () => this.send(syncStep.step1, Y.encodeStateVector(this.doc)))
    socket.on('message', (data: Buffer) => this.receive(socket, new Uint8Array(data)))
    socket.on('close', (code, reason) => {
      if (code >= 4400 && code < 4500) this.refused = reason.toString()
    })
  }

  disconnect(): void {
    this.socket?.terminate()
  }

  /** The tab is closed and opened anew: what was not sent is gone, and the client id is another. */
  forget(): void {
    this.disconnect()
    this.doc.destroy()
    this.doc = new Y.Doc()
    this.undo = new Y.UndoManager(this.doc.getXmlFragment(textField))
    this.watch()
  }

  /** Sends what waits: in any order, some of it twice. */
  flush(random: SeededRandom): void {
    if (this.socket?.readyState !== WebSocket.OPEN || !this.hasAnswered) return
    const frames = shuffled(random, this.outgoing)
    this.outgoing = []
    for (const update of frames) {
      this.send(syncStep.update, update)
      if (random.chance(0.1)) this.send(syncStep.update, update)
    }
  }

  /** Reads what has come: in any order, some of it twice. */
  hear(random: SeededRandom): void {
    const updates = shuffled(random, this.incoming)
    this.incoming = []
    for (const update of updates) {
      Y.applyUpdate(this.doc, update, this)
      if (random.chance(0.1)) Y.applyUpdate(this.doc, update, this)
    }
  }

  /** Does one thing that an editor does. */
  edit(random: SeededRandom): void {
    const root = this.doc.getXmlFragment(textField)
    const block = root.length > 0 ? (root.get(random.below(root.length)) as Y.XmlElement) : null
    const text = block?.get(0) as Y.XmlText | undefined
    const what = random.below(10)
    this.doc.transact(() => {
      if (block === null || what < 2) {
        const fresh = new Y.XmlElement(random.pick(['paragraph', 'heading']))
        fresh.insert(0, [new Y.XmlText(`${this.person}${random.below(100)}`)])
        root.insert(random.below(root.length + 1), [fresh])
      } else if (what === 2) root.delete(random.below(root.length), 1)
      else if (what === 3) setLevel(block, 1 + random.below(4))
      else if (text === undefined) block.insert(0, [new Y.XmlText('…')])
      else if (what < 7)
        text.insert(placeIn(text, random.below(text.length + 1)), random.pick(['a', 'bc', '汉字', '👩‍🏭', ' ']))
      else if (text.length > 0) {
        const at = placeIn(text, random.below(text.length))
        const length = placeIn(text, at + 1 + random.below(text.length - at)) - at
        if (what === 7) text.delete(at, length)
        else if (what === 8) text.format(at, length, { [random.pick(marks)]: random.chance(0.7) ? {} : null })
      }
    })
    if (what === 9) this.undo.undo()
  }

  private watch(): void {
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      // without an open link it goes with the answer to the next step 1
      if (origin !== this && this.hasAnswered) this.outgoing.push(update)
    })
  }

  private receive(from: WebSocket, data: Uint8Array): void {
    if (from !== this.socket) return
    const decoder = decoding.createDecoder(data)
    const type = decoding.readVarUint(decoder)
    if (type === messageType.saved) this.saved = decoding.readVarUint(decoder)
    if (type !== messageType.sync) return
    const step = decoding.readVarUint(decoder)
    const bytes = decoding.readVarUint8Array(decoder)
    if (step === syncStep.step1) {
      this.send(syncStep.step2, Y.encodeStateAsUpdate(this.doc, bytes))
      this.outgoing = []
      this.hasAnswered = true
      return
    }
    this.incoming.push(bytes)
    this.hasAnswer ||= step === syncStep.step2
  }

  private send(step: number, bytes: Uint8Array): void {
    if (step !== syncStep.step1) this.sent++
    this.socket!.send(
      encoding.encode((encoder) => {
        encoding.writeVarUint(encoder, messageType.sync)
        encoding.writeVarUint(encoder, step)
        encoding.writeVarUint8Array(encoder, bytes)
      }),
    )
  }
}

/** As an editor does: the level is a number, and only a heading has one. */
const setLevel = (block: Y.XmlElement, level: number): void => {
  if (block.nodeName === 'heading') block.setAttribute('level', level as unknown as string)
}

/**
 * An offset that does not stand inside of a surrogate pair, as no editor's does: Yjs writes U+FFFD for both halves of
 * a pair that it has to split, also where the split is nobody else's, such as for a mark that changes nothing.
 */
function placeIn(text: Y.XmlText, offset: number): number {
  const words = (text.toDelta() as { insert: string }[]).map(({ insert }) => insert).join('')
  return /[\uDC00-\uDFFF]/.test(words[offset] ?? '') ? offset + 1 : offset
}

function shuffled<T>(random: SeededRandom, list: readonly T[]): T[] {
  const result = [...list]
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.below(i + 1)
    ;[result[i], result[j]] = [result[j]!, result[i]!]
  }
  return result
}
