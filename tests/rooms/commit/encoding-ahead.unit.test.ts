import { expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { EncodingAhead } from '../../../server/rooms/text/encoding-ahead.ts'
import { readyOf } from '../../../server/rooms/text/encoded-snapshot.ts'

const long = 1_000_000

/** A clock by which each look finds a slice used up. */
function everySliceIsUsedUp(): void {
  let now = performance.now()
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 6))
}

/** A text by some authors, whose pieces are many: each author's letters stand between those of another. */
function textOf(authors: number, letters: number): Y.Doc {
  const doc = new Y.Doc()
  const text = doc.getText('default')
  for (let author = 1; author <= authors; author++) {
    doc.clientID = author
    doc.transact(() => {
      for (let at = 0; at < letters; at++) text.insert((at * 7_919) % (text.length + 1), 'a')
      for (let at = 0; at < letters / 50; at++) text.delete((at * 31) % text.length, 1)
    })
  }
  return doc
}

function readBack(whole: Uint8Array): Y.Doc {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, whole)
  expect([doc.store.pendingStructs, doc.store.pendingDs]).toEqual([null, null])
  return doc
}

test('in slices a text is put into the bytes that Yjs makes of it at one go', async () => {
  everySliceIsUsedUp()
  const doc = textOf(4, 2_500)
  const ahead = new EncodingAhead(doc)
  const begun = ahead.begin(long)
  expect(ahead.begin(long)).toBe(begun)
  let turns = 0
  let isOver = false
  void begun!.then(() => (isOver = true))
  for (; !isOver; turns++) await new Promise((resolve) => setTimeout(resolve, 1))
  expect(turns).toBeGreaterThan(3)
  expect(ahead.begin(long)).toBeNull()
  const [ours, theirs] = [ahead.finish(), readyOf(doc)]
  expect(Buffer.compare(ours.whole, theirs.whole)).toBe(0)
  expect(Buffer.compare(ours.vector, theirs.vector)).toBe(0)
  expect(ours.isKnown(Y.encodeStateAsUpdate(doc, theirs.vector))).toBe(true)
})

test('what is written, deleted and made one between the slices is in it as it stands at last', async () => {
  everySliceIsUsedUp()
  const doc = textOf(3, 2_500)
  const text = doc.getText('default')
  const ahead = new EncodingAhead(doc)
  let isOver = false
  void ahead.begin(long)!.then(() => (isOver = true))
  let round = 0
  const edit = () => {
    doc.clientID = 1 + (round++ % 5)
    text.insert((round * 97) % text.length, 'new words ')
    text.delete((round * 613) % (text.length - 60), 50)
    text.insert(text.length, 'typed on')
  }
  while (!isOver) {
    edit()
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  edit()
  expect(round).toBeGreaterThan(3)
  const { whole, vector } = ahead.finish()
  const read = readBack(whole)
  expect(read.getText('default').toJSON()).toBe(text.toJSON())
  expect(Y.decodeStateVector(vector)).toEqual(Y.decodeStateVector(Y.encodeStateVector(doc)))
  expect(Y.encodeStateVector(read).length).toBe(vector.length)
  // what is deleted is, for whoever comes back with words behind it
  const rest = Y.encodeStateAsUpdate(doc, vector)
  const deletions = Y.decodeUpdate(Y.encodeStateAsUpdate(read, vector)).ds
  expect(deletions).toEqual(Y.decodeUpdate(rest).ds)
})

test('asked for before the slices are through, it is made of what there is; what is old is made anew', async () => {
  const doc = textOf(3, 1_000)
  const ahead = new EncodingAhead(doc)
  expect(ahead.begin(1_000)).toBeNull()
  everySliceIsUsedUp()
  const begun = ahead.begin(long)
  doc.getText('default').insert(0, 'first ')
  expect(readBack(ahead.finish().whole).getText('default').toJSON()).toBe(doc.getText('default').toJSON())
  await begun
  await ahead.begin(long)
  expect(ahead.isBegun).toBe(true)
  const later = performance.now() + 10_000
  vi.spyOn(performance, 'now').mockImplementation(() => later)
  expect(ahead.isBegun).toBe(false)
  expect(Buffer.compare(ahead.finish().whole, Y.encodeStateAsUpdate(doc))).toBe(0)
})
