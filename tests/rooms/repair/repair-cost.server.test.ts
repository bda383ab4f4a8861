import { TableMap } from '@tiptap/pm/tables'
import { describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { repairDocument } from '../../../server/rooms/repair/repair.ts'
import { readText } from '../../../shared/document/read-text.ts'
import { schema } from '../../../shared/document/schema.ts'
import { codeOf, openText, range } from '../../helpers/rooms/kept-text.ts'

const rootOf = (doc: Y.Doc) => doc.getXmlFragment('default')
const elementsIn = (doc: Y.Doc): number =>
  rootOf(doc)
    .toString()
    .match(/<[a-z]/g)!.length

function isRectangles(doc: Y.Doc): void {
  const node = readText(rootOf(doc), schema)
  node.check()
  node.descendants((child) => {
    if (child.type.name === 'table') expect(TableMap.get(child).problems ?? []).toEqual([])
  })
}

const cellWith = (words: string, attributes: Record<string, number> = {}): Y.XmlElement => {
  const [cell, block] = [new Y.XmlElement('tableCell'), new Y.XmlElement('paragraph')]
  cell.insert(0, [block])
  block.insert(0, [new Y.XmlText(words)])
  for (const [name, value] of Object.entries(attributes)) cell.setAttribute(name, value as never)
  return cell
}

/** A table of rows with so many cells each. */
function tableIn(doc: Y.Doc, rows: readonly number[], attributes: Record<string, number> = {}): void {
  const table = new Y.XmlElement('table')
  rootOf(doc).push([table])
  for (const cells of rows) {
    const row = new Y.XmlElement('tableRow')
    table.push([row])
    row.push(range(cells).map((index) => cellWith(`${index}`, index === 0 ? attributes : {})))
  }
}

describe('what the room’s repair of a table adds is no more than the table has', () => {
  it.each<[string, number[], Record<string, number>]>([
    ['a wide cell over ten empty rows', [1, ...range(10).map(() => 0)], { colspan: 100 }],
    [
      'a high cell over as many rows, and a wide one',
      [1, 1, ...range(50).map(() => 0)],
      { colspan: 50, rowspan: 40 },
    ],
    ['one row of 100 cells over 99 of one', [100, ...range(99).map(() => 1)], {}],
    ['one row of 90 cells over 90 empty ones', [90, ...range(90).map(() => 0)], {}],
  ])('%s', (_what, rows, attributes) => {
    const doc = new Y.Doc()
    doc.transact(() => tableIn(doc, rows, attributes))
    const before = elementsIn(doc)
    const words = readText(rootOf(doc), schema).textContent
    expect(repairDocument(doc)).toBe(true)
    isRectangles(doc)
    expect(elementsIn(doc)).toBeLessThanOrEqual(2 * before)
    expect(readText(rootOf(doc), schema).textContent).toBe(words)
    const vector = Y.encodeStateVector(doc)
    repairDocument(doc)
    expect(Y.encodeStateVector(doc)).toEqual(vector)
  })

  it('fifty such tables in one update of 14 KB leave a small document to everybody', async () => {
    const doc = new Y.Doc()
    doc.transact(() =>
      range(50).forEach(() => tableIn(doc, [1, ...range(10).map(() => 0)], { colspan: 100 })),
    )
    const update = Y.encodeStateAsUpdate(doc)
    const room = await openText()
    expect(codeOf(() => room.take(update, 'ada'))).toBe('taken')
    while (!room.repair('ada', 200).isOver);
    expect(room.bytes().whole.length).toBeLessThan(3 * update.length)
  })
})

describe('what the room’s repair takes', () => {
  /** Runs that are bold and code together, which exclude each other. */
  function formatted(runs: number): Y.Doc {
    const doc = new Y.Doc()
    const block = new Y.XmlElement('paragraph')
    rootOf(doc).push([block])
    const text = new Y.XmlText()
    block.push([text])
    text.applyDelta(
      range(runs).map((index) => ({
        insert: `word ${index} `,
        attributes: index % 2 ? { bold: {}, code: {} } : { code: {}, italic: {} },
      })),
    )
    return doc
  }

  it('all formats of a text are repaired in one pass', () => {
    const doc = formatted(500)
    const format = vi.spyOn(Y.XmlText.prototype, 'format')
    const remove = vi.spyOn(Y.XmlText.prototype, 'delete')
    const apply = vi.spyOn(Y.XmlText.prototype, 'applyDelta')
    expect(repairDocument(doc)).toBe(true)
    expect([format, remove, apply].map((one) => one.mock.calls.length)).toEqual([0, 0, 1])
    readText(rootOf(doc), schema).check()
    expect(rootOf(doc).toString()).not.toMatch(/<bold>|<italic>/)
  })

  it('is done in slices by what the parts hold, however few they are', async () => {
    const doc = new Y.Doc()
    for (const _ of range(4)) Y.applyUpdate(doc, Y.encodeStateAsUpdate(formatted(1_500)))
    const room = await openText({}, Y.encodeStateAsUpdate(doc))
    expect(room.isMuchTouched(10_000)).toBe(true)
    let slices = 1
    while (!room.repair(null, 10_000).isOver) slices++
    expect(slices).toBeGreaterThan(2)
    expect(room.isMuchTouched(0)).toBe(false)
  })

  it('is charged to who caused it: who has caused much has to come later', async () => {
    const movedItems = 150_000
    const room = await openText({ movedItems, movedItemsPerSecond: 1 })
    expect(codeOf(() => room.take(Y.encodeStateAsUpdate(formatted(500)), 'ada'))).toBe('taken')
    while (!room.repair('ada', 200).isOver);
    for (const person of ['ada', 'bo']) {
      const taken = codeOf(() => room.take(Y.encodeStateAsUpdate(formatted(1)), person))
      expect(taken, person).toBe(person === 'ada' ? 'too_many_updates' : 'taken')
    }
  })

  /** A rectangle of 20,000 places, which four cells take. */
  function wideTableIn(doc: Y.Doc): void {
    const table = new Y.XmlElement('table')
    rootOf(doc).push([table])
    table.push(range(50).map(() => new Y.XmlElement('tableRow')))
    const wide = { colspan: 100, rowspan: 50 }
    ;(table.get(0) as Y.XmlElement).push(range(4).map((index) => cellWith(`${index}`, wide)))
  }

  /** What one more change of the same kind in each of these is, as an update of somebody who has the text. */
  const changeIn = (whole: Uint8Array, change: (root: Y.XmlFragment) => void): Uint8Array => {
    const doc = new Y.Doc()
    Y.applyUpdate(doc, whole)
    const before = Y.encodeStateVector(doc)
    doc.transact(() => change(rootOf(doc)))
    return Y.encodeStateAsUpdate(doc, before)
  }

  it.each<[string, (doc: Y.Doc) => void, (root: Y.XmlFragment, turn: number) => void]>([
    [
      'six texts of 1,500 runs, and one format more in each',
      (doc) => {
        for (const _ of range(6)) {
          const [block, text] = [new Y.XmlElement('paragraph'), new Y.XmlText()]
          rootOf(doc).push([block])
          block.push([text])
          text.applyDelta(
            range(1_500).map((index) => ({
              insert: 'a',
              attributes: index % 2 ? { bold: {} } : { italic: {} },
            })),
          )
        }
      },
      (root, turn) => {
        for (const block of root.toArray() as Y.XmlElement[])
          (block.get(0) as Y.XmlText).format(0, 1, { strike: turn % 2 ? null : {} })
      },
    ],
    [
      'ten tables of 20,000 places, and another alignment of a cell in each',
      (doc) => range(10).forEach(() => wideTableIn(doc)),
      (root, turn) => {
        for (const table of root.toArray() as Y.XmlElement[])
          ((table.get(0) as Y.XmlElement).get(0) as Y.XmlElement).setAttribute(
            'align',
            turn % 2 ? 'left' : 'right',
          )
      },
    ],
  ])(
    'a look at what is sound is charged, and made in slices: %s (issue 10.3)',
    async (_what, make, change) => {
      const doc = new Y.Doc()
      doc.transact(() => make(doc))
      repairDocument(doc)
      const movedItems = 20_000_000
      const room = await openText({ movedItems, movedItemsPerSecond: 1 }, Y.encodeStateAsUpdate(doc))
      while (!room.repair(null, 10_000).isOver);
      let taken = 'taken'
      let turns = 0
      for (; taken === 'taken' && turns < 100; turns++) {
        const next = changeIn(room.bytes().whole, (root) => change(root, turns))
        taken = codeOf(() => room.take(next, 'ada'))
        if (taken !== 'taken') break
        expect(room.isMuchTouched(10_000)).toBe(true)
        let slices = 1
        while (!room.repair('ada', 10_000).isOver) slices++
        expect(slices).toBeGreaterThan(2)
      }
      expect([taken, turns > 1]).toEqual(['too_many_updates', true])
      const others = changeIn(room.bytes().whole, (root) => change(root, turns))
      expect(codeOf(() => room.take(others, 'bo'))).toBe('taken')
    },
  )

  it('writing in a text of many blocks for an hour is charged less than what is filled again', async () => {
    const doc = new Y.Doc()
    doc.transact(() => {
      for (const index of range(300)) {
        const block = new Y.XmlElement('paragraph')
        rootOf(doc).push([block])
        block.push([new Y.XmlText(`block ${index}`)])
      }
    })
    // as much as is filled in a minute
    const room = await openText(
      { movedItems: 30_000_000, movedItemsPerSecond: 1 },
      Y.encodeStateAsUpdate(doc),
    )
    while (!room.repair(null).isOver);
    for (const _ of range(120)) {
      const next = changeIn(room.bytes().whole, (root) => {
        const block = new Y.XmlElement('paragraph')
        root.push([block])
        block.push([new Y.XmlText('a new one')])
      })
      expect(codeOf(() => room.take(next, 'ada'))).toBe('taken')
      room.repair('ada')
    }
  })
})
