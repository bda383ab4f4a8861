import {
  prosemirrorJSONToYDoc,
  updateYFragment,
  initProseMirrorDoc,
  yXmlFragmentToProseMirrorRootNode,
} from '@tiptap/y-tiptap'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { schema } from '../../shared/document/schema.ts'
import { textField } from '../../shared/document/text-field.ts'
import { gatherChanges } from '../../server/history/changes.ts'
import { changedPlaces } from '../../web/notify/changed-places.ts'

const paragraph = (text: string) => ({ type: 'paragraph', content: text ? [{ type: 'text', text }] : [] })
const table = (rows: string[][]) => ({
  type: 'table',
  content: rows.map((cells) => ({
    type: 'tableRow',
    content: cells.map((text) => ({ type: 'tableCell', content: [paragraph(text)] })),
  })),
})
const bullets = (items: string[]) => ({
  type: 'bulletList',
  content: items.map((text) => ({ type: 'listItem', content: [paragraph(text)] })),
})

/** Two people's copies of one text; `theirs` notes what the other does from now on. */
function twoWith(blocks: object[]) {
  const mine = prosemirrorJSONToYDoc(schema, { type: 'doc', content: blocks }, textField)
  const theirs = new Y.Doc()
  Y.applyUpdate(theirs, Y.encodeStateAsUpdate(mine))
  const changes = gatherChanges()
  theirs.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== 'mine') changes.add(update)
    Y.applyUpdate(mine, update)
  })
  mine.on('update', (update: Uint8Array) => Y.applyUpdate(theirs, update, 'mine'))
  return { mine, theirs, changes }
}

/** Writes as the editor does: from one state of the text to the next. */
function write(doc: Y.Doc, blocks: object[]): void {
  const fragment = doc.getXmlFragment(textField)
  const { meta } = initProseMirrorDoc(fragment, schema)
  const next = schema.nodeFromJSON({ type: 'doc', content: blocks })
  doc.transact(() => updateYFragment(doc, fragment, next, meta))
}

/** The words of what is marked. */
function marked({ mine, changes }: Pick<ReturnType<typeof twoWith>, 'mine' | 'changes'>): string[] {
  const fragment = mine.getXmlFragment(textField)
  const doc = yXmlFragmentToProseMirrorRootNode(fragment, schema)
  return changedPlaces(fragment, changes.all()).map(({ from, to }) => {
    const node = doc.nodeAt(from)!
    expect(from + node.nodeSize, 'the place of a whole node').toBe(to)
    return node.textContent
  })
}

const three = ['Wall 2.5 mm.', 'Screws M3.', 'Cable 2 m.'].map(paragraph)
const withSecond = (text: string) => three.map((block, index) => (index === 1 ? paragraph(text) : block))

describe('what others changed', () => {
  test('words that were put in, and words that were taken out', () => {
    const [put, taken] = [twoWith(three), twoWith(three)]
    write(put.theirs, withSecond('Screws M3 × 8.'))
    write(taken.theirs, withSecond('Screws.'))
    expect(marked(put)).toEqual(['Screws M3 × 8.'])
    expect(marked(taken)).toEqual(['Screws.'])
  })

  test('a new block; where one was removed, the next stands for it, and the last for what followed it', () => {
    const [added, removed, cut] = [twoWith(three), twoWith(three), twoWith(three)]
    write(added.theirs, [...three, paragraph('Colour RAL 9005.')])
    write(removed.theirs, [three[0]!, three[2]!])
    write(cut.theirs, three.slice(0, 2))
    expect(marked(added)).toEqual(['Colour RAL 9005.'])
    expect(marked(removed)).toEqual(['Cable 2 m.'])
    expect(marked(cut)).toEqual(['Screws M3.'])
  })

  test('a cell, a row and an item by themselves, not the whole table or list', () => {
    const rows = [
      ['Wall', '2.5'],
      ['Draft', '1°'],
    ]
    const one = twoWith([table(rows), bullets(['first', 'second'])])
    write(one.theirs, [
      table([
        ['Wall', '3.0'],
        ['Draft', '1°'],
        ['Gate', 'pin'],
      ]),
      bullets(['first', 'second', 'third']),
    ])
    expect(marked(one)).toEqual(['3.0', 'Gatepin', 'third'])
  })

  test('a heading of another level, a passage in bold, a formula in the line', () => {
    const heading = (level: number) => ({
      type: 'heading',
      attrs: { level },
      content: [{ type: 'text', text: 'Base' }],
    })
    const bold = {
      type: 'paragraph',
      content: [{ type: 'text', text: 'Cable 2 m.', marks: [{ type: 'bold' }] }],
    }
    const one = twoWith([heading(1), ...three])
    write(one.theirs, [heading(2), three[0]!, three[1]!, bold])
    expect(marked(one)).toEqual(['Base', 'Cable 2 m.'])
  })

  test('is neither what the reader wrote, nor what was written and taken out again, nor an empty line', () => {
    const one = twoWith(three)
    write(one.mine, withSecond('Screws M4.'))
    write(one.theirs, [...withSecond('Screws M4. Or glue?'), paragraph('')])
    write(one.theirs, [...withSecond('Screws M4.'), paragraph('')])
    expect(marked(one)).toEqual([])
  })

  test('property: a block that others wrote in is marked, one that nobody touched is not', () => {
    const word = fc.stringMatching(/^[a-z]{1,6}$/)
    fc.assert(
      fc.property(
        fc.array(fc.record({ by: fc.constantFrom('mine', 'theirs'), at: fc.nat(9), put: word }), {
          maxLength: 12,
        }),
        (edits) => {
          const texts = Array.from({ length: 10 }, (_, index) => `Block ${index}.`)
          const one = twoWith(texts.map(paragraph))
          for (const { by, at, put } of edits) {
            texts[at] += put
            write(by === 'mine' ? one.mine : one.theirs, texts.map(paragraph))
          }
          const touched = new Set(edits.filter(({ by }) => by === 'theirs').map(({ at }) => at))
          expect(marked(one)).toEqual(texts.filter((_, index) => touched.has(index)))
        },
      ),
      { numRuns: 200 },
    )
  })
})
