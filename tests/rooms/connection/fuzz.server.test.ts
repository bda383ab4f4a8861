import { monitorEventLoopDelay } from 'node:perf_hooks'
import * as decoding from 'lib0/decoding'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { messageType, syncStep } from '../../../shared/wire/protocol.ts'
import { seededRandom } from '../../helpers/seeded-random.ts'
import { until } from '../../helpers/until.ts'
import { canonicalText, canonicalTextOf } from '../../helpers/rooms/canonical-text.ts'
import { fuzzFrame } from '../../helpers/rooms/fuzzed-frames.ts'
import { startRooms, type RoomServer } from '../../helpers/rooms/room-server.ts'
import { changeOf, paragraph, WireClient } from '../../helpers/rooms/wire-client.ts'

const frames = Number(process.env.FUZZ_FRAMES ?? 5_000)
const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 32))

/** An attacker's socket is left after so many frames: the server allows 500 a second and 8 questions at once. */
const framesPerSocket = 200
const asksPerSocket = 6

/** No frame may hold up the event loop, and so everybody else, for longer, in milliseconds. */
const longestHold = 50

let server: RoomServer
beforeAll(async () => (server = await startRooms({ limits: { updatesPerSecond: 100_000 } })))
afterAll(() => server.stop())

/** True when the server counts this frame, so that `saved` or a refusal must follow. */
function isCounted(bytes: Uint8Array): boolean {
  const decoder = decoding.createDecoder(bytes)
  try {
    if (decoding.readVarUint(decoder) !== messageType.sync) return false
    const step = decoding.readVarUint(decoder)
    return step === syncStep.step2 || step === syncStep.update
  } catch {
    return false
  }
}

/** Somebody who sends anything at all, over as many sockets as that takes. */
class Attacker {
  client: WireClient | null = null
  /** How long the last frame held up the event loop at most, in milliseconds; an answer may take longer, as the log does. */
  heldMs = 0
  private readonly delay = monitorEventLoopDelay({ resolution: 1 })
  private readonly roomId: string
  private counted = 0
  private frames = 0
  private asks = 0

  constructor(roomId: string) {
    this.roomId = roomId
  }

  /** Resolves when the server has dealt with the frame: it refused it, took it, or waits for what it builds on. */
  async try(bytes: Uint8Array): Promise<'refused' | 'taken' | 'held'> {
    const client = await this.connected()
    const pongs = client.types.filter((type) => type === messageType.ping).length + (isPing(bytes) ? 1 : 0)
    const asked = client.asked.length
    this.frames++
    if (isCounted(bytes)) this.counted++
    else this.asks += bytes[0] === messageType.sync || bytes[0] === messageType.queryAwareness ? 1 : 0
    this.delay.reset()
    this.delay.enable()
    const began = process.cpuUsage()
    client.socket.send(bytes)
    client.sendFrame(messageType.ping)
    const end = await client.when('the server to deal with a frame', () => {
      if (client.closed) return 'refused'
      if (client.asked.length > asked) return 'held'
      const hasPong = client.types.filter((type) => type === messageType.ping).length > pongs
      return hasPong && client.saved === this.counted && 'taken'
    })
    this.delay.disable()
    // processor time: what else the machine does is no fault of the frame
    const { user, system } = process.cpuUsage(began)
    this.heldMs = Math.min((user + system) / 1_000, this.delay.max / 1e6)
    if (end !== 'taken') await this.leave()
    return end
  }

  async leave(): Promise<void> {
    const { client } = this
    this.client = null
    if (client && !client.closed) await client.close()
  }

  private async connected(): Promise<WireClient> {
    if (this.frames >= framesPerSocket || this.asks >= asksPerSocket) await this.leave()
    if (this.client) return this.client
    const client = await WireClient.open(server, 'ada', this.roomId)
    await client.when('the server to greet', () => client.asked.length === 1)
    this.counted = this.frames = this.asks = 0
    return (this.client = client)
  }
}

const isPing = (bytes: Uint8Array): boolean => bytes.length === 1 && bytes[0] === messageType.ping

it(`failure 21: ${frames} fuzzed frames change nothing that was refused, and disturb nobody (FUZZ_SEED=${seed})`, async () => {
  const random = seededRandom(seed)
  let roomId = await server.newDocument()
  let attacker = new Attacker(roomId)
  let victim = await openVictim(roomId, 1 + random.below(2 ** 31))
  const outcomes = new Map<string, Record<'refused' | 'taken' | 'held', number>>()
  const slow: { kind: string; ms: number; bytes: string }[] = []
  let longest = 0
  try {
    for (let i = 1; i <= frames; i++) {
      const { kind, bytes } = fuzzFrame(random, victim.doc)
      const before = Buffer.from(await server.rooms.read(roomId))
      const end = await attacker.try(bytes)
      let ms = attacker.heldMs
      // a machine that does other things holds any frame up: what is slow is slow every time
      for (let again = 0; ms > longestHold && again < 5; again++) {
        await attacker.try(bytes)
        ms = Math.min(ms, attacker.heldMs)
      }
      longest = Math.max(longest, ms)
      if (ms > longestHold) slow.push({ kind, ms, bytes: Buffer.from(bytes).toString('hex').slice(0, 400) })
      const outcome = outcomes.get(kind) ?? { refused: 0, taken: 0, held: 0 }
      outcome[end]++
      outcomes.set(kind, outcome)
      if (end !== 'taken') {
        const after = await server.rooms.read(roomId)
        if (!before.equals(after)) expect(canonicalTextOf(after)).toBe(canonicalTextOf(before))
      }
      if (i % 50 === 0) await victim.type()
      // what was taken grows the text; a new one now and then keeps every frame small
      if (i % 2_000 === 0) {
        await victim.check()
        await attacker.leave()
        roomId = await server.newDocument()
        attacker = new Attacker(roomId)
        victim = await openVictim(roomId, 1 + random.below(2 ** 31))
      }
    }
    await victim.check()
  } catch (failure) {
    const alarms = server.logLines.filter(({ level }) => level === 50).slice(-2)
    throw new Error(`FUZZ_SEED=${seed} finds this again; the server's log: ${JSON.stringify(alarms)}`, {
      cause: failure,
    })
  } finally {
    await attacker.leave()
  }
  const table = [...outcomes].map(([kind, ends]) => `  ${kind}: ${JSON.stringify(ends)}`).join('\n')
  process.stdout.write(
    `${frames} frames, FUZZ_SEED=${seed}; longest hold of the event loop ${longest.toFixed(1)} ms, over 50 ms: ${slow.length}\n${table}\n`,
  )
  expect(slow, 'frames that hold everybody up').toEqual([])
  for (const ends of outcomes.values()) expect(ends.refused + ends.taken + ends.held).toBeGreaterThan(0)
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
}, 3_600_000)

/** Somebody honest in the same room, who goes on writing and must never notice. */
async function openVictim(roomId: string, clientId: number) {
  const client = await WireClient.open(server, 'bo', roomId)
  const { doc, text, update } = paragraph('', clientId)
  let sent = 1
  client.sendUpdate(update)
  await until('the first words', () => client.saved === 1)
  const listen = (): void => {
    for (const one of client.updates.splice(0)) Y.applyUpdate(doc, one)
  }
  return {
    doc,
    async type() {
      listen()
      client.sendUpdate(changeOf(doc, () => text.insert(text.length, 'a')))
      sent++
      await until('the honest words to be saved', () => client.closed !== null || client.saved === sent)
      expect(client.closed, 'the honest socket').toBeNull()
    },
    /** The others' copy, the server's, and what a restarted server reads are one text. */
    async check() {
      await this.type()
      await until('the honest copy to be what the server has', async () => {
        listen()
        return canonicalText(doc) === canonicalTextOf(await server.rooms.read(roomId))
      }).catch(async (cause: unknown) => {
        const whole = await server.rooms.read(roomId)
        const here = Buffer.from(Y.encodeStateAsUpdate(doc)).toString('base64')
        const there = Buffer.from(whole).toString('base64')
        const isPending = doc.store.pendingStructs !== null || doc.store.pendingDs !== null
        throw new Error(`copies differ; pending here: ${isPending}\nhere ${here}\nthere ${there}`, { cause })
      })
      expect(client.socket.readyState).toBe(WebSocket.OPEN)
      server.crash()
      expect(canonicalTextOf(await server.rooms.read(roomId))).toBe(canonicalText(doc))
    },
  }
}
