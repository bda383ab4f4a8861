import * as encoding from 'lib0/encoding'
import { describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { countStructs } from '../../../server/rooms/gate/count-structs.ts'
import { defaultLimits } from '../../../shared/limits.ts'
import {
  format,
  subdocument,
  values,
  writtenUpdate,
  type WrittenStruct,
} from '../../helpers/rooms/written-update.ts'
import { codeOf, openText, range, takeWhole } from '../../helpers/rooms/kept-text.ts'
import { paragraph } from '../../helpers/rooms/wire-client.ts'

/** Where a written item hangs and stands; `sub`: the attribute whose value it is. */
interface Written {
  origin?: Y.ID
  right?: Y.ID
  parent?: Y.ID
  sub?: string
}

/** An update of one client whose items each hold the letter b, or a level of 1 where they name an attribute. */
function written(client: number, items: Iterable<Written>): Uint8Array {
  const list = [...items]
  return encoding.encode((encoder) => {
    const number = (value: number) => encoding.writeVarUint(encoder, value)
    const id = ({ client: of, clock }: Y.ID) => [of, clock].forEach(number)
    ;[1, list.length, client, 0].forEach(number)
    for (const { origin, right, parent, sub } of list) {
      const reference = sub === undefined ? 4 : 8
      encoding.writeUint8(
        encoder,
        reference | (origin ? 0x80 : 0) | (right ? 0x40 : 0) | (sub === undefined ? 0 : 0x20),
      )
      if (origin) id(origin)
      if (right) id(right)
      if (parent) {
        number(0)
        id(parent)
      }
      if (sub !== undefined) {
        encoding.writeVarString(encoder, sub)
        number(1)
        encoding.writeAny(encoder, 1)
      } else encoding.writeVarString(encoder, 'b')
    }
    number(0)
  })
}

/** A text of 60,000 characters, and the ids of its characters. */
async function longText(conflictSteps = 5_000_000) {
  const room = await openText({ updateBytes: 4_000_000, conflictSteps })
  const { update, text } = paragraph('a '.repeat(30_000), 1)
  takeWhole(room, update, 'ada')
  const first = text._start!.id.clock
  const holder = text._item!.id
  return { room, holder, character: (index: number) => Y.createID(1, first + index) }
}

/** A paragraph of letters that are bold and not by turns, and the update that deletes its letters and leaves the formats. */
function striped(letters: number) {
  const { doc, text } = paragraph('', 1)
  doc.transact(() => {
    for (let index = 0; index < letters; index++)
      text.insert(index, 'a', { bold: index % 2 === 0 ? {} : null })
  })
  const ranges: [number, number][] = []
  for (let item = text._start; item; item = item.right) {
    if (item.content instanceof Y.ContentString) ranges.push([item.id.clock, item.length])
  }
  const deletion = encoding.encode((encoder) => {
    for (const number of [0, 1, 1, ranges.length, ...ranges.flat()]) encoding.writeVarUint(encoder, number)
  })
  const whole = Y.encodeStateAsUpdate(doc)
  const honest = new Y.Doc()
  Y.applyUpdate(honest, whole)
  const before = Y.encodeStateVector(honest)
  honest.getXmlFragment('default').delete(0, 1)
  return { whole, deletion, honest: Y.encodeStateAsUpdate(honest, before) }
}

/** Microseconds of processor time, the least of three times. */
const costOf = (work: () => unknown): number =>
  Math.min(
    ...range(3).map(() => {
      const before = process.cpuUsage()
      work()
      return process.cpuUsage(before).user
    }),
  )

describe('what one update may cost everybody else', () => {
  it('letters deleted between thousands of formats, which Yjs would tidy up once for each', async () => {
    const room = await openText()
    const { whole, deletion } = striped(3_000)
    takeWhole(room, whole, 'ada')
    const before = Buffer.from(room.bytes().whole)
    expect(codeOf(() => room.take(deletion, 'ada'))).toBe('update_too_complex')
    expect(before.equals(Buffer.from(room.bytes().whole))).toBe(true)
  })

  it('but a paragraph with a few hundred formats is deleted as any other', async () => {
    for (const change of ['deletion', 'honest'] as const) {
      const room = await openText()
      const { whole, [change]: update } = striped(600)
      takeWhole(room, whole, 'ada')
      expect(codeOf(() => room.take(update, 'ada'))).toBe('taken')
    }
  })

  it('30 KB of siblings with one origin and different right origins', async () => {
    const { room, character } = await longText()
    const before = Buffer.from(room.bytes().whole)
    const siblings = (from: number, count: number) =>
      range(count).map((index) => ({ origin: character(0), right: character(1 + ((from + index) % 50_000)) }))
    const update = written(9, siblings(0, 3_000))
    const integrated = vi.spyOn(Y.Item.prototype, 'integrate')
    // no editor writes such right origins
    expect(codeOf(() => room.take(update, 'bo'))).toBe('update_refused')
    // applied, it costs 4 s
    expect(integrated).not.toHaveBeenCalled()
    expect(before.equals(room.bytes().whole)).toBe(true)
  })

  it('the same in small portions: none of them is taken', async () => {
    const { room, character } = await longText(500_000)
    const outcomes = range(12).map((portion) =>
      codeOf(() =>
        room.take(
          written(
            100 + portion,
            range(300).map((index) => ({
              origin: character(0),
              right: character(1 + portion * 300 + index),
            })),
          ),
          'bo',
        ),
      ),
    )
    expect(new Set(outcomes)).toEqual(new Set(['update_refused']))
    // another person still writes in that very place
    expect(codeOf(() => room.take(written(7, [{ origin: character(0), right: character(1) }]), 'cem'))).toBe(
      'taken',
    )
  })

  it('a long chain and many siblings of its first item', async () => {
    const { room, character } = await longText()
    const chain = range(2_000).map((index) =>
      index === 0
        ? { origin: character(0), right: character(1) }
        : { origin: Y.createID(8, index - 1), right: character(1) },
    )
    expect(codeOf(() => room.take(written(8, chain), 'ada'))).toBe('taken')
    const siblings = range(2_000).map((index) => ({ origin: character(0), right: character(2 + index) }))
    expect(codeOf(() => room.take(written(9, siblings), 'bo'))).toBe('update_refused')
  })

  it('a long chain behind one item and siblings before that item, in one update', async () => {
    const { room, character } = await longText()
    expect(codeOf(() => room.take(written(5, [{ origin: character(0), right: character(1) }]), 'ada'))).toBe(
      'taken',
    )
    const chain = range(29_000).map((index) => ({
      origin: index === 0 ? Y.createID(5, 0) : Y.createID(9, index - 1),
      right: character(1),
    }))
    const siblings = range(400).map(() => ({ origin: character(0), right: character(1) }))
    // applied, it costs seconds
    expect(codeOf(() => room.take(written(9, [...chain, ...siblings]), 'bo'))).toBe('update_too_complex')
  })

  it('values of one attribute that know nothing of each other', async () => {
    const room = await openText()
    const doc = new Y.Doc()
    const heading = new Y.XmlElement('heading')
    doc.getXmlFragment('default').push([heading])
    takeWhole(room, Y.encodeStateAsUpdate(doc), 'ada')
    const parent = heading._item!.id
    const levels = range(8_000).map(() => ({ parent, sub: 'level' }))
    expect(codeOf(() => room.take(written(9, levels), 'bo'))).toBe('update_too_complex')
  })

  it('200,000 tiny items', async () => {
    const { room, character } = await longText()
    const items = range(100_000).map((index) =>
      index === 0 ? { origin: character(0), right: character(1) } : { origin: Y.createID(9, index - 1) },
    )
    expect(codeOf(() => room.take(written(9, items), 'bo'))).toBe('update_too_complex')
  })

  it('a megabyte of tiny items, or of deleted ranges, is not even decoded', async () => {
    const room = await openText()
    const items = encoding.encode((encoder) => {
      ;[1, 450_000, 9, 0].forEach((value) => encoding.writeVarUint(encoder, value))
      for (const _ of range(450_000)) [0, 1].forEach((value) => encoding.writeVarUint(encoder, value))
      encoding.writeVarUint(encoder, 0)
    })
    const ranges = encoding.encode((encoder) => {
      ;[0, 1, 9, 450_000].forEach((value) => encoding.writeVarUint(encoder, value))
      for (const _ of range(450_000)) [0, 1].forEach((value) => encoding.writeVarUint(encoder, value))
    })
    for (const update of [items, ranges]) {
      const refusing = costOf(() => expect(codeOf(() => room.take(update, 'bo'))).toBe('update_too_complex'))
      expect(refusing).toBeLessThan(costOf(() => Y.decodeUpdate(update)) / 2)
    }
  })

  it('items are counted as Yjs reads them, whatever they hold', () => {
    const doc = new Y.Doc()
    const root = doc.getXmlFragment('default')
    root.push([new Y.XmlElement('paragraph'), new Y.XmlHook('hook') as never])
    const text = new Y.XmlText('some words')
    ;(root.get(0) as Y.XmlElement).push([text])
    ;(root.get(0) as Y.XmlElement).setAttribute('level', { deep: [1, null, 'x'] } as never)
    text.format(2, 4, { bold: { of: 1 } })
    text.insertEmbed(3, { image: 1 })
    text.delete(1, 1)
    doc.getArray('list').push([new Uint8Array(3), new Y.Doc(), 1, 'two', new Y.Map(), new Y.Array()])
    const update = Y.encodeStateAsUpdate(doc)
    const { structs, ds } = Y.decodeUpdate(update)
    const ranges = [...ds.clients.values()].flat().length
    // the object in an attribute counts as one more, the subdocument as twelve
    expect(countStructs(update, 1_000)).toBe(structs.length + ranges + 13)
    expect(countStructs(update, 5)).toBe(6)
    for (const end of range(update.length - 1))
      expect(() => countStructs(update.slice(0, end), 1_000)).toThrow()
  })

  it('what items hold counts as more of them where it takes Yjs as long: it is not even made', async () => {
    const where = { parent: [1, 0], key: 'level' } as const
    const text = { parent: [1, 0] } as const
    const nested = JSON.parse('['.repeat(1_000) + ']'.repeat(1_000)) as unknown
    const hostile: Record<string, WrittenStruct[]> = {
      'values of an attribute': [values(Array(600_000).fill(undefined), where)],
      'a list in an attribute': [values([Array(600_000).fill(null)], where)],
      'an object in an attribute': [
        values([Object.fromEntries(range(130_000).map((key) => [key, true]))], where),
      ],
      'lists in each other in a format': [format('bold', Array(500).fill(nested), text)],
      subdocuments: range(6_000).map(() => subdocument(where)),
    }
    const base = new Y.Doc()
    base.clientID = 1
    base.getXmlFragment('default').push([new Y.XmlElement('heading')])
    const room = await openText({}, Y.encodeStateAsUpdate(base))
    for (const [what, structs] of Object.entries(hostile)) {
      const update = writtenUpdate([{ client: 9, clock: 0, structs }])
      expect(update.length, what).toBeLessThan(defaultLimits.updateBytes)
      expect(
        codeOf(() => room.take(update, 'bo')),
        what,
      ).toBe('update_too_complex')
    }
  })

  it('40,000 cuts through one run', async () => {
    const { room, character } = await longText()
    const cuts = encoding.encode((encoder) => {
      ;[0, 1, 1, 20_000].forEach((value) => encoding.writeVarUint(encoder, value))
      for (const index of range(20_000).toReversed())
        [character(2 * index).clock, 1].forEach((value) => encoding.writeVarUint(encoder, value))
    })
    expect(codeOf(() => room.take(cuts, 'bo'))).toBe('update_too_complex')
    const inserts = range(24_000).map((index) => ({
      origin: character(index * 2),
      right: character(index * 2 + 1),
    }))
    expect(codeOf(() => room.take(written(9, inserts), 'bo'))).toBe('update_too_complex')
  })

  it('cuts through text that the same update brings, and ranges that overlap', async () => {
    const room = await openText({ updateBytes: 4_000_000 })
    const withDeletions = (update: Uint8Array, client: number, ranges: number[][]) =>
      Buffer.concat([
        update.subarray(0, -1),
        encoding.encode((encoder) =>
          [1, client, ranges.length, ...ranges.flat()].forEach((value) =>
            encoding.writeVarUint(encoder, value),
          ),
        ),
      ])
    const { update } = paragraph('a '.repeat(50_000), 1)
    const cuts = range(20_000).map((index) => [90_000 - 4 * index, 1])
    expect(codeOf(() => room.take(withDeletions(update, 1, cuts), 'ada'))).toBe('update_too_complex')

    const doc = new Y.Doc()
    doc.clientID = 2
    for (const index of range(1_000)) {
      const block = new Y.XmlElement('paragraph')
      doc.getXmlFragment('default').insert(0, [block])
      block.insert(0, [new Y.XmlText(`words ${index}`)])
    }
    const blocks = Y.encodeStateAsUpdate(doc)
    const end = Y.getState(doc.store, 2)
    const again = range(5_000).map(() => [0, end])
    expect(codeOf(() => room.take(withDeletions(blocks, 2, again), 'ada'))).toBe('update_too_complex')
    // the same words, taken back
    expect(codeOf(() => room.take(withDeletions(blocks, 2, [[0, end]]), 'ada'))).toBe('taken')
  })

  it('cuts at right neighbours', async () => {
    const { room, character } = await longText()
    const inserts = range(21_000).map((index) => ({
      origin: character(index * 2),
      right: character(index * 2 + 1),
    }))
    expect(codeOf(() => room.take(written(9, inserts), 'bo'))).toBe('update_too_complex')
    // beside each other, one cut serves both
    const beside = range(3_000).map((index) => ({
      origin: character(index * 9),
      right: character(index * 9 + 1),
    }))
    expect(codeOf(() => room.take(written(9, beside), 'bo'))).toBe('taken')
  })

  it('150,000 client ids in one update, and too many over time', async () => {
    const room = await openText({ updateBytes: 4_000_000, clientIdsPerPerson: 100 })
    const many = Y.mergeUpdates(range(80).map((index) => paragraph('x', 1_000 + index).update))
    expect(codeOf(() => room.take(many, 'bo'))).toBe('too_many_client_ids')
    const claim = encoding.encode((encoder) => encoding.writeVarUint(encoder, 150_000))
    expect(codeOf(() => room.take(claim, 'bo'))).toBe('too_many_client_ids')
    const outcomes = range(150).map((index) =>
      codeOf(() => room.take(paragraph('x', 5_000 + index).update, 'bo')),
    )
    expect(outcomes.filter((outcome) => outcome === 'taken')).toHaveLength(100)
    expect(outcomes.at(-1)).toBe('too_many_client_ids')
    expect(codeOf(() => room.take(paragraph('x', 9_000).update, 'ada'))).toBe('taken')
  })

  it('an honest chapter of 2,000 paragraphs passes, and two people who each wrote 300 blocks in one place offline', async () => {
    const room = await openText()
    const writers = ['ada', 'bo', 'cem'].map((userId) => ({ userId, doc: new Y.Doc() }))
    for (const { doc, userId } of writers) {
      if (userId !== 'ada') Y.applyUpdate(doc, room.bytes().whole)
      const root = doc.getXmlFragment('default')
      for (const index of range(userId === 'ada' ? 2_000 : 300)) {
        const block = new Y.XmlElement('paragraph')
        root.insert(userId === 'ada' || index % 3 === 0 ? 0 : 100, [block])
        block.insert(0, [new Y.XmlText(`${userId} ${index} and some words`)])
      }
      if (userId === 'ada') takeWhole(room, Y.encodeStateAsUpdate(doc), userId)
    }
    for (const { doc, userId } of writers) {
      const update = Y.encodeStateAsUpdate(doc, room.bytes().vector)
      expect(codeOf(() => room.take(update, userId))).toBe('taken')
    }
  })
})
