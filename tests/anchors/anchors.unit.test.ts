import type { EditorState } from '@tiptap/pm/state'
import type { Node } from '@tiptap/pm/model'
import { describe, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { anchorHolds, encode, placeOf } from '../../shared/anchors/anchors.ts'
import { schema } from '../../shared/document/schema.ts'
import { textField } from '../../shared/document/text-field.ts'
import {
  anchorOn,
  copy,
  resourceOf,
  edit,
  layout,
  paragraph,
  show,
  sync,
  textAt,
} from '../helpers/rooms/anchored-text.ts'

const lamp = 'The base is die-cast from ADC12 and weighs 1.2 kg without the cable.'

describe('an anchor', () => {
  test('counts positions as ProseMirror does, over lists, tables, pictures and mathematics', () => {
    const doc = resourceOf(
      { type: 'imageFile', attrs: { sha256: 'a'.repeat(64) } },
      {
        type: 'bulletList',
        content: [{ type: 'listItem', content: [paragraph('one'), paragraph('')] }],
      },
      {
        type: 'table',
        content: [
          {
            type: 'tableRow',
            content: [
              { type: 'tableHeader', content: [paragraph('size')] },
              { type: 'tableCell', content: [paragraph('12 ± 0.1')] },
            ],
          },
        ],
      },
      {
        type: 'paragraph',
        content: [
          { type: 'text', text: 'before ' },
          { type: 'inlineMath', attrs: { latex: 'x^2' } },
          { type: 'text', text: ' behind', marks: [{ type: 'bold' }] },
          { type: 'hardBreak' },
          { type: 'text', text: 'end' },
        ],
      },
    )
    const laid = layout(doc)
    const root = show(doc)
    expect(laid.size).toBe(root.content.size)
    for (const words of ['one', '12 ± 0.1', 'before ', 'behind', 'end']) {
      expect(textAt(doc, anchorOn(doc, words))).toBe(words)
    }
  })

  test('follows its text while others write before it, in it and behind it', () => {
    const doc = resourceOf(paragraph(lamp))
    const anchor = anchorOn(doc, 'die-cast from ADC12')
    edit(doc, (state) => state.tr.insertText('Note: ', 1))
    edit(doc, (state) => state.tr.insertText('!', state.doc.content.size - 1))
    const { from } = placeOf(layout(doc), anchor)!
    edit(doc, (state) => state.tr.insertText(' cold-chamber', from + 3))
    expect(textAt(doc, anchor)).toBe('die cold-chamber-cast from ADC12')
  })

  test('stays on its text when the block is split before it, in it, and joined again', () => {
    const doc = resourceOf(paragraph(lamp), paragraph('Second.'))
    const anchor = anchorOn(doc, 'die-cast from ADC12')
    edit(doc, (state) => state.tr.split(5))
    expect(textAt(doc, anchor)).toBe('die-cast from ADC12')
    const { from } = placeOf(layout(doc), anchor)!
    edit(doc, (state) => state.tr.split(from + 9))
    expect(textAt(doc, anchor)).toBe('die-cast \nfrom ADC12')
    edit(doc, (state) => state.tr.join(from + 10))
    expect(textAt(doc, anchor)).toBe('die-cast from ADC12')
  })

  test('stays on its text when the paragraph becomes a heading', () => {
    const doc = resourceOf(paragraph(lamp))
    const anchor = anchorOn(doc, 'ADC12')
    edit(doc, (state) => state.tr.setBlockType(1, 2, schema.nodes.heading!, { level: 2 }))
    expect(textAt(doc, anchor)).toBe('ADC12')
  })

  test('says removed when its text is deleted, and comes back by undo, here and for everybody else', () => {
    const doc = resourceOf(paragraph(lamp), paragraph('Second.'))
    const other = copy(doc)
    const anchor = anchorOn(doc, 'die-cast from ADC12')
    const undo = new Y.UndoManager(doc.getXmlFragment(textField), { trackedOrigins: new Set(['me']) })
    const { from, to } = placeOf(layout(doc), anchor)!
    doc.transact(() => edit(doc, (state) => state.tr.delete(from, to)), 'me')
    sync(doc, other)
    expect([textAt(doc, anchor), textAt(other, anchor)]).toEqual([null, null])
    undo.undo()
    sync(doc, other)
    expect([textAt(doc, anchor), textAt(other, anchor)]).toEqual([
      'die-cast from ADC12',
      'die-cast from ADC12',
    ])
  })

  test('is not moved to the same words elsewhere', () => {
    const doc = resourceOf(
      paragraph('The wall of the shade is 3 mm thick.'),
      paragraph('The felt pad is 3 mm high.'),
    )
    const anchor = anchorOn(doc, '3 mm')
    const { from, to } = placeOf(layout(doc), anchor)!
    edit(doc, (state) => state.tr.delete(from, to))
    expect(textAt(doc, anchor)).toBeNull()
  })

  test('is not moved to what somebody else wrote into the passage while it was deleted', () => {
    const doc = resourceOf(paragraph(lamp))
    const other = copy(doc)
    const anchor = anchorOn(doc, 'die-cast')
    const { from, to } = placeOf(layout(doc), anchor)!
    edit(doc, (state) => state.tr.delete(from, to))
    edit(other, (state) => state.tr.insertText('sand', from + 4))
    sync(doc, other)
    expect(textAt(doc, anchor)).toBeNull()
  })

  describe('where the same paragraph stands twice', () => {
    const finish = 'Texture VDI 24 on the visible side.'
    const twice = () =>
      resourceOf(paragraph('Part A'), paragraph(finish), paragraph('Part B'), paragraph(finish))
    const rewritten: [
      string,
      (state: EditorState, place: { from: number; to: number }) => { doc: Node },
      string | null,
    ][] = [
      ['a letter of it is changed', ({ tr }, { to }) => tr.insertText('7', to - 1, to), 'VDI 2'],
      ['it is deleted', ({ tr }, { from, to }) => tr.delete(from, to), null],
      ['it is written anew', ({ tr }, { from, to }) => tr.insertText('N7', from, to), null],
      [
        'its paragraph is deleted',
        ({ tr, doc }, { from }) => tr.delete(doc.resolve(from).before(1), doc.resolve(from).after(1)),
        null,
      ],
    ]
    test.each(rewritten)('it is not taken for the other one when %s', (_how, change, shown) => {
      const doc = twice()
      const anchor = anchorOn(doc, 'VDI 24')
      const place = placeOf(layout(doc), anchor)!
      edit(doc, (state) => change(state, place))
      expect(textAt(doc, anchor)).toBe(shown)
      if (shown) expect(placeOf(layout(doc), anchor)!.from).toBe(place.from)
    })

    test('nor for a copy that was made after it was raised', () => {
      const doc = resourceOf(paragraph('Part A'), paragraph(finish), paragraph('Part B'))
      const anchor = anchorOn(doc, 'VDI 24')
      const { from, to } = placeOf(layout(doc), anchor)!
      edit(doc, ({ tr, doc: now }) => tr.insert(now.content.size, now.child(1)))
      expect(placeOf(layout(doc), anchor)!.from).toBe(from)
      edit(doc, ({ tr }) => tr.insertText('N7', from, to))
      expect(textAt(doc, anchor)).toBeNull()
    })

    test('an undo brings it back to its own place', () => {
      const doc = twice()
      const anchor = anchorOn(doc, 'VDI 24')
      const undo = new Y.UndoManager(doc.getXmlFragment(textField), { trackedOrigins: new Set(['me']) })
      const { from, to } = placeOf(layout(doc), anchor)!
      doc.transact(() => edit(doc, (state) => state.tr.delete(from, to)), 'me')
      expect(textAt(doc, anchor)).toBeNull()
      undo.undo()
      expect(placeOf(layout(doc), anchor)).toEqual({ from, to })
    })
  })

  test.each([
    ['a short paragraph that is cut and pasted at the end', 'Ship in foam.'],
    ['words that are cut from a sentence and pasted into another', 'die-cast from ADC12'],
  ])('follows %s', (_what, words) => {
    const doc = resourceOf(paragraph(lamp), paragraph('Ship in foam.'), paragraph('Third, of no use to it.'))
    const anchor = anchorOn(doc, words)
    const { from, to } = placeOf(layout(doc), anchor)!
    const cut = show(doc).slice(from, to)
    edit(doc, (state) => state.tr.delete(from, to))
    expect(textAt(doc, anchor)).toBeNull()
    edit(doc, (state) => state.tr.replaceRange(state.doc.content.size - 10, state.doc.content.size - 10, cut))
    expect(textAt(doc, anchor)).toBe(words)
  })

  test('keeps no half of a character that takes two units', () => {
    for (let length = 28; length < 36; length++) {
      const doc = resourceOf(paragraph(`😀${'a'.repeat(length)}words${'b'.repeat(length)}𠮷`))
      const { before, after, quote } = anchorOn(doc, 'words')
      for (const kept of [before!, after!, quote]) expect(kept).not.toMatch(/[\uD800-\uDFFF]/u)
    }
  })

  test('§3 hundreds that quote what stands thousands of times are looked for once, and none is mistaken', () => {
    const doc = resourceOf(...Array.from({ length: 40 }, () => paragraph(lamp.repeat(4))))
    const raised = anchorOn(doc, 'e')
    const { from, to } = placeOf(layout(doc), raised)!
    edit(doc, (state) => state.tr.delete(from, to))
    const laid = layout(doc)
    const search = vi.spyOn(String.prototype, 'indexOf')
    for (let count = 0; count < 300; count++) {
      const forged = { ...raised, before: `${count}`, others: { same: 0, beside: 0, within: 0 } }
      expect(placeOf(laid, forged)).toBeNull()
    }
    const searches = search.mock.calls.length
    search.mockRestore()
    expect(searches).toBeLessThan(1_000)
  })

  test('§3 what begins alike is told apart by all of it', () => {
    const same = 'x'.repeat(40)
    const doc = resourceOf(
      paragraph(`${same} one`),
      paragraph(`${same} two`),
      paragraph('Third, of no use to it.'),
    )
    const anchor = anchorOn(doc, `${same} two`)
    const { from, to } = placeOf(layout(doc), anchor)!
    const cut = show(doc).slice(from, to)
    edit(doc, (state) => state.tr.delete(from, to))
    expect(textAt(doc, anchor)).toBeNull()
    edit(doc, (state) => state.tr.replaceRange(state.doc.content.size - 10, state.doc.content.size - 10, cut))
    expect(textAt(doc, anchor)).toBe(`${same} two`)
  })

  test('holds only characters that the document has', () => {
    const doc = resourceOf(paragraph(lamp))
    const stranger = resourceOf(paragraph('Another document.'))
    const anchor = anchorOn(doc, 'ADC12')
    expect(anchorHolds(layout(doc), anchor)).toBe(true)
    expect(anchorHolds(layout(doc), anchorOn(stranger, 'Another'))).toBe(false)
    expect(anchorHolds(layout(doc), { ...anchor, start: anchor.end, end: anchor.start })).toBe(false)
    expect(anchorHolds(layout(doc), { ...anchor, quote: ' \n' })).toBe(false)
    // both characters are there, and nothing is between
    const { text } = layout(doc).runs[0]!
    const nothing = {
      start: encode(Y.createRelativePositionFromTypeIndex(text, 4, 0)),
      end: encode(Y.createRelativePositionFromTypeIndex(text, 4, -1)),
    }
    expect(anchorHolds(layout(doc), { ...anchor, ...nothing })).toBe(false)
    for (const garbage of ['', '!', 'AAAA', 'zz==', 'gICAgICAgICAgICAgIA=']) {
      expect(anchorHolds(layout(doc), { ...anchor, start: garbage })).toBe(false)
    }
  })
})
