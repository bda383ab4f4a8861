import { describe, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { joinUpdates, missingPart } from '../../../server/rooms/text/joined-updates.ts'
import { stretchesIn } from '../../../server/rooms/text/update-pieces.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { seededRandom, type SeededRandom } from '../../helpers/seeded-random.ts'

const seed = Number(process.env.JOIN_SEED ?? Math.floor(Math.random() * 2 ** 32))
const words = ['wall', ' 1 mm', '壁厚', '。', '👩‍🏭', '😀', 'é', '𠮷']

/** What several people write into each other's text, as a log has it, and the text. */
function logOf(random: SeededRandom, changes: number): { updates: Uint8Array[]; doc: Y.Doc } {
  const doc = new Y.Doc()
  const root = doc.getXmlFragment(textField)
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  const texts = () => root.toArray().flatMap((block) => (block as Y.XmlElement).toArray() as Y.XmlText[])
  for (let left = changes; left > 0; left--) {
    doc.clientID = 1_000 + random.below(4) * 300_000
    doc.transact(() => {
      const kind = random.below(6)
      const some = texts()
      if (kind === 0 || some.length === 0) {
        const block = new Y.XmlElement('paragraph')
        block.setAttribute('align', random.pick(words))
        root.insert(random.below(root.length + 1), [block])
        block.insert(0, [new Y.XmlText(random.pick(words))])
        return
      }
      const text = random.pick(some)
      const at = random.below(text.length + 1)
      if (kind === 1 && root.length > 1) root.delete(random.below(root.length), 1)
      else if (kind === 2) text.delete(at, random.below(text.length - at + 1))
      else if (kind === 3) text.format(0, text.length, { bold: random.chance(0.5) ? true : null })
      else text.insert(at, random.pick(words))
    })
  }
  return { updates, doc }
}

const asUpdate = (deletions: Uint8Array) => Uint8Array.from([0, ...deletions])

describe(`a log put together as bytes is what Yjs makes of it (JOIN_SEED=${seed})`, () => {
  test('whatever was written, whether or not it begins with a base', async () => {
    const random = seededRandom(seed)
    for (let round = 0; round < 60; round++) {
      const { updates, doc } = logOf(random, random.below(60))
      const folded = random.below(updates.length + 1)
      const base = new Y.Doc()
      for (const update of updates.slice(0, folded)) Y.applyUpdate(base, update)
      const logged = [...(folded > 0 ? [Y.encodeStateAsUpdate(base)] : []), ...updates.slice(folded)]
      const joined = (await joinUpdates(logged))!
      const read = new Y.Doc()
      Y.applyUpdate(read, joined.whole)
      expect(Y.encodeStateAsUpdate(read)).toEqual(Y.encodeStateAsUpdate(doc))
      expect(joined.vector).toEqual(Y.encodeStateVector(doc))
      expect(joined.vector).toEqual(Y.encodeStateVectorFromUpdate(joined.whole))
      expect(asUpdate(joined.deletions)).toEqual(Y.encodeStateAsUpdate(doc, joined.vector))
    }
  })

  test('a long one lets others have their turn, and is the same', async () => {
    const doc = new Y.Doc()
    const root = doc.getXmlFragment(textField)
    doc.transact(() => root.push(Array.from({ length: 3_500 }, () => new Y.XmlElement('paragraph'))))
    const base = Y.encodeStateAsUpdate(doc)
    const before = Y.encodeStateVector(doc)
    doc.transact(() => root.delete(0, 9))
    // a clock that goes on with each look at it
    let now = performance.now()
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 10))
    let turns = 0
    const counting = setInterval(() => turns++, 0)
    const log = [base, Y.encodeStateAsUpdate(doc, before)]
    const joined = (await joinUpdates(log))!
    clearInterval(counting)
    clock.mockRestore()
    expect(turns).toBeGreaterThan(0)
    expect(Uint8Array.from(joined.whole)).toEqual(Y.mergeUpdates(log))
    expect(joined.vector).toEqual(before)
  })

  test('an update that comes twice, or before what it builds on, or with a gap, is left to Yjs', async () => {
    const { updates } = logOf(seededRandom(seed), 200)
    const whole = Y.mergeUpdates(updates)
    expect(await joinUpdates([whole, updates.at(-1)!, whole])).toBeNull()
    const own = updates.filter((update) => Y.parseUpdateMeta(update).from.has(1_000))
    expect(await joinUpdates(own.slice(1))).toBeNull()
    expect(await joinUpdates([Y.mergeUpdates([own[0]!, own.at(-1)!])])).toBeNull()
  })

  test('of nothing it is nothing', async () => {
    const { whole, vector } = (await joinUpdates([]))!
    expect([...whole]).toEqual([0, 0])
    expect([...vector]).toEqual([0])
  })
})

describe(`what somebody lacks who comes back is what Yjs makes of it (JOIN_SEED=${seed})`, () => {
  /** Any of what a text's clients wrote, and of some that nobody knows. */
  const vectorIn = (random: SeededRandom, doc: Y.Doc) => {
    const some = new Map<number, number>()
    for (const [client, end] of Y.decodeStateVector(Y.encodeStateVector(doc)))
      if (random.chance(0.8)) some.set(client, random.below(end + 2))
    if (random.chance(0.2)) some.set(7, 5)
    return Y.encodeStateVector(some)
  }

  test('byte for byte, wherever it begins', async () => {
    const random = seededRandom(seed)
    for (let round = 0; round < 60; round++) {
      const { doc } = logOf(random, random.below(80))
      const whole = Y.encodeStateAsUpdate(doc)
      const theirs = vectorIn(random, doc)
      expect(Uint8Array.from(await missingPart(whole, theirs))).toEqual(Y.diffUpdate(whole, theirs))
    }
  })

  test('also of a text in which something is missing', async () => {
    const { updates } = logOf(seededRandom(seed), 200)
    const own = updates.filter((update) => Y.parseUpdateMeta(update).from.has(1_000))
    const whole = Y.mergeUpdates([own[0]!, own.at(-1)!])
    const theirs = Y.encodeStateVector(new Map([[1_000, 1]]))
    expect(Uint8Array.from(await missingPart(whole, theirs))).toEqual(Y.diffUpdate(whole, theirs))
  })

  test('a long struct is not taken apart for it: who has its beginning gets it whole, and the same text', async () => {
    const doc = new Y.Doc()
    const beginning: Uint8Array[] = []
    doc.on('update', (update: Uint8Array) => beginning.push(update))
    const root = doc.getXmlFragment(textField)
    for (let index = 0; index < 3; index++) root.push([new Y.XmlText(`${index} `.repeat(80_000))])
    const last = new Y.XmlText('3 '.repeat(10_000))
    root.push([last])
    const theirs = Y.encodeStateVector(doc)
    const had = beginning.length
    last.insert(last.length, '3 '.repeat(70_000))
    for (const index of [4, 5]) root.push([new Y.XmlText(`${index} `.repeat(80_000))])
    const whole = Y.encodeStateAsUpdate(doc)
    for (const stretch of stretchesIn(whole, 1_000)) expect(stretch.count).toBeLessThanOrEqual(2)
    const part = await missingPart(whole, theirs)
    // they have three of them, and the fourth as far as its middle
    const [begin] = Y.parseUpdateMeta(part).from.values()
    expect(begin).toBe(3 * 160_001)
    const reader = new Y.Doc()
    for (const update of beginning.slice(0, had)) Y.applyUpdate(reader, update)
    expect(Y.encodeStateVector(reader)).toEqual(theirs)
    Y.applyUpdate(reader, part)
    expect(Y.encodeStateAsUpdate(reader)).toEqual(whole)
  })

  test('a vector that is none is told', async () => {
    await expect(missingPart(Uint8Array.of(0, 0), Uint8Array.of(9, 1))).rejects.toThrow()
  })
})
