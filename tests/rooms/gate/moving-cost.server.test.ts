import * as encoding from 'lib0/encoding'
import { describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { checkUpdate } from '../../../server/rooms/gate/update-check.ts'
import { seededRandom } from '../../helpers/seeded-random.ts'
import { blockIn, editedApart } from '../../helpers/rooms/edited-apart.ts'
import { entriesOf, asAda, codeOf, openText, range } from '../../helpers/rooms/kept-text.ts'
import { changeOf } from '../../helpers/rooms/wire-client.ts'

const seed = Number(process.env.MOVE_SEED ?? Math.floor(Math.random() * 2 ** 32))

/** What the gate says that an update moves, and what it lets through of it. */
function checkedFor(doc: Y.Doc, update: Uint8Array) {
  const checked = checkUpdate(update, asAda(doc))
  if ('missing' in checked) throw new Error('the update is missing something')
  return { counted: checked.movedItems, taken: checked.update }
}

const countedFor = (doc: Y.Doc, update: Uint8Array): number => checkedFor(doc, update).counted

/** What Yjs moves to take an update, in its lists of each author's items. */
function movedBy(doc: Y.Doc, update: Uint8Array): number {
  let moved = 0
  const watched = new WeakSet<object>()
  const watch = () => {
    for (const structs of doc.store.clients.values()) {
      if (watched.has(structs)) continue
      watched.add(structs)
      structs.splice = function splice(this: unknown[], at: number, count: number, ...more: unknown[]) {
        moved += this.length - at - count
        return Array.prototype.splice.call(this, at, count, ...more)
      } as never
    }
  }
  watch()
  doc.once('beforeObserverCalls', watch)
  Y.applyUpdate(doc, update)
  return moved
}

const deletion = (client: number, ranges: readonly (readonly [number, number])[]): Uint8Array =>
  encoding.encode((encoder) => {
    for (const number of [0, 1, client, ranges.length, ...ranges.flat()]) {
      encoding.writeVarUint(encoder, number)
    }
  })

/** A document of one author with so many paragraphs, and the update that deletes them all. */
function ownChapter(paragraphs: number) {
  const doc = new Y.Doc()
  doc.clientID = 1
  doc.transact(() => range(paragraphs).forEach((index) => blockIn(doc, index)))
  const whole = Y.encodeStateAsUpdate(doc)
  const before = Y.encodeStateVector(doc)
  doc.getXmlFragment('default').delete(0, paragraphs)
  return { whole, deleted: Y.encodeStateAsUpdate(doc, before) }
}

describe('what an update makes Yjs move in authors’ lists of items', () => {
  it(`no less is counted than is moved, but for what is cut and joined again (MOVE_SEED=${seed})`, () => {
    for (const round of range(120)) {
      const random = seededRandom(seed + round)
      const [room, ...others] = editedApart(random)
      for (const other of others) {
        const update = Y.encodeStateAsUpdate(other)
        const { counted, taken } = checkedFor(room!, update)
        let structs = 0
        for (const list of room!.store.clients.values()) structs += list.length
        const moved = movedBy(room!, taken)
        expect(moved, `MOVE_SEED=${seed + round}`).toBeLessThanOrEqual(2 * counted + structs)
      }
    }
  })

  it('what is written beside what is gone already joins too: it is counted as what it moves', () => {
    const doc = new Y.Doc()
    doc.clientID = 1
    for (const index of range(2)) blockIn(doc, index)
    const root = doc.getXmlFragment('default')
    const blocks = root.toArray() as Y.XmlElement[]
    const anchors = blocks.map((block) => (block.get(0) as Y.XmlText)._start!.id)
    root.delete(0, 1)
    const room = new Y.Doc()
    Y.applyUpdate(room, Y.encodeStateAsUpdate(doc))
    const count = 1_000
    const update = encoding.encode((encoder) => {
      for (const number of [1, 3 * count, 2, 0]) encoding.writeVarUint(encoder, number)
      for (const index of range(3 * count)) {
        const { client, clock } = anchors[index % 3 === 2 ? 1 : 0]!
        // a letter behind the first of the words
        encoding.writeUint8(encoder, 0x84)
        for (const number of [client, clock]) encoding.writeVarUint(encoder, number)
        encoding.writeVarString(encoder, 'b')
      }
      encoding.writeVarUint(encoder, 0)
    })
    const counted = countedFor(room, update)
    const moved = movedBy(room, update)
    expect(moved).toBeGreaterThan((count * count) / 2)
    expect(moved).toBeLessThanOrEqual(counted)
  })

  it('what an author adds joins what was collected of theirs before: it is counted as what it moves', () => {
    const doc = new Y.Doc()
    doc.clientID = 1
    blockIn(doc, 0)
    const room = new Y.Doc()
    Y.applyUpdate(room, Y.encodeStateAsUpdate(doc))
    room.getXmlFragment('default').delete(0, 1)
    // the author does not know of that, writes in the block that is gone, and then elsewhere
    const words = (doc.getXmlFragment('default').get(0) as Y.XmlElement).get(0) as Y.XmlText
    words.insert(4, 'x')
    for (const index of range(1_000)) blockIn(doc, index + 1)
    const { counted, taken } = checkedFor(room, Y.encodeStateAsUpdate(doc))
    const moved = movedBy(room, taken)
    expect(moved).toBeGreaterThanOrEqual(3_000)
    expect(moved).toBeLessThanOrEqual(counted)
  })

  it('deleting a long text that one person wrote is counted as what it moves, whether all of it is named or only the blocks', () => {
    const { whole, deleted } = ownChapter(600)
    const [named, unnamed] = [new Y.Doc(), new Y.Doc()]
    for (const doc of [named, unnamed]) Y.applyUpdate(doc, whole)
    const blocks: [number, number][] = []
    for (let item = unnamed.getXmlFragment('default')._start; item; item = item.right) {
      blocks.push([item.id.clock, 1])
    }
    for (const [doc, update] of [
      [named, deleted],
      [unnamed, deletion(1, blocks)],
    ] as const) {
      const counted = countedFor(doc, update)
      const moved = movedBy(doc, update)
      expect(moved).toBeGreaterThan(100_000)
      expect(counted).toBeGreaterThanOrEqual(moved)
      expect(counted).toBeLessThan(2 * moved)
    }
  })

  it('every third of many small items is kept: what would be moved is refused, also in portions', async () => {
    const room = await openText({ movedItems: 1_600_000, movedItemsPerSecond: 1 })
    const doc = new Y.Doc()
    doc.clientID = 1
    const blocks = range(6_000).map(() => new Y.XmlElement('horizontalRule'))
    doc.getXmlFragment('default').push(blocks)
    expect(codeOf(() => room.take(Y.encodeStateAsUpdate(doc), 'ada'))).toBe('taken')
    const ranges = range(2_000).map((index) => [3 * index, 2] as const)
    expect(codeOf(() => room.take(deletion(1, ranges), 'bo'))).toBe('update_too_complex')
    const outcomes = range(8).map((portion) =>
      codeOf(() => room.take(deletion(1, ranges.slice(portion * 250, portion * 250 + 250)), 'bo')),
    )
    expect(outcomes[0]).toBe('taken')
    expect(outcomes.at(-1)).toBe('too_many_updates')
  })

  it('who deletes a long text, takes it back and deletes it again is refused nothing for good: it passes later', async () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(1_000)
    const doc = new Y.Doc()
    const root = doc.getXmlFragment('default')
    const change = (act: () => void) => {
      const before = Y.encodeStateVector(doc)
      doc.transact(act)
      return Y.encodeStateAsUpdate(doc, before)
    }
    const write = () => change(() => range(300).forEach((index) => blockIn(doc, index)))
    const remove = () => change(() => root.delete(0, root.length))
    const first = write()
    const copy = new Y.Doc()
    Y.applyUpdate(copy, first)
    const updates = [remove(), write(), remove(), write(), remove()]
    const movedItems = Math.ceil(countedFor(copy, updates[0]!) * 1.2)
    const room = await openText({ movedItems, movedItemsPerSecond: movedItems / 100 })
    const take = (update: Uint8Array) => codeOf(() => room.take(update, 'ada'))
    expect([first, ...updates].map(take)).toEqual([...Array(5).fill('taken'), 'too_many_updates'])
    // somebody else is not held up
    expect(take(updates.at(-1)!)).toBe('too_many_updates')
    for (const update of updates.slice(0, -1)) Y.applyUpdate(copy, update)
    const words = (copy.getXmlFragment('default').get(0) as Y.XmlElement).get(0) as Y.XmlText
    const letter = changeOf(copy, () => words.insert(1, 'x'))
    expect(codeOf(() => room.take(letter, 'bo'))).toBe('taken')
    now.mockReturnValue(101_000)
    expect(take(updates.at(-1)!)).toBe('taken')
    expect(room.bytes().whole.length).toBeLessThan(first.length)
  })

  it.each([
    ['all of it', 1],
    ['every second', 2],
  ])(
    '6,000 blocks of one author, %s deleted: in parts, with the same result as at one go',
    async (_, step) => {
      const doc = new Y.Doc()
      const root = doc.getXmlFragment('default')
      const blocks = range(6_000).map((index) => {
        const block = new Y.XmlElement('paragraph')
        block.insert(0, [new Y.XmlText(`word ${index}`)])
        return block
      })
      doc.transact(() => root.push(blocks))
      const whole = Y.encodeStateAsUpdate(doc)
      const deleted = changeOf(doc, () => {
        for (let at = root.length - 1; at >= 0; at -= step) root.delete(at, 1)
      })
      const room = await openText({}, whole)
      const taken = room.take(deleted, 'ada')
      if ('missing' in taken || !taken.rest) throw new Error('the deletion was not taken in parts')
      const copy = new Y.Doc()
      Y.applyUpdate(copy, whole)
      const entries = entriesOf(taken.rest)
      expect(entries.length).toBeGreaterThan(2)
      for (const { update } of entries) Y.applyUpdate(copy, update)
      const expected = Buffer.from(Y.encodeStateAsUpdate(doc))
      expect(Buffer.compare(Buffer.from(room.bytes().whole), expected)).toBe(0)
      expect(Buffer.compare(Buffer.from(Y.encodeStateAsUpdate(copy)), expected)).toBe(0)
    },
  )

  it('behind a long text, parts go by what they move and not by their letters; what is deleted with its holder, too', async () => {
    for (const isWhole of [true, false]) {
      const doc = new Y.Doc()
      const root = doc.getXmlFragment('default')
      doc.transact(() => {
        const long = new Y.XmlElement('paragraph')
        long.insert(0, [new Y.XmlText('a wall of 1 mm, '.repeat(20_000))])
        root.push([long])
        root.push(
          range(6_000).map((index) => {
            const block = new Y.XmlElement('paragraph')
            block.insert(0, [new Y.XmlText(`word ${index}`)])
            return block
          }),
        )
      })
      const whole = Y.encodeStateAsUpdate(doc)
      const piecesBefore = doc.store.clients.get(doc.clientID)!.length
      // whoever names the paragraphs alone deletes as much
      const ids = root.toArray().map(({ _item }) => _item!.id)
      const deleted = isWhole ? changeOf(doc, () => root.delete(0, root.length)) : deletionOf(ids)
      const room = await openText({}, whole)
      const taken = room.take(deleted, 'ada')
      if ('missing' in taken || !taken.rest) throw new Error('the deletion was not taken in parts')
      const sizes = entriesOf(taken.rest).map(({ update }) => deletedPieces(whole, update))
      expect(sizes.length).toBeGreaterThan(2)
      expect(Math.max(...sizes)).toBeLessThan((2 * piecesBefore) / sizes.length)
    }
  })

  it('a text of 3,000 paragraphs can be deleted whole, and a word be replaced in all of them', async () => {
    for (const authors of [1, 40]) {
      const room = await openText()
      const doc = new Y.Doc()
      doc.transact(() => {
        for (const index of range(3_000)) {
          doc.clientID = 1 + (index % authors)
          blockIn(doc, index, 'the old word and some more')
        }
      })
      expect(codeOf(() => room.take(Y.encodeStateAsUpdate(doc), 'ada'))).toBe('taken')
      const change = (act: () => void) => {
        const before = Y.encodeStateVector(doc)
        doc.clientID = 1_000 + authors
        doc.transact(act)
        return codeOf(() => room.take(Y.encodeStateAsUpdate(doc, before), 'ada'))
      }
      const root = doc.getXmlFragment('default')
      const replaced = change(() => {
        for (const block of root.toArray() as Y.XmlElement[]) {
          const text = block.get(0) as Y.XmlText
          text.delete(4, 3)
          text.insert(4, 'new')
        }
      })
      expect(replaced).toBe('taken')
      expect(change(() => root.delete(0, 3_000))).toBe('taken')
    }
  })
})

/** An update that deletes items of one author, of one place each. */
const deletionOf = (ids: readonly Y.ID[]): Uint8Array =>
  encoding.encode((encoder) => {
    for (const value of [0, 1, ids[0]!.client, ids.length]) encoding.writeVarUint(encoder, value)
    for (const { clock } of ids) {
      encoding.writeVarUint(encoder, clock)
      encoding.writeVarUint(encoder, 1)
    }
  })

/** How many pieces of a document an update names to be deleted. */
function deletedPieces(whole: Uint8Array, update: Uint8Array): number {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, whole)
  let count = 0
  for (const [client, ranges] of Y.decodeUpdate(update).ds.clients) {
    for (const { id, length } of doc.store.clients.get(client)!) {
      const isNamed = ranges.some(({ clock, len }) => clock < id.clock + length && id.clock < clock + len)
      if (isNamed) count++
    }
  }
  return count
}
