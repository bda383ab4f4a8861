import { EventEmitter } from 'node:events'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Connection } from '../../../server/rooms/connection/connection.ts'
import type { Host } from '../../../server/rooms/connection/host.ts'
import { defaultLimits } from '../../../shared/limits.ts'
import { messageType } from '../../../shared/wire/protocol.ts'
import { range } from '../../helpers/rooms/kept-text.ts'
import { UnfinishedMessages } from '../../../server/rooms/connection/unfinished-messages.ts'
import { ReadThrottle } from '../../../server/rooms/budgets/read-throttle.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

/** A connection on a socket that is none, which notes what it shows: each state's clock and what it says. */
function openConnection() {
  const socket = Object.assign(new EventEmitter(), {
    OPEN: 1,
    CLOSED: 3,
    readyState: 1,
    isPaused: false,
    close: () => socket.emit('close'),
  })
  const shown: { clock: number; state: unknown; at: number }[] = []
  const host = {
    limits: { ...defaultLimits, awarenessPerSecond: 2 },
    claim: () => true,
    bind: () => {},
    leave: () => {},
    onRefused: () => {},
    isSuspended: () => false,
    showAwareness({ awarenessEntry }: Connection) {
      const decoder = decoding.createDecoder(awarenessEntry!)
      decoding.readVarUint(decoder)
      const clock = decoding.readVarUint(decoder)
      const state = JSON.parse(decoding.readVarString(decoder)) as { at: string } | null
      shown.push({ clock, state: state?.at ?? null, at: performance.now() })
    },
  }
  const presence = { at: (value: unknown) => value }
  const admitted = { user: { id: 'ada', name: 'Ada', side: 'design' }, presence }
  const named = { isOurs: true, namesSchema: true }
  const connection = new Connection(
    {
      ws: socket,
      socket: { on: () => {}, prependListener: () => {}, once: () => {}, pause: () => {}, resume: () => {} },
    } as never,
    admitted as never,
    named as never,
    new ReadThrottle(defaultLimits, () => {}),
    new UnfinishedMessages(defaultLimits),
    host as unknown as Host,
  )
  const say = (clock: number, at: string | null, clientId = 7) => {
    const update = encoding.encode((encoder) => {
      for (const number of [1, clientId, clock]) encoding.writeVarUint(encoder, number)
      encoding.writeVarString(encoder, JSON.stringify(at === null ? null : { at }))
    })
    const frame = encoding.encode((encoder) => {
      encoding.writeVarUint(encoder, messageType.awareness)
      encoding.writeVarUint8Array(encoder, update)
    })
    socket.emit('message', Buffer.from(frame), true)
  }
  return { connection, say, shown, socket, last: () => shown.at(-1) }
}

describe('rule 10: of states over the rate the latest is shown, and never an older one behind it', () => {
  it('a state that comes when the next is due is not followed by the one that waited', () => {
    const { say, shown, last } = openConnection()
    for (const clock of range(4)) say(clock, `at ${clock}`)
    // a part of the next permit is there already
    vi.advanceTimersByTime(300)
    say(4, 'at 4')
    expect(last()).toMatchObject({ clock: 3 })
    vi.advanceTimersByTime(250)
    say(5, 'at 5')
    vi.advanceTimersByTime(5_000)
    expect(last()).toMatchObject({ clock: 5, state: 'at 5' })
    const clocks = shown.map(({ clock }) => clock)
    expect(clocks).toEqual(clocks.toSorted((a, b) => a - b))
  })

  it('who hides stays hidden', () => {
    const { say, last } = openConnection()
    for (const clock of range(4)) say(clock, `at ${clock}`)
    vi.advanceTimersByTime(300)
    say(5, 'at 5')
    vi.advanceTimersByTime(250)
    say(6, null)
    vi.advanceTimersByTime(5_000)
    expect(last()).toMatchObject({ clock: 6, state: null })
  })

  it('a state with an older clock than what is shown, or waits, is not taken', () => {
    const { say, shown } = openConnection()
    say(9, 'new')
    say(8, 'old')
    expect(shown.map(({ state }) => state)).toEqual(['new'])
    for (const clock of range(8)) say(10 + clock, `at ${10 + clock}`)
    say(12, 'old again')
    vi.advanceTimersByTime(5_000)
    expect(shown.at(-1)).toMatchObject({ clock: 17, state: 'at 17' })
  })

  it('what waited counts: in ten seconds no more are shown than at once and ten seconds allow', () => {
    const { say, shown } = openConnection()
    for (const clock of range(1_000)) {
      say(clock, `at ${clock}`)
      vi.advanceTimersByTime(10)
    }
    expect(shown.length).toBeLessThanOrEqual(4 + 10 * 2)
    expect(shown.length).toBeGreaterThan(20)
  })

  it('nothing is shown of a socket that closed', () => {
    const { say, shown, socket } = openConnection()
    for (const clock of range(6)) say(clock, `at ${clock}`)
    const before = shown.length
    socket.emit('close')
    vi.advanceTimersByTime(5_000)
    expect(shown).toHaveLength(before)
  })
})
