import * as encoding from 'lib0/encoding'
import { describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { checkUpdate } from '../../../server/rooms/gate/update-check.ts'
import { pairsIn } from '../../../server/rooms/gate/conflict-pairs.ts'
import { Lists } from '../../../server/rooms/gate/list-order.ts'
import { inOrder } from '../../../server/rooms/gate/update-order.ts'
import { seededRandom } from '../../helpers/seeded-random.ts'
import { string, writtenUpdate } from '../../helpers/rooms/written-update.ts'
import { blockIn, editedApart } from '../../helpers/rooms/edited-apart.ts'
import { entriesOf, asAda, codeOf, openText, range } from '../../helpers/rooms/kept-text.ts'
import { changeOf, paragraph } from '../../helpers/rooms/wire-client.ts'

const seed = Number(process.env.ORDER_SEED ?? Math.floor(Math.random() * 2 ** 32))

/** Puts what is new in an update into lists beside the document; the lists, and what it looked at. */
function simulate(doc: Y.Doc, update: Uint8Array): Lists {
  const lists = new Lists(
    doc,
    () => {},
    () => false,
  )
  const fresh = Y.decodeUpdate(update).structs.filter(
    ({ id, length }) => id.clock + length > Y.getState(doc.store, id.client),
  )
  for (const struct of inOrder(fresh)) lists.put(struct)
  return lists
}

const idsOf = (doc: Y.Doc): string[] => {
  const ids: string[] = []
  for (let item = doc.getXmlFragment('default')._start; item; item = item.right)
    for (const offset of range(item.length)) ids.push(`${item.id.client} ${item.id.clock + offset}`)
  return ids
}

/** How many pairs of items the lists of a document have that may meet in a search, in whatever order they come. */
function pairsOf(whole: Uint8Array): number {
  const doc = new Y.Doc()
  doc.getXmlFragment('default')
  const lists = simulate(doc, whole)
  let total = 0
  for (const list of lists.touched()) total += pairsIn(lists, list, true).total
  return total
}

const textIn = (doc: Y.Doc): Y.XmlText =>
  (doc.getXmlFragment('default').get(0) as Y.XmlElement).get(0) as Y.XmlText

const kept = (whole: Uint8Array): Y.Doc => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, whole)
  return doc
}

/** A text, and an update that writes 2,000 letters behind its first one, each before another of its letters. */
async function manySiblings() {
  const { doc, text } = paragraph('x')
  // each before the one that was first until then
  doc.transact(() => range(2_500).forEach(() => text.insert(0, 'x')))
  const room = await openText({ movedItems: 50_000_000 }, Y.encodeStateAsUpdate(doc))
  const first = doc.store.clients.get(doc.clientID)!.at(-1)!
  const structs = range(2_000).map((index) =>
    string('x', { right: [first.id.client, first.id.clock - index] }),
  )
  doc.destroy()
  return { room, siblings: writtenUpdate([{ client: 77, clock: 0, structs }]) }
}

describe('what it costs to put an update in order', () => {
  it('a letter between two that are no longer neighbours is charged before its whole list is gone through', async () => {
    const pieces = 2_000
    const { doc, text } = paragraph('x'.repeat(pieces))
    for (const at of range(pieces / 2)) text.delete(at, 1)
    const [one, other] = [new Y.Doc(), new Y.Doc()]
    for (const copy of [one, other]) Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
    const letter = (copy: Y.Doc) => changeOf(copy, () => textIn(copy).insert(500, 'y'))
    const [first, second] = [letter(one), letter(other)]
    const take = async (movedItems: number) => {
      const room = await openText({ movedItems }, Y.encodeStateAsUpdate(doc))
      return [first, second].map((update) => codeOf(() => room.take(update, 'ada')))
    }
    // each goes through the list once: the first as nothing is known of it, the second as it stands beside the first
    expect(await take(1_000 * (pieces - 500))).toEqual(['taken', 'too_many_updates'])
    expect(await take(1_000 * (pieces + 500))).toEqual(['taken', 'taken'])
  })

  it('a list that is too long to be counted is not gone through: what may be passed counts as passed', () => {
    const pieces = 60_000
    const { doc, text } = paragraph('x')
    doc.transact(() => {
      for (const _ of range(pieces)) text.insert(0, 'x')
    })
    const [one, other] = [new Y.Doc(), new Y.Doc()]
    for (const copy of [one, other]) Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
    const letter = (copy: Y.Doc) => changeOf(copy, () => textIn(copy).insert(500, 'y'))
    const [first, second] = [letter(one), letter(other)]
    const worked: number[] = []
    const against = asAda(doc, (moves) => worked.push(moves) > 0)
    for (const update of [first!, second!]) {
      const checked = checkUpdate(update, against)
      if ('missing' in checked) throw new Error('the update is missing something')
      expect(checked.conflictSteps).toBeGreaterThanOrEqual(update === first ? 1 : pieces)
      Y.applyUpdate(doc, update)
      checked.settle()
    }
    expect(Math.max(...worked)).toBeLessThan(2 * pieces)
  })

  it(`items are put where Yjs puts them (ORDER_SEED=${seed})`, () => {
    for (const round of range(150)) {
      const random = seededRandom(seed + round)
      const [room, ...others] = editedApart(random)
      for (const other of others) {
        const update = Y.encodeStateAsUpdate(other)
        const lists = simulate(room!, update)
        // what is in the list, and new or not
        const list = [...lists.touched()].find(({ type, key }) => type === room!.share.get('default') && !key)
        const expected = list
          ? [...lists.nodes(list)].flatMap(({ client, clock, length }) =>
              range(length).map((offset) => `${client} ${clock + offset}`),
            )
          : idsOf(room!)
        Y.applyUpdate(room!, update)
        expect(expected, `ORDER_SEED=${seed + round}`).toEqual(idsOf(room!))
      }
    }
  })

  it(`no order in which items come costs more looks than there are pairs (ORDER_SEED=${seed})`, () => {
    for (const round of range(80)) {
      const random = seededRandom(seed + round)
      // who gets a list before it is deleted looks in it, and who gets it afterwards has none of it
      const writers = editedApart(random, false)
      const updates = writers.map((doc) => Y.encodeStateAsUpdate(doc))
      const pairs = pairsOf(Y.mergeUpdates(updates))
      for (const order of [updates, updates.toReversed(), [Y.mergeUpdates(updates)]]) {
        const doc = new Y.Doc()
        doc.getXmlFragment('default')
        let looks = 0
        for (const update of order) {
          looks += simulate(doc, update).passed
          Y.applyUpdate(doc, update)
        }
        expect(looks, `ORDER_SEED=${seed + round}`).toBeLessThanOrEqual(pairs)
      }
    }
  })

  it(`what was written one after the other has no pairs, whoever wrote it (ORDER_SEED=${seed})`, () => {
    for (const round of range(40)) {
      const random = seededRandom(seed + round)
      const doc = new Y.Doc()
      for (const _ of range(60)) {
        doc.clientID = 1 + random.below(4)
        const root = doc.getXmlFragment('default')
        if (random.chance(0.2) && root.length > 0) root.delete(random.below(root.length), 1)
        else blockIn(doc, random.below(root.length + 1))
      }
      expect(pairsOf(Y.encodeStateAsUpdate(doc)), `ORDER_SEED=${seed + round}`).toBe(0)
    }
  })

  it.each([
    ['each before the last one', () => 0],
    ['each behind the last one', (index: number) => index],
    ['in the middle', () => 100],
  ])('1,000 blocks written offline where others put 1,000 meanwhile pass: %s', async (_where, placeOf) => {
    const room = await openText()
    const [ada, bo] = [new Y.Doc(), new Y.Doc()]
    range(200).forEach(() => blockIn(bo, 0))
    expect(codeOf(() => room.take(Y.encodeStateAsUpdate(bo), 'cem'))).toBe('taken')
    Y.applyUpdate(ada, room.bytes().whole)
    // the dear way round: the higher one comes second
    ada.clientID = 9
    bo.clientID = 1
    for (const doc of [ada, bo]) {
      doc.transact(() => range(1_000).forEach((index) => blockIn(doc, placeOf(index))))
    }
    const { vector } = room.bytes()
    expect(codeOf(() => room.take(Y.encodeStateAsUpdate(bo, vector), 'bo'))).toBe('taken')
    expect(codeOf(() => room.take(Y.encodeStateAsUpdate(ada, vector), 'ada'))).toBe('taken')
    // and goes on in the very place
    Y.applyUpdate(ada, room.bytes().whole)
    for (const index of range(10)) {
      const before = Y.encodeStateVector(ada)
      blockIn(ada, index)
      expect(codeOf(() => room.take(Y.encodeStateAsUpdate(ada, before), 'ada'))).toBe('taken')
    }
  })

  it('what takes long to put in order is put in in parts, and is the same text then', async () => {
    const room = await openText()
    const [ada, bo] = [new Y.Doc(), new Y.Doc()]
    ada.clientID = 9
    bo.clientID = 1
    for (const doc of [ada, bo]) doc.transact(() => range(1_000).forEach(() => blockIn(doc, 0)))
    codeOf(() => room.take(Y.encodeStateAsUpdate(bo), 'bo'))
    ada.getXmlFragment('default').delete(3, 5)
    const whole = new Y.Doc()
    for (const update of [room.bytes().whole, Y.encodeStateAsUpdate(ada)]) Y.applyUpdate(whole, update)
    const taken = room.take(Y.encodeStateAsUpdate(ada), 'ada')
    const parts = 'rest' in taken ? entriesOf(taken.rest) : []
    expect(parts.length).toBeGreaterThan(3)
    const told = new Y.Doc()
    for (const update of [Y.encodeStateAsUpdate(bo), ...parts.map((part) => part.update)])
      Y.applyUpdate(told, update)
    for (const doc of [told, kept(room.bytes().whole)]) {
      expect(doc.getXmlFragment('default').toString()).toBe(whole.getXmlFragment('default').toString())
    }
  })

  it('what is refused as too complex is charged, as looking at it took as long', async () => {
    const { room, siblings } = await manySiblings()
    const outcomes = range(60).map(() => codeOf(() => room.take(siblings, 'ada')))
    expect([outcomes[0], outcomes.at(-1)]).toEqual(['update_too_complex', 'too_many_updates'])
  })

  it('a second day offline is refused nothing for good: what is over the rate passes later', async () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(1_000)
    const room = await openText({ conflictSteps: 6_000, conflictStepsPerSecond: 100 })
    const common = new Y.Doc()
    range(10).forEach(() => blockIn(common, 0))
    codeOf(() => room.take(Y.encodeStateAsUpdate(common), 'cem'))
    const outcomes: string[] = []
    let late: Uint8Array = new Uint8Array()
    while (outcomes.length < 20 && !outcomes.includes('too_many_updates')) {
      const { whole, vector } = room.bytes()
      const [ada, bo] = [new Y.Doc(), new Y.Doc()]
      for (const doc of [ada, bo]) Y.applyUpdate(doc, whole)
      ada.clientID = 1_000 + outcomes.length
      bo.clientID = 100 + outcomes.length
      const end = ada.getXmlFragment('default').length
      for (const doc of [ada, bo]) range(50).forEach(() => blockIn(doc, end))
      codeOf(() => room.take(Y.encodeStateAsUpdate(bo, vector), 'bo'))
      late = Y.encodeStateAsUpdate(ada, vector)
      outcomes.push(codeOf(() => room.take(late, 'ada')))
    }
    expect(outcomes.slice(0, -1)).toEqual(range(outcomes.length - 1).map(() => 'taken'))
    expect([outcomes.length > 3, outcomes.at(-1)]).toEqual([true, 'too_many_updates'])
    now.mockReturnValue(61_000)
    expect(codeOf(() => room.take(late, 'ada'))).toBe('taken')
  })

  it('what is cheap as it comes and dear for whoever opens the document afterwards is refused', async () => {
    const room = await openText()
    const siblings = encoding.encode((encoder) => {
      const number = (value: number) => encoding.writeVarUint(encoder, value)
      ;[1, 2_500, 9, 0].forEach(number)
      for (const _ of range(2_500)) {
        encoding.writeUint8(encoder, 7)
        number(1)
        encoding.writeVarString(encoder, 'default')
        number(3)
        encoding.writeVarString(encoder, 'paragraph')
      }
      number(0)
    })
    const outcomes = [codeOf(() => room.take(siblings, 'bo'))]
    const doc = new Y.Doc()
    doc.clientID = 1
    range(8_000).forEach(() => doc.getXmlFragment('default').insert(0, [new Y.XmlElement('paragraph')]))
    outcomes.push(codeOf(() => room.take(Y.encodeStateAsUpdate(doc), 'bo')))
    // applied, and opened by somebody who gets the third behind the first and before the second, it costs 5 s
    expect(outcomes).toContain('update_too_complex')
  })
})
