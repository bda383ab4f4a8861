/* oxlint-disable no-underscore-dangle -- Yjs' own name of a type's list */
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { string, writtenUpdate } from '../../helpers/written-update.ts'
import { blockIn } from './edited-apart.ts'
import { codeOf, openText } from './kept-text.ts'

/** Two paragraphs of one author, and where the words of each begin. */
function twoParagraphs() {
  const doc = new Y.Doc()
  doc.clientID = 1
  blockIn(doc, 0, 'Wall 1 mm')
  blockIn(doc, 1, 'another')
  const blocks = doc.getXmlFragment('default').toArray() as Y.XmlElement[]
  const starts = blocks.map((block) => (block.get(0) as Y.XmlText)._start!.id.clock)
  return { doc, starts: starts as [number, number] }
}

async function sent(doc: Y.Doc, where: Parameters<typeof string>[1]): Promise<string> {
  const room = await openText({}, Y.encodeStateAsUpdate(doc))
  const update = writtenUpdate([{ client: 77, clock: 0, structs: [string('0', where)] }])
  return codeOf(() => room.take(update, 'ada'))
}

describe('an item between what no editor finds side by side is refused: not all who read it would have the same text', () => {
  it('neighbours in two texts', async () => {
    const { doc, starts } = twoParagraphs()
    expect(await sent(doc, { left: [1, starts[0] + 8], right: [1, starts[1]] })).toBe('update_refused')
  })

  it('one neighbour in what is gone', async () => {
    const { doc, starts } = twoParagraphs()
    doc.getXmlFragment('default').delete(1, 1)
    expect(await sent(doc, { left: [1, starts[0] + 8], right: [1, starts[1]] })).toBe('update_refused')
    // in what is gone as a whole nobody reads it
    expect(await sent(doc, { left: [1, starts[1]], right: [1, starts[1] + 1] })).toBe('taken')
  })

  it('at the beginning, before a letter within a run', async () => {
    const { doc, starts } = twoParagraphs()
    expect(await sent(doc, { right: [1, starts[0] + 2] })).toBe('update_refused')
    expect(await sent(doc, { right: [1, starts[0]] })).toBe('taken')
  })

  it('two letters that have others between them since they were written', async () => {
    const { doc, starts } = twoParagraphs()
    expect(await sent(doc, { left: [1, starts[0]], right: [1, starts[0] + 2] })).toBe('update_refused')
    expect(await sent(doc, { left: [1, starts[0] + 1], right: [1, starts[0] + 2] })).toBe('taken')
  })

  it('what is between two that somebody else has written into meanwhile is taken', async () => {
    const { doc, starts } = twoParagraphs()
    const block = doc.getXmlFragment('default').get(0) as Y.XmlElement
    doc.clientID = 2
    ;(block.get(0) as Y.XmlText).insert(2, 'XYZ')
    expect(await sent(doc, { left: [1, starts[0] + 1], right: [1, starts[0] + 2] })).toBe('taken')
  })
})
