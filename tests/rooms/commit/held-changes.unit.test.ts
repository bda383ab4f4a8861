import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { defaultLimits } from '../../../shared/limits.ts'
import { ChangeQueue } from '../../../server/rooms/commit/change-queue.ts'
import { takeTurn } from '../../../server/rooms/commit/turn.ts'
import type { Incoming } from '../../../server/rooms/connection/connection.ts'
import type { Steps } from '../../../server/rooms/gate/steps.ts'
import type { RoomText } from '../../../server/rooms/text/room-text.ts'
import { sentBy, socketOf } from '../../helpers/rooms/sent-change.ts'

const from = socketOf('ada')
const incoming = (update: Uint8Array): Incoming => sentBy(from, update)

/** As many letters, one behind the other, each in an update of its own. */
function lettersOf(clientId: number, count: number): Uint8Array[] {
  const doc = new Y.Doc()
  doc.clientID = clientId
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  for (let at = 0; at < count; at++) doc.getText('t').insert(at, 'a')
  return updates
}

/** A text that takes what builds on nothing missing, and counts its looks. */
function countingText() {
  const doc = new Y.Doc()
  const end = (client: number) => Y.getState(doc.store, client)
  const counting = {
    looks: 0,
    doc,
    holds: ({ client, clock }: { client: number; clock: number }) => clock < end(client),
    // oxlint-disable-next-line require-yield -- a step that is the last one
    *takeInSteps(update: Uint8Array): Steps<ReturnType<RoomText['take']>> {
      counting.looks++
      for (const [client, clock] of Y.parseUpdateMeta(update).from) {
        if (clock > end(client)) return { missing: { client, clock: clock - 1 } }
      }
      Y.applyUpdate(doc, update)
      return { entry: null }
    },
  }
  return counting
}
const asText = (counting: ReturnType<typeof countingText>) => counting as unknown as RoomText

test('what was sent backwards is taken with two looks at each, not with the square of their number', async () => {
  const text = countingText()
  const updates = lettersOf(5, 600)
  const { held } = await takeTurn(
    asText(text),
    updates.slice(1).toReversed().map(incoming),
    [],
    [],
    () => false,
  )
  expect([held.length, text.looks]).toEqual([599, 599])
  const turn = await takeTurn(asText(text), [incoming(updates[0]!)], held, [], () => false)
  expect([turn.held.length, turn.done.length]).toEqual([0, 600])
  expect(text.doc.getText('t').length).toBe(600)
  expect(text.looks).toBe(599 + 600)
})

test('a turn that frees nothing looks at nothing that is held', async () => {
  const text = countingText()
  const held = lettersOf(5, 500).slice(1).map(incoming)
  for (const change of held) change.awaited = { client: 5, clock: 0 }
  const turn = await takeTurn(asText(text), lettersOf(6, 20).map(incoming), held, [], () => false)
  expect([turn.held.length, turn.done.length, text.looks]).toEqual([499, 20, 20])
})

test('one that misses many things is looked at a few times in a turn, and taken in a later one', async () => {
  const text = countingText()
  const others = Array.from({ length: 30 }, (_, at) => lettersOf(100 + at, 2))
  const many = incoming(Y.mergeUpdates(others.map(([, second]) => second!)))
  const firsts = others.map(([first]) => incoming(first!))
  let looks = 0
  const { takeInSteps } = text
  text.takeInSteps = (update) => {
    if (update === many.update) looks++
    return takeInSteps(update)
  }
  let [held, turns] = [[many], 0]
  for (const first of firsts) {
    held = (await takeTurn(asText(text), [first], held, [], () => false)).held
    turns++
  }
  while (held.length > 0) {
    held = (await takeTurn(asText(text), [], held, [], () => false)).held
    turns++
  }
  expect(looks).toBeLessThanOrEqual(turns + 1)
  expect(text.holds({ client: 129, clock: 1 })).toBe(true)
})

test('what is held back counts by its number too: letters are many long before they are many bytes', () => {
  const queue = new ChangeQueue(defaultLimits)
  const held = lettersOf(5, 3_000).slice(1).map(incoming)
  expect(held.reduce((sum, { update }) => sum + update.length, 0)).toBeLessThan(262_144)
  for (const change of held) queue.push(change)
  queue.begin()
  queue.take()
  queue.took({ held, passedOver: [] })
  expect(new Set(queue.overflowing())).toEqual(new Set([from]))
})

test('who has something held back ends nobody’s turn when they are suspended, and nothing of theirs that is freed meanwhile is taken', () => {
  const [ada, bo] = [socketOf('ada'), socketOf('bo')]
  const queue = new ChangeQueue(defaultLimits)
  const held = sentBy(bo, new Uint8Array(20))
  queue.push(held)
  queue.begin()
  queue.take()
  queue.took({ held: [held], passedOver: [] })
  const long = sentBy(ada, new Uint8Array(5_000))
  queue.push(long)
  queue.begin()
  expect(queue.take()).toEqual({ changes: [long], held: [held] })
  expect(queue.mustEnd(long)).toBe(false)
  queue.suspend(bo)
  expect([queue.mustEnd(long), queue.isInTurn(bo)]).toEqual([false, false])
  // freed by what was put in: it is not begun
  expect(queue.mustEnd(held)).toBe(true)
  expect(queue.isInTurn(bo)).toBe(true)
  queue.took({ held: [], passedOver: [held] })
  expect([queue.isInTurn(bo), queue.isInTurn(ada), queue.isWaiting]).toEqual([false, true, false])
  expect(queue.resume(bo)).toEqual([held])
})
