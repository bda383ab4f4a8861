import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { codeOf, openText, range } from '../../helpers/rooms/kept-text.ts'
import { changeOf, paragraph } from '../../helpers/rooms/wire-client.ts'

describe('a document that is too large for everybody else to open', () => {
  const within = (change: (root: Y.XmlFragment) => void): { doc: Y.Doc; update: Uint8Array } => {
    const doc = new Y.Doc()
    doc.transact(() => change(doc.getXmlFragment('default')))
    return { doc, update: Y.encodeStateAsUpdate(doc) }
  }
  const element = (name: string, children: (Y.XmlElement | Y.XmlText)[] = []) => {
    const made = new Y.XmlElement(name)
    made.insert(0, children)
    return made
  }
  const row = (cells: number) =>
    element(
      'tableRow',
      range(cells).map(() => element('tableCell', [element('paragraph')])),
    )

  it('100,000 empty paragraphs, in small portions; with as many as there may be, writing and deleting go on', async () => {
    const room = await openText({ elementsPerDocument: 1_000 })
    const { doc, update } = within((root) => root.push(range(900).map(() => element('paragraph'))))
    expect(codeOf(() => room.take(update, 'ada'))).toBe('taken')
    const root = doc.getXmlFragment('default')
    const take = (change: () => void) => codeOf(() => room.take(changeOf(doc, change), 'ada'))
    const push = (count: number) => () => root.push(range(count).map(() => element('paragraph')))
    expect(take(() => root.delete(0, 100))).toBe('taken')
    expect(take(push(200))).toBe('taken')
    expect(take(() => (root.get(5) as Y.XmlElement).push([new Y.XmlText('words')]))).toBe('taken')
    expect(take(push(1))).toBe('too_many_elements')
  })

  it('one that was larger before can be written in and made smaller', async () => {
    const { doc, update } = within((root) => root.push(range(50).map(() => element('paragraph'))))
    const room = await openText({ elementsPerDocument: 10 }, update)
    const root = doc.getXmlFragment('default')
    const take = (change: () => void) => codeOf(() => room.take(changeOf(doc, change), 'ada'))
    expect(take(() => (root.get(5) as Y.XmlElement).push([new Y.XmlText('words')]))).toBe('taken')
    expect(take(() => root.delete(0, 20))).toBe('taken')
    // one for another, as when a paragraph becomes a heading
    expect(
      take(() =>
        doc.transact(() => {
          root.delete(0)
          root.insert(0, [element('heading')])
        }),
      ),
    ).toBe('taken')
    expect(take(() => root.push([element('paragraph')]))).toBe('too_many_elements')
  })

  it('of more bytes than it may have takes no more words, and is made smaller', async () => {
    const words = within((root) =>
      root.push([element('paragraph', [new Y.XmlText('word '.repeat(2_000))]), element('paragraph')]),
    )
    const room = await openText({ documentBytes: words.update.length + 10 })
    expect(codeOf(() => room.take(words.update, 'ada'))).toBe('taken')
    const root = words.doc.getXmlFragment('default')
    const more = changeOf(words.doc, () =>
      (root.get(1) as Y.XmlElement).push([new Y.XmlText('more '.repeat(200))]),
    )
    expect(codeOf(() => room.take(more, 'ada'))).toBe('document_full')
    // as of somebody who has not the words that were refused
    const other = new Y.Doc()
    Y.applyUpdate(other, words.update)
    const fewer = changeOf(other, () => other.getXmlFragment('default').delete(0))
    expect(codeOf(() => room.take(fewer, 'ada'))).toBe('taken')
    // at the end of each turn
    room.bytes()
    expect(codeOf(() => room.take(more, 'ada'))).toBe('taken')
  })

  it('a server edit in a person’s name adds no more either', async () => {
    const room = await openText({ elementsPerDocument: 10 })
    const { update } = within((root) => root.push(range(11).map(() => element('paragraph'))))
    expect(codeOf(() => [...room.edit((doc) => Y.applyUpdate(doc, update), 'ada')])).toBe('too_many_elements')
  })

  it.each([
    ['a row of 20,000 cells', () => [row(20_000)], 'table_too_large'],
    ['a row of 400 cells', () => [row(400)], 'taken'],
    ['one wide row over many', () => [row(300), ...range(100).map(() => row(1))], 'table_too_large'],
    ['a sheet of 200 rows with 20 columns', () => range(200).map(() => row(20)), 'taken'],
  ])('%s', async (_what, rows, outcome) => {
    const room = await openText()
    const { update } = within((root) => root.push([element('table', rows())]))
    expect(codeOf(() => room.take(update, 'ada'))).toBe(outcome)
  })

  it('cells that say that they are wide, one change at a time', async () => {
    const room = await openText()
    const { doc, update } = within((root) => root.push([element('table', [row(5)])]))
    room.take(update, 'ada')
    const cells = ((doc.getXmlFragment('default').get(0) as Y.XmlElement).get(0) as Y.XmlElement).toArray()
    const outcomes = cells.map((cell) =>
      codeOf(() =>
        room.take(
          changeOf(doc, () => (cell as Y.XmlElement).setAttribute('colspan', 100 as never)),
          'ada',
        ),
      ),
    )
    expect(outcomes.slice(0, 4)).toEqual(['taken', 'taken', 'taken', 'table_too_large'])
  })

  it('a text whose every letter has a format of its own', async () => {
    const room = await openText({ formatsPerText: 100 })
    const { doc, text, update } = paragraph('ab '.repeat(60))
    room.take(update, 'ada')
    const format = (from: number, count: number) => () =>
      doc.transact(() => range(count).forEach((at) => text.format(from + at * 3, 1, { bold: {} })))
    const take = (change: () => void) => codeOf(() => room.take(changeOf(doc, change), 'ada'))
    expect(take(format(0, 20))).toBe('taken')
    expect(take(format(60, 20))).toBe('taken')
    expect(take(format(120, 15))).toBe('too_many_formats')
  })
})
