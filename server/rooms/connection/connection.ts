import type { Socket } from 'node:net'
import * as decoding from 'lib0/decoding'
import type { WebSocket } from 'ws'
import { closeReason } from '../../../shared/wire/close-reason.ts'
import { errors, Refusal } from '../../../shared/errors.ts'
import { messageType, syncStep } from '../../../shared/wire/protocol.ts'
import { Rate } from '../../../shared/rules/token-bucket.ts'
import type { Host } from './host.ts'
import { encodeEntry, findEntry, stampState, type AwarenessEntry } from './awareness.ts'
import { pongFrame, probeFrame, stillFrame } from './frames.ts'
import type { Admitted } from '../ports.ts'
import type { ReadThrottle, ThrottledSocket } from '../budgets/read-throttle.ts'
import { Outgoing } from './outgoing.ts'
import type { MessageSender, UnfinishedMessages } from './unfinished-messages.ts'
import type { Named } from './upgrade.ts'

/** An update on its way into the text. `index`: which of its connection's counted frames it came in, from 1. */
export interface Incoming {
  from: Connection
  update: Uint8Array
  index: number
  /** True for an answer to our step 1: what the sender may say anyway though it cannot write. */
  isAnswer: boolean
  at: number
  /** Held back until this is here. */
  awaited?: { client: number; clock: number }
}

/** Of a message that is not whole so many bytes are not booked, which is no budget: hardly any message is longer. */
const shortMessage = 16_384
/** What a ping or a pong takes beside what it says, which is no budget: its head and its mask. */
const controlHead = 6

/** Who is not read from hears something so often (ms): our client takes a link for dead that is silent for 3.25 s. */
const signOfLifeMs = 1_000

/** One open socket of one person in one room: reads its frames, counts its updates, keeps it within its limits. */
export class Connection implements ThrottledSocket, MessageSender {
  readonly isOurs: boolean
  admitted: Admitted
  /** The awareness id this socket speaks for; bound by its first state (rule 10). */
  awarenessId: number | null = null
  awarenessClock = 0
  /** It has shown a state under this id. */
  hasState = false
  /** Counted frames that came. */
  received = 0
  /** The first frames that the last acknowledgement told it are saved. */
  lastAck = 0
  heardAt = performance.now()
  /** Closed by a rule: nothing of what it sent is put into the text any more. */
  isRefused = false
  /** It does not write here, and has repeated once what is here. */
  hasRepeated = false
  private readonly namesSchema: boolean
  private readonly ws: WebSocket
  private readonly socket: Socket
  private readonly host: Host
  /** Of all its person's sockets. */
  private readonly throttle: ReadThrottle
  private readonly unfinished: UnfinishedMessages
  /** Bytes that came since the last whole message. */
  private pending = 0
  private isBooked = false
  private isThrottled = false
  private signsOfLife: NodeJS.Timeout | undefined
  private readonly frames: Rate
  private readonly asks: Rate
  private readonly updates: Rate
  private readonly states: Rate
  /** The latest state over the rate, until its permit is there. */
  private deferred: AwarenessEntry | null = null
  private showingDeferred: NodeJS.Timeout | undefined
  private waiting = 0
  /** Counted frames that are not durable yet, in their order. */
  private readonly unsaved = new Set<number>()
  readonly outgoing: Outgoing
  /** Where it comes from, as limits count it. */
  readonly network: string
  /** Its latest state as it came, and as others get it: that is made when the next of them is about to hear of it. */
  private awarenessJson: Uint8Array | null = null
  private awarenessState: string | null = null
  private isStateRead = true
  private encodedState: Uint8Array | null = null

  constructor(
    { ws, socket }: { ws: WebSocket; socket: Socket },
    admitted: Admitted,
    named: Named,
    throttle: ReadThrottle,
    unfinished: UnfinishedMessages,
    host: Host,
  ) {
    this.ws = ws
    this.socket = socket
    this.throttle = throttle
    this.unfinished = unfinished
    this.admitted = admitted
    this.isOurs = named.isOurs
    this.namesSchema = named.namesSchema
    this.host = host
    this.frames = new Rate(host.limits.framesPerSecond)
    this.asks = new Rate(host.limits.asksPerSecond, host.limits.asksAtOnce)
    this.updates = new Rate(host.limits.updatesPerSecond)
    this.states = new Rate(host.limits.awarenessPerSecond)
    this.outgoing = new Outgoing(socket, host.limits, () => this.refuse(new Refusal('reader_too_slow')))
    this.network = admitted.network ?? ''
    throttle.add(this)
    // as it comes, be it a frame, a piece of one or none, and before ws looks whether a message is whole with it
    socket.prependListener('data', ({ length }: Buffer) => {
      throttle.countBytes(this, length)
      this.countPending(length)
    })
    ws.on('message', (data: Buffer, isBinary: boolean) => {
      this.forgetPending()
      this.receive(data, isBinary)
    })
    // ws answers pings by itself
    for (const control of ['ping', 'pong'] as const) {
      ws.on(control, (data: Buffer) => {
        // they may come between the pieces of a message
        this.pending = Math.max(0, this.pending - data.length - controlHead)
        this.countFrame()
      })
    }
    ws.on('close', () => {
      throttle.remove(this)
      this.outgoing.stop()
      this.forgetPending()
      clearTimeout(this.showingDeferred)
      clearInterval(this.signsOfLife)
      host.leave(this)
    })
    // ws closes the socket after an error; a frame over the limit is closed with 1009 by itself
    ws.on('error', () => {})
  }

  /** Who names no schema only reads: what it does not know it would delete (rule 11). */
  get canWrite(): boolean {
    return this.namesSchema && this.admitted.hasText && this.admitted.canWrite
  }

  get userId(): string {
    return this.admitted.user.id
  }

  /** So many of its counted frames, from the first on, are durable or said nothing new. */
  get saved(): number {
    for (const first of this.unsaved) return first - 1
    return this.received
  }

  /** Its state as others get it, encoded; null when it shows none. */
  get awarenessEntry(): Uint8Array | null {
    if (!this.hasState) return null
    this.encodedState ??= encodeEntry(this.awarenessId!, this.awarenessClock, this.readState() ?? 'null')
    return this.encodedState
  }

  /** It does not speak for its id any more. */
  disown(): void {
    this.awarenessId = null
    this.hasState = false
  }

  /** Writes prepared frames, or closes the socket when too much is unsent (rule 9). */
  write(frames: Buffer): void {
    if (!this.isRefused) this.outgoing.write(frames)
  }

  /** Closes the socket for a reason of the error table; the reason's text is the code, with the values of its words. */
  refuse(refusal: Refusal): void {
    if (this.isRefused) return
    this.isRefused = true
    this.outgoing.stop()
    this.readOrNot()
    this.ws.close(errors[refusal.code].close, closeReason(refusal))
    this.host.onRefused(this, refusal)
    this.host.leave(this)
  }

  /** Ends a socket that did not finish its closing handshake. */
  destroy(): void {
    this.ws.terminate()
  }

  /** One of its updates is durable or said nothing new. */
  finish({ index, update }: Incoming): void {
    this.unsaved.delete(index)
    this.waiting -= update.length
    if (this.ws.isPaused) this.readOrNot()
  }

  /** Asks for what it lacks, as by step 1. */
  ask(vector: Uint8Array): void {
    this.limitAsks()
    this.host.ask(this, vector)
  }

  get isClosed(): boolean {
    return this.ws.readyState === this.ws.CLOSED
  }

  pauseReading(): void {
    this.isThrottled = true
    this.readOrNot()
  }

  resumeReading(): void {
    this.isThrottled = false
    this.readOrNot()
  }

  probe(): void {
    this.write(probeFrame)
  }

  private countPending(bytes: number): void {
    const before = Math.max(this.pending, shortMessage)
    this.pending += bytes
    if (this.pending <= before || this.isRefused) return
    this.isBooked = true
    this.unfinished.add(this, this.pending - before, performance.now())
  }

  private forgetPending(): void {
    if (this.isBooked) this.unfinished.delete(this)
    this.isBooked = false
    this.pending = 0
  }

  private receive(data: Buffer, isBinary: boolean): void {
    this.countFrame()
    if (this.isRefused) return
    this.attempt(() => {
      if (!isBinary) throw new Refusal('frame_malformed')
      this.read(data)
    })
  }

  /** What cannot be done with what it sent closes its socket. */
  private attempt(act: () => void): void {
    try {
      act()
    } catch (failure) {
      this.refuse(failure instanceof Refusal ? failure : new Refusal('frame_malformed'))
    }
  }

  /** Also those that come behind a refusal: to be thrown away they have been read. */
  private countFrame(): void {
    this.heardAt = performance.now()
    this.throttle.countFrame(this, this.heardAt)
    if (!this.frames.take(this.heardAt)) this.refuse(new Refusal('too_many_updates'))
  }

  /** Not while its person sends more than the rate, or much of it waits for a commit. */
  private readOrNot(): void {
    const isFull = !this.isRefused && this.waiting > this.host.limits.waitingBytes
    const isUnread = this.isThrottled || isFull
    if (isUnread) this.ws.pause()
    else this.ws.resume()
    if (!isUnread || this.isRefused || this.isClosed) {
      clearInterval(this.signsOfLife)
      this.signsOfLife = undefined
    } else this.signsOfLife ??= setInterval(() => this.showLife(), signOfLifeMs).unref()
  }

  /** Its pings are not read: unasked, it hears that the link holds. That it is not heard says nothing either. */
  private showLife(): void {
    this.heardAt = performance.now()
    this.write(this.isOurs ? pongFrame : stillFrame)
  }

  private read(data: Buffer): void {
    const decoder = decoding.createDecoder(data)
    const type = decoding.readVarUint(decoder)
    if (type === messageType.sync) {
      const step = decoding.readVarUint(decoder)
      const bytes = decoding.readVarUint8Array(decoder)
      refuseRest(decoder)
      this.sync(step, bytes)
    } else if (type === messageType.awareness) {
      const bytes = decoding.readVarUint8Array(decoder)
      refuseRest(decoder)
      this.awareness(bytes)
    } else if (type === messageType.queryAwareness) {
      refuseRest(decoder)
      this.limitAsks()
      this.host.sendAwareness(this)
    } else if (type === messageType.ping && this.isOurs) {
      refuseRest(decoder)
      this.write(pongFrame)
    } else {
      throw new Refusal('frame_unexpected')
    }
  }

  private sync(step: number, bytes: Uint8Array): void {
    if (step === syncStep.step1) {
      this.ask(bytes)
    } else if (step === syncStep.step2 || step === syncStep.update) {
      if (!this.updates.take(this.heardAt)) throw new Refusal('too_many_updates')
      this.throttle.countItems(this, bytes)
      this.received++
      this.unsaved.add(this.received)
      this.waiting += bytes.length
      if (this.waiting > this.host.limits.waitingBytes) this.readOrNot()
      const isAnswer = step === syncStep.step2
      this.host.gather({ from: this, update: bytes, index: this.received, isAnswer, at: this.heardAt })
    } else {
      throw new Refusal('frame_unexpected')
    }
  }

  private awareness(bytes: Uint8Array): void {
    const entry = findEntry(bytes, this.isOwn, this.host.limits)
    if (!entry || this.isOutOfDate(entry)) return
    const isHeard = this.deferred === null && !this.host.isSuspended(this)
    if (isHeard && this.states.take(this.heardAt)) return this.takeState(entry)
    // over its rate, and while its standing is decided, only the latest state is read and shown
    if (this.deferred === null) this.showDeferredLater()
    this.deferred = { ...entry, json: Uint8Array.prototype.slice.call(entry.json) }
  }

  /** True for what others who go by the clock would not take either: it is older than what is shown, or will be. */
  private isOutOfDate({ clientId, clock }: AwarenessEntry): boolean {
    if (this.deferred?.clientId === clientId) return clock < this.deferred.clock
    return this.awarenessId === clientId && clock < this.awarenessClock
  }

  private takeState({ clientId, clock, json }: AwarenessEntry): void {
    const isRenewal = this.awarenessJson !== null && Buffer.compare(json, this.awarenessJson) === 0
    if (!isRenewal) {
      this.throttle.countState(this, json)
      this.awarenessJson = Uint8Array.prototype.slice.call(json)
      this.isStateRead = false
    }
    if (this.awarenessId === null) {
      if (this.readState() === null) return
      this.awarenessId = clientId
      this.host.bind(this)
    }
    this.awarenessClock = clock
    this.encodedState = null
    this.hasState = true
    this.host.showAwareness(this, isRenewal)
  }

  /** Of those that came within a tick only the last is read. What is no state closes its socket. */
  private readState(): string | null {
    if (this.isStateRead) return this.awarenessState
    this.isStateRead = true
    this.awarenessState = null
    this.attempt(() => {
      const { user, presence } = this.admitted
      this.awarenessState = stampState(this.awarenessJson!, user, presence)
    })
    return this.awarenessState
  }

  private readonly isOwn = (clientId: number): boolean =>
    this.awarenessId === null ? this.host.claim(this, clientId) : this.awarenessId === clientId

  /** Its standing is decided: what it showed meanwhile may be seen. */
  resume(): void {
    if (this.deferred !== null) this.showDeferredLater()
  }

  /** Shows the deferred state when the next is allowed, as one of those that are counted. */
  private showDeferredLater(): void {
    clearTimeout(this.showingDeferred)
    const waitMs = this.states.waitMs(performance.now(), 1)
    this.showingDeferred = setTimeout(() => {
      const latest = this.deferred!
      // `resume` comes back to it
      if (this.isRefused || this.isClosed || this.host.isSuspended(this)) return
      if (!this.states.take(performance.now())) return this.showDeferredLater()
      this.deferred = null
      if (this.isOwn(latest.clientId)) this.attempt(() => this.takeState(latest))
    }, waitMs)
  }

  private limitAsks(): void {
    if (!this.asks.take(this.heardAt))
      throw new Refusal('too_many_requests', { seconds: this.host.limits.asksAtOnce })
  }
}

function refuseRest(decoder: decoding.Decoder): void {
  if (decoding.hasContent(decoder)) throw new Refusal('frame_malformed')
}
