import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { written } from '../../../server/rooms/text/update-parts.ts'
import { seededRandom } from '../../helpers/seeded-random.ts'
import { blockIn } from '../../helpers/rooms/edited-apart.ts'
import { entriesOf, openText } from '../../helpers/rooms/kept-text.ts'

const seed = Number(process.env.UNSEEN_SEED ?? Math.floor(Math.random() * 2 ** 32))
const textOf = (doc: Y.Doc) => (doc.getXmlFragment('default').get(0) as Y.XmlElement).get(0) as Y.XmlText

/** A text of two paragraphs at li and at ada; li has typed "ab" into the first, which ada has, and "cd" behind it, which she has not. */
async function apart() {
  const li = new Y.Doc()
  li.clientID = 1
  blockIn(li, 0, 'Wall 1 mm')
  blockIn(li, 1, 'Gate')
  const typed = 2
  li.clientID = typed
  textOf(li).insert(4, 'ab')
  const ada = new Y.Doc()
  ada.clientID = 3
  Y.applyUpdate(ada, Y.encodeStateAsUpdate(li))
  const clock = Y.getState(li.store, typed)
  textOf(li).insert(6, 'cd')
  const room = await openText({}, Y.encodeStateAsUpdate(li))
  const sent = (change: () => void): Uint8Array => {
    let update: Uint8Array = new Uint8Array()
    ada.once('update', (made: Uint8Array) => (update = made))
    change()
    return update
  }
  return { li, ada, typed, clock, room, sent }
}

test.each([false, true])(
  'of a long passage that goes in parts, what was unseen is not named either (replaced: %s)',
  async (isReplaced) => {
    const li = new Y.Doc()
    li.clientID = 1
    const root = li.getXmlFragment('default')
    li.transact(() => {
      for (let at = 0; at < 5_000; at++) {
        const block = new Y.XmlElement('paragraph')
        block.insert(0, [new Y.XmlText('Wall')])
        root.push([block])
      }
    })
    const ada = new Y.Doc()
    ada.clientID = 3
    Y.applyUpdate(ada, Y.encodeStateAsUpdate(li))
    li.clientID = 2
    ;((root.get(2_500) as Y.XmlElement).get(0) as Y.XmlText).insert(2, 'unseen')
    const room = await openText({}, Y.encodeStateAsUpdate(li))
    let update: Uint8Array = new Uint8Array()
    ada.once('update', (made: Uint8Array) => (update = made))
    ada.transact(() => {
      const own = ada.getXmlFragment('default')
      own.delete(0, own.length)
      if (isReplaced) own.insert(0, [new Y.XmlElement('paragraph')])
    })
    const taken = room.take(update, 'ada')
    const entries = 'missing' in taken ? [] : entriesOf(taken.rest)
    expect(entries.length).toBeGreaterThan(1)
    const named = entries.filter((entry) => Y.isDeleted(Y.decodeUpdate(entry.update).ds, Y.createID(2, 0)))
    expect(named).toEqual([])
  },
)

test('what goes with a passage unseen is not named to others, goes with it there too, and is gone for who joins', async () => {
  const { li, ada, typed, clock, room, sent } = await apart()
  const taken = room.take(
    sent(() => ada.getXmlFragment('default').delete(0)),
    'ada',
  )
  if (!('entry' in taken) || !taken.entry) throw new Error('it was not taken')
  const { ds } = Y.decodeUpdate(taken.entry.update)
  const isNamed = [-1, 0, 1].map((more) => Y.isDeleted(ds, Y.createID(typed, clock + more)))
  expect(isNamed).toEqual([true, false, false])
  Y.applyUpdate(li, taken.entry.update)
  const joined = new Y.Doc()
  Y.applyUpdate(joined, room.bytes().whole)
  for (const doc of [li, joined])
    expect(doc.getXmlFragment('default').toString()).toBe('<paragraph>Gate</paragraph>')
})

test('who comes back with all that they ever deleted names no more by it', async () => {
  const { ada, typed, clock, room } = await apart()
  // long words that others have seen go, come and go
  for (let round = 0; round < 5; round++) {
    const text = (ada.getXmlFragment('default').get(1) as Y.XmlElement).get(0) as Y.XmlText
    text.insert(0, 'x'.repeat(200))
    text.delete(0, 200)
  }
  ada.getXmlFragment('default').delete(0)
  const taken = room.take(Y.encodeStateAsUpdate(ada), 'ada')
  if (!('entry' in taken) || !taken.entry) throw new Error('it was not taken')
  const { ds } = Y.decodeUpdate(taken.entry.update)
  const isNamed = [-1, 0, 1].map((more) => Y.isDeleted(ds, Y.createID(typed, clock + more)))
  expect(isNamed).toEqual([true, false, false])
})

test('what was seen, and what stands in a text that stays, is named as it was sent', async () => {
  const { li, ada, typed, clock, room, sent } = await apart()
  Y.applyUpdate(ada, Y.encodeStateAsUpdate(li))
  const update = sent(() => ada.getXmlFragment('default').delete(0))
  const taken = room.take(update, 'ada')
  if (!('entry' in taken) || !taken.entry) throw new Error('it was not taken')
  expect(Y.isDeleted(Y.decodeUpdate(taken.entry.update).ds, Y.createID(typed, clock))).toBe(true)
})

test(`what is logged of a change is what the room did, in whatever order it names what it deletes (seed ${seed})`, async () => {
  const random = seededRandom(seed)
  for (let round = 0; round < 60; round++) {
    const { li, ada } = await apart()
    for (let count = random.below(4); count >= 0; count--) textOf(li).insert(random.below(5), 'xyz')
    if (random.below(2)) textOf(ada).delete(1, 2)
    const before = Y.encodeStateAsUpdate(li)
    const room = await openText({}, before)
    let update: Uint8Array = new Uint8Array()
    ada.once('update', (made: Uint8Array) => (update = made))
    ada.transact(() => {
      if (random.below(2)) ada.getXmlFragment('default').delete(0)
      else textOf(ada).delete(0, 3)
    })
    const { structs, ds } = Y.decodeUpdate(update)
    const clients = new Map(
      [...ds.clients].map(([client, ranges]) => {
        const pieces = ranges.flatMap(({ clock, len }) =>
          Array.from({ length: len }, (_, at) => ({ clock: clock + at, len: 1 })),
        )
        return [client, pieces.toSorted(() => random.below(3) - 1)]
      }),
    )
    const taken = room.take(written(structs, { clients }), 'ada')
    if (!('entry' in taken) || !taken.entry) throw new Error('it was not taken')
    const logged = new Y.Doc()
    Y.applyUpdate(logged, before)
    Y.applyUpdate(logged, taken.entry.update)
    expect(logged.store.pendingDs).toBeNull()
    const now = new Y.Doc()
    Y.applyUpdate(now, room.bytes().whole)
    expect(Y.equalSnapshots(Y.snapshot(logged), Y.snapshot(now))).toBe(true)
    expect(logged.getXmlFragment('default').toString()).toBe(now.getXmlFragment('default').toString())
  }
})
