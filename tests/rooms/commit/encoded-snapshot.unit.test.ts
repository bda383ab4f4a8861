import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { EncodedSnapshot, readyOf } from '../../../server/rooms/text/encoded-snapshot.ts'
import { seededRandom, type SeededRandom } from '../../helpers/seeded-random.ts'
import { editedApart } from '../../helpers/rooms/edited-apart.ts'

const seed = Number(process.env.READY_SEED ?? Math.floor(Math.random() * 2 ** 32))

/** The same by what Yjs makes of both: each item is at most as new as what is here, each deletion is here. */
function holdsByYjs(whole: Uint8Array, update: Uint8Array): boolean {
  const here = Y.decodeStateVector(Y.encodeStateVectorFromUpdate(whole))
  for (const { id, length } of Y.decodeUpdate(update).structs)
    if (id.clock + length > (here.get(id.client) ?? 0)) return false
  const deletionsOf = (...updates: Uint8Array[]) =>
    Y.mergeDeleteSets(updates.map((one) => Y.decodeUpdate(one).ds))
  return Y.equalDeleteSets(deletionsOf(whole), deletionsOf(whole, update))
}

/** What anybody may say of these texts: all of one, what it has more than another, or a piece of it. */
function saidOf(random: SeededRandom, docs: readonly Y.Doc[]): Uint8Array {
  const one = random.pick(docs)
  const vector = Y.decodeStateVector(Y.encodeStateVector(random.pick(docs)))
  for (const [client, end] of vector) if (random.chance(0.3)) vector.set(client, random.below(end + 1))
  const said = Y.encodeStateAsUpdate(one, Y.encodeStateVector(vector))
  return random.chance(0.5) ? said : Y.mergeUpdates([said, Y.encodeStateAsUpdate(random.pick(docs))])
}

describe('§3 who lacks half of a long text or more gets the whole, which is ready', () => {
  const snapshotOf = (letters: number) => {
    const doc = new Y.Doc()
    doc.getText('default').insert(0, 'a'.repeat(letters))
    const lacks = (clock: number) =>
      readyOf(doc).lacksMuch(Y.encodeStateVector(new Map([[doc.clientID, clock]])))
    return { lacks }
  }

  test('of a long one', () => {
    const { lacks } = snapshotOf(100_000)
    expect([1, 50_000, 50_001, 99_999, 100_000].map(lacks)).toEqual([true, true, false, false, false])
  })

  test('of a short one what is missing is made', () => {
    expect(snapshotOf(60_000).lacks(1)).toBe(false)
  })
})

describe(`§3 what somebody who does not write repeats is looked into without making anything of it (READY_SEED=${seed})`, () => {
  test('it is here where Yjs says so as well', async () => {
    const random = seededRandom(seed)
    const counts = { held: 0, new: 0 }
    for (let round = 0; round < 300; round++) {
      const docs = editedApart(random, random.chance(0.5))
      const here = docs[0]!
      if (random.chance(0.5)) for (const doc of docs) Y.applyUpdate(here, Y.encodeStateAsUpdate(doc))
      const ready = random.chance(0.5) ? readyOf(here) : new EncodedSnapshot(Y.encodeStateAsUpdate(here))
      const said = saidOf(random, docs)
      const holds = await ready.holds(said)
      expect(holds).toBe(holdsByYjs(ready.whole, said))
      counts[holds ? 'held' : 'new']++
    }
    expect(Math.min(counts.held, counts.new)).toBeGreaterThan(20)
  })

  test('a deletion of what nobody wrote, or of a letter more than is deleted, is new', async () => {
    const doc = new Y.Doc()
    doc.clientID = 5
    const text = doc.getText('default')
    text.insert(0, 'abcdefgh')
    text.delete(2, 3)
    const ready = readyOf(doc)
    const deleting = (client: number, clock: number, length: number) =>
      ready.holds(Uint8Array.of(0, 1, client, 1, clock, length))
    expect(await deleting(5, 2, 3)).toBe(true)
    expect(await deleting(5, 3, 1)).toBe(true)
    expect(await deleting(5, 1, 2)).toBe(false)
    expect(await deleting(5, 4, 2)).toBe(false)
    expect(await deleting(6, 2, 1)).toBe(false)
  })

  test('a client that stands in it twice is looked at twice', async () => {
    const doc = new Y.Doc()
    doc.clientID = 5
    doc.getText('default').insert(0, 'abc')
    // 200 letters that were collected, and then one
    const said = Uint8Array.of(2, 1, 5, 0, 0, 200, 1, 1, 5, 0, 0, 1, 0)
    expect(await readyOf(doc).holds(said)).toBe(false)
  })

  test('what is no update is told', async () => {
    const ready = readyOf(new Y.Doc())
    for (const bytes of [[], [1], [0, 1, 5, 9, 0], [0]])
      await expect(ready.holds(Uint8Array.from(bytes))).rejects.toThrow()
  })

  test('what is ready of a document is what its bytes say', () => {
    const random = seededRandom(seed)
    for (let round = 0; round < 30; round++) {
      const doc = editedApart(random)[0]!
      const [ready, same] = [readyOf(doc), new EncodedSnapshot(Y.encodeStateAsUpdate(doc))]
      expect(ready.vector).toEqual(Y.encodeStateVector(doc))
      expect(ready.isKnown(Y.diffUpdate(same.whole, same.vector))).toBe(true)
    }
  })
})
