import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../shared/limits.ts'
import { ChangeQueue } from '../../../server/rooms/commit/change-queue.ts'
import { chooseTurn } from '../../../server/rooms/commit/next-turn.ts'
import type { Connection, Incoming } from '../../../server/rooms/connection/connection.ts'
import { sentBy, socketOf } from '../../helpers/rooms/sent-change.ts'

let index = 0
const sent = (from: Connection, bytes: number): Incoming => sentBy(from, new Uint8Array(bytes), ++index)

/** What the next turn takes, which is committed. */
function nextTurn(queue: ChangeQueue): readonly unknown[] {
  queue.begin()
  const { changes } = queue.take()
  queue.took({ held: [], passedOver: [] })
  queue.committed()
  return changes
}

describe('what a turn takes (issue 10.3)', () => {
  it.each([1, 5, 40])('a letter is in the next turn, behind 2 MB by %s sockets of one person', (sockets) => {
    const queue = new ChangeQueue(defaultLimits)
    const all = Array.from({ length: sockets }, () => socketOf('ada'))
    const theirs = Array.from({ length: 512 }, (_, at) => sent(all[at % sockets]!, 4_000))
    const letter = sent(socketOf('bo'), 20)
    for (const change of [...theirs, letter]) queue.push(change)
    expect(nextTurn(queue)).toContain(letter)
    const taken: unknown[] = []
    while (queue.isWaiting) taken.push(...nextTurn(queue))
    for (const socket of all) {
      const own = taken
        .filter((one) => (one as Incoming).from === socket)
        .map((one) => (one as Incoming).index)
      expect(own).toEqual(own.toSorted((one, other) => one - other))
    }
  })

  it('a letter is in the next turn, behind what twenty people send as fast as they can', () => {
    const queue = new ChangeQueue(defaultLimits)
    for (let person = 0; person < 20; person++) {
      const socket = socketOf(`person ${person}`)
      for (let at = 0; at < 10; at++) queue.push(sent(socket, 4_000))
    }
    const letter = sent(socketOf('bo'), 20)
    queue.push(letter)
    expect(nextTurn(queue)).toContain(letter)
  })

  it('others wait beside a long update, however many sockets its sender has', () => {
    const queue = new ChangeQueue(defaultLimits)
    for (let at = 0; at < 40; at++) queue.push(sent(socketOf('ada'), 4_000))
    expect(queue.hasOthers('ada')).toBe(false)
    queue.push(sent(socketOf('bo'), 20))
    expect(queue.hasOthers('ada')).toBe(true)
  })

  it('what stands behind the long update of one who is paced waits with it', () => {
    const queue = new ChangeQueue(defaultLimits)
    const ada = socketOf('ada')
    queue.push(sent(ada, 5_000))
    queue.begin(0)
    queue.take()
    queue.took({ held: [], passedOver: [] })
    queue.committed(1_500)
    for (const bytes of [5_000, 20]) queue.push(sent(ada, bytes))
    expect(queue.waitMs(1_500)).toBe(1_500)
    expect(queue.waitMs(3_000)).toBe(0)
    queue.push(sent(socketOf('bo'), 20))
    expect(queue.waitMs(1_500)).toBe(0)
  })

  it('what is short goes before a long update once, then it is that one’s turn', () => {
    const queue = new ChangeQueue(defaultLimits)
    const long = sent(socketOf('ada'), 5_000)
    queue.push(long)
    const turns = [1, 2, 3].map(() => {
      queue.push(sent(socketOf('bo'), 20))
      return nextTurn(queue)
    })
    expect(turns.map((taken) => taken.includes(long))).toEqual([false, true, false])
    expect(turns[1]).toEqual([long])
  })

  it('what one socket sent behind its long update stays behind it', () => {
    const queue = new ChangeQueue(defaultLimits)
    const ada = socketOf('ada')
    const [long, letter, other] = [sent(ada, 5_000), sent(ada, 20), sent(socketOf('bo'), 20)]
    for (const change of [long, letter, other]) queue.push(change)
    expect([nextTurn(queue), nextTurn(queue), nextTurn(queue)]).toEqual([[other], [long], [letter]])
  })

  it('what one socket sent in front of its long update stays in front of it, whosever turn it is', () => {
    const ada = socketOf('ada')
    const [letter, long, other] = [sent(ada, 20), sent(ada, 5_000), sent(socketOf('bo'), 5_000)]
    const given = { mayTake: () => true, isLongsTurn: true }
    expect(chooseTurn([letter, long], given).next).toEqual([letter])
    expect(chooseTurn([letter, long, other], given).next).toEqual([other])
    const much = Array.from({ length: 200 }, () => sent(ada, 20))
    const queue = new ChangeQueue(defaultLimits)
    for (const change of [...much, long]) queue.push(change)
    const taken: unknown[] = []
    while (queue.isWaiting) taken.push(...nextTurn(queue))
    expect(taken).toEqual([...much, long])
  })

  it('so much of one person’s is in a turn, and so much of all', () => {
    const queue = new ChangeQueue(defaultLimits)
    const people = Array.from({ length: 20 }, (_, person) => socketOf(`person ${person}`))
    for (const socket of people) for (let at = 0; at < 10; at++) queue.push(sent(socket, 900))
    const taken = nextTurn(queue) as Incoming[]
    expect(new Set(taken.map(({ from }) => from)).size).toBe(20)
    expect(taken.length).toBe(65)
    const alone = new ChangeQueue(defaultLimits)
    for (let at = 0; at < 30; at++) alone.push(sent(people[0]!, 900))
    expect(nextTurn(alone).length).toBe(16)
  })

  it('the next long update of a person, and of a network, waits for as long as the last took, but not at the end', () => {
    for (const [userId, network] of [
      ['ada', 'elsewhere'],
      ['somebody', 'ada'],
    ] as const) {
      const queue = new ChangeQueue(defaultLimits)
      queue.push(sent(socketOf('ada'), 5_000))
      queue.begin(0)
      queue.take()
      queue.took({ held: [], passedOver: [] })
      queue.committed(1_000)
      queue.push(sent({ ...socketOf(userId), network } as Connection, 5_000))
      expect(queue.waitMs(1_500)).toBe(500)
      queue.begin(1_500)
      expect(queue.waitingForTurn).toEqual([])
      queue.begin(1_500, true)
      expect(queue.waitingForTurn.length).toBe(1)
    }
  })
})
