import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { buildDocument } from '../../../server/rooms/text/build-document.ts'
import { readInPieces } from '../../../server/rooms/text/update-pieces.ts'
import { seededRandom } from '../../helpers/seeded-random.ts'
import { range } from '../../helpers/rooms/kept-text.ts'
import { written } from '../../../server/rooms/text/update-parts.ts'

const seed = Number(process.env.TURNS_SEED ?? Math.floor(Math.random() * 2 ** 32))

/** A text that several people wrote into each other, with formats and deletions. */
function writtenByMany(blocks: number, people: number): Y.Doc {
  const random = seededRandom(seed)
  const doc = new Y.Doc()
  const root = doc.getXmlFragment('default')
  for (const index of range(blocks)) {
    doc.clientID = 1_000 + random.below(people)
    doc.transact(() => {
      const [block, text] = [new Y.XmlElement('paragraph'), new Y.XmlText()]
      root.insert(random.below(root.length + 1), [block])
      block.insert(0, [text])
      text.insert(0, `Some words of block ${index}, as long as a line is`)
      text.insert(3, 'bold', { bold: true })
      if (random.chance(0.3)) text.delete(1, 4)
    })
    if (random.chance(0.1)) doc.transact(() => root.delete(random.below(root.length), 1))
  }
  return doc
}

describe(`nothing of a text holds others up for long (issue 10.3, TURNS_SEED=${seed})`, () => {
  it('a long text is built in parts with turns of others between, and is the same', async () => {
    const doc = writtenByMany(3_000, 20)
    const whole = Y.encodeStateAsUpdate(doc)
    let turns = 0
    const counting = setInterval(() => turns++, 0)
    const built = await buildDocument(whole)
    clearInterval(counting)
    expect(turns).toBeGreaterThan(3)
    expect(Y.encodeStateAsUpdate(built)).toEqual(whole)
    expect(built.getXmlFragment('default').toString()).toBe(doc.getXmlFragment('default').toString())
  })

  it('a short text with many letters at one place, as a former gate let in, is built in parts as well (A3)', async () => {
    const letters = 800
    const doc = new Y.Doc()
    doc.clientID = 7
    const block = new Y.XmlElement('paragraph')
    doc.getXmlFragment('default').push([block])
    block.push([new Y.XmlText('x'.repeat(letters))])
    // each before another letter, behind nothing
    const before = (index: number) => Y.createID(7, 2 + ((index * 7_919) % letters))
    const siblings = range(letters).map(
      (index) =>
        new Y.Item(
          Y.createID(9, index),
          null,
          null,
          null,
          before(index),
          null,
          null,
          new Y.ContentString('y'),
        ),
    )
    Y.applyUpdate(doc, written(siblings, null))
    const whole = Y.encodeStateAsUpdate(doc)
    expect(whole.length).toBeLessThan(65_536)
    let turns = 0
    const counting = setInterval(() => turns++, 0)
    const built = await buildDocument(whole)
    clearInterval(counting)
    expect(turns).toBeGreaterThan(3)
    expect(Y.encodeStateAsUpdate(built)).toEqual(whole)
  })

  it('what is built in parts keeps every format that the log has: nothing is tidied before all of it is there', async () => {
    const doc = new Y.Doc({ gc: false })
    doc.clientID = 1
    const root = doc.getXmlFragment('default')
    doc.transact(() =>
      range(3_000).forEach(() => {
        const block = new Y.XmlElement('paragraph')
        root.push([block])
        block.push([new Y.XmlText('some words of a block')])
      }),
    )
    const [ada, bo] = [2, 3].map((clientId) => {
      const copy = new Y.Doc({ gc: false })
      copy.clientID = clientId
      Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
      return copy
    })
    const formatAll = (of: Y.Doc, value: object | null) =>
      of.transact(() => {
        for (const block of of.getXmlFragment('default').toArray() as Y.XmlElement[])
          (block.get(0) as Y.XmlText).format(0, 10, { bold: value })
      })
    // both make the same words bold, and the later one takes theirs back, as an undo does
    formatAll(ada!, {})
    const before = Y.encodeStateVector(bo!)
    const undo = new Y.UndoManager(bo!.getXmlFragment('default'))
    formatAll(bo!, {})
    undo.undo()
    const whole = Y.mergeUpdates([
      Y.encodeStateAsUpdate(doc),
      Y.encodeStateAsUpdate(ada!, Y.encodeStateVector(doc)),
      Y.encodeStateAsUpdate(bo!, before),
    ])
    const asIs = new Y.Doc()
    Y.applyUpdate(asIs, whole)
    const textOf = (of: Y.Doc) => of.getXmlFragment('default').toString()
    expect(textOf(asIs)).toContain('<bold>some words</bold>')
    const built = await buildDocument(whole)
    expect(textOf(built)).toBe(textOf(asIs))
    expect(Y.encodeStateAsUpdate(built)).toEqual(Y.encodeStateAsUpdate(asIs))
  })

  it('an update is read piece by piece as Yjs reads it', () => {
    const whole = Y.encodeStateAsUpdate(writtenByMany(200, 5))
    const decoded = Y.decodeUpdate(whole)
    const structs = []
    const pieces = readInPieces(whole, 7)
    let piece = pieces.next()
    for (; !piece.done; piece = pieces.next()) {
      expect(piece.value.length).toBeLessThanOrEqual(7)
      structs.push(...piece.value)
    }
    expect(structs).toEqual(decoded.structs)
    expect(Y.decodeUpdate(piece.value).ds).toEqual(decoded.ds)
  })

  it('what cannot be taken apart is built as Yjs takes it', async () => {
    const doc = writtenByMany(10, 1)
    const before = Y.encodeStateVector(doc)
    const root = doc.getXmlFragment('default')
    for (const _ of range(5_000)) doc.transact(() => root.insert(0, [new Y.XmlElement('paragraph')]))
    // the second half waits for the first
    const waits = Y.encodeStateAsUpdate(doc, before)
    expect(waits.length).toBeGreaterThan(65_536)
    const [built, asIs] = [await buildDocument(waits), new Y.Doc()]
    Y.applyUpdate(asIs, waits)
    expect(built.store.pendingStructs).toEqual(asIs.store.pendingStructs)
    expect(built.store.pendingStructs).not.toBeNull()
  })
})
