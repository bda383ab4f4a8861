import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { string, writtenUpdate } from '../../helpers/rooms/written-update.ts'
import { blockIn } from '../../helpers/rooms/edited-apart.ts'
import { codeOf, openText } from '../../helpers/rooms/kept-text.ts'

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

  it('what was walked before it was refused is charged: its sender has to wait, and others do not wait for it', async () => {
    const doc = new Y.Doc()
    doc.clientID = 1
    blockIn(doc, 0, 'x')
    const text = (doc.getXmlFragment('default').get(0) as Y.XmlElement).get(0) as Y.XmlText
    // each before the last one, so that they stay items of their own
    for (let count = 0; count < 6_000; count++) text.insert(1, count % 2 ? 'a' : 'b')
    const first = text._start!.id.clock
    const room = await openText({}, Y.encodeStateAsUpdate(doc))
    const codes: string[] = []
    for (let clock = 0; codes.at(-1) !== 'too_many_updates' && clock < 500; clock++) {
      const backwards = string('0', { left: [1, first + 6_000], right: [1, first] })
      const update = writtenUpdate([{ client: 77, clock: 0, structs: [backwards] }])
      codes.push(codeOf(() => room.take(update, 'ada')))
    }
    expect(codes[0]).toBe('update_refused')
    expect(codes.at(-1)).toBe('too_many_updates')
    const honest = string('0', { left: [1, first] })
    expect(codeOf(() => room.take(writtenUpdate([{ client: 78, clock: 0, structs: [honest] }]), 'bea'))).toBe(
      'taken',
    )
  })

  it('what is between two that somebody else has written into meanwhile is taken', async () => {
    const { doc, starts } = twoParagraphs()
    const block = doc.getXmlFragment('default').get(0) as Y.XmlElement
    doc.clientID = 2
    ;(block.get(0) as Y.XmlText).insert(2, 'XYZ')
    expect(await sent(doc, { left: [1, starts[0] + 1], right: [1, starts[0] + 2] })).toBe('taken')
  })
})
