import { prosemirrorJSONToYDoc, updateYFragment, yXmlFragmentToProseMirrorRootNode } from '@tiptap/y-tiptap'
import { EditorState } from '@tiptap/pm/state'
import type { Node } from '@tiptap/pm/model'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { anchorHolds, anchorOf, placeOf, type TextAnchor } from '../../shared/anchors.ts'
import { schema } from '../../shared/document/schema.ts'
import { textField } from '../../shared/document/text-field.ts'
import { layOutText } from '../../shared/document/text-layout.ts'

const paragraph = (text: string) => ({
  type: 'paragraph',
  content: text ? [{ type: 'text', text }] : [],
})
const documentOf = (...blocks: object[]) =>
  prosemirrorJSONToYDoc(schema, { type: 'doc', content: blocks }, textField)
const layout = (doc: Y.Doc) => layOutText(doc.getXmlFragment(textField))
const show = (doc: Y.Doc) => yXmlFragmentToProseMirrorRootNode(doc.getXmlFragment(textField), schema)

/** Anchors the first place where `words` stand within one block. */
function anchorOn(doc: Y.Doc, words: string): TextAnchor {
  let from = -1
  show(doc).descendants((node, at) => {
    const index = node.isText ? node.text!.indexOf(words) : -1
    if (from < 0 && index >= 0) from = at + index
  })
  return anchorOf(layout(doc), 'document', { from, to: from + words.length })!
}

function textAt(doc: Y.Doc, anchor: TextAnchor): string | null {
  const place = placeOf(layout(doc), anchor)
  return place && show(doc).textBetween(place.from, place.to, '\n')
}

/** An edit as the editor makes it: a ProseMirror step, written to Yjs by y-tiptap. */
function edit(doc: Y.Doc, change: (state: EditorState) => { doc: Node }): void {
  const state = EditorState.create({ doc: show(doc) })
  const meta = { mapping: new Map(), isOMark: new Map() }
  updateYFragment(doc, doc.getXmlFragment(textField), change(state).doc, meta)
}

function sync(one: Y.Doc, other: Y.Doc): void {
  Y.applyUpdate(one, Y.encodeStateAsUpdate(other))
  Y.applyUpdate(other, Y.encodeStateAsUpdate(one))
}
function copy(doc: Y.Doc): Y.Doc {
  const made = new Y.Doc()
  sync(made, doc)
  return made
}

const lamp = 'The base is die-cast from ADC12 and weighs 1.2 kg without the cable.'

describe('an anchor', () => {
  test('counts positions as ProseMirror does, over lists, tables, pictures and mathematics', () => {
    const doc = documentOf(
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
    const doc = documentOf(paragraph(lamp))
    const anchor = anchorOn(doc, 'die-cast from ADC12')
    edit(doc, (state) => state.tr.insertText('Note: ', 1))
    edit(doc, (state) => state.tr.insertText('!', state.doc.content.size - 1))
    const { from } = placeOf(layout(doc), anchor)!
    edit(doc, (state) => state.tr.insertText(' cold-chamber', from + 3))
    expect(textAt(doc, anchor)).toBe('die cold-chamber-cast from ADC12')
  })

  test('stays on its text when the block is split before it, in it, and joined again', () => {
    const doc = documentOf(paragraph(lamp), paragraph('Second.'))
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
    const doc = documentOf(paragraph(lamp))
    const anchor = anchorOn(doc, 'ADC12')
    edit(doc, (state) => state.tr.setBlockType(1, 2, schema.nodes.heading!, { level: 2 }))
    expect(textAt(doc, anchor)).toBe('ADC12')
  })

  test('says removed when its text is deleted, and comes back by undo, here and for everybody else', () => {
    const doc = documentOf(paragraph(lamp), paragraph('Second.'))
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
    const doc = documentOf(
      paragraph('The wall of the shade is 3 mm thick.'),
      paragraph('The felt pad is 3 mm high.'),
    )
    const anchor = anchorOn(doc, '3 mm')
    const { from, to } = placeOf(layout(doc), anchor)!
    edit(doc, (state) => state.tr.delete(from, to))
    expect(textAt(doc, anchor)).toBeNull()
  })

  test('is not moved to what somebody else wrote into the passage while it was deleted', () => {
    const doc = documentOf(paragraph(lamp))
    const other = copy(doc)
    const anchor = anchorOn(doc, 'die-cast')
    const { from, to } = placeOf(layout(doc), anchor)!
    edit(doc, (state) => state.tr.delete(from, to))
    edit(other, (state) => state.tr.insertText('sand', from + 4))
    sync(doc, other)
    expect(textAt(doc, anchor)).toBeNull()
  })

  test('holds only characters that the document has', () => {
    const doc = documentOf(paragraph(lamp))
    const stranger = documentOf(paragraph('Another document.'))
    const anchor = anchorOn(doc, 'ADC12')
    expect(anchorHolds(layout(doc), anchor)).toBe(true)
    expect(anchorHolds(layout(doc), anchorOn(stranger, 'Another'))).toBe(false)
    expect(anchorHolds(layout(doc), { ...anchor, start: anchor.end, end: anchor.start })).toBe(false)
    expect(anchorHolds(layout(doc), { ...anchor, quote: ' \n' })).toBe(false)
    for (const garbage of ['', '!', 'AAAA', 'zz==', 'gICAgICAgICAgICAgIA=']) {
      expect(anchorHolds(layout(doc), { ...anchor, start: garbage })).toBe(false)
    }
  })
})

/** A document's letters are all different, so that a letter that is shown proves where it came from. */
const letters = Array.from({ length: 400 }, (_, index) => String.fromCodePoint(0x4e00 + index))

type Edit =
  | { kind: 'insert'; at: number; size: number }
  | { kind: 'delete'; at: number; size: number }
  | { kind: 'split'; at: number }
  | { kind: 'join'; at: number }
  | { kind: 'undo' }
  | { kind: 'sync' }

const place = fc.double({ min: 0, max: 1, noNaN: true })
const anyEdit: fc.Arbitrary<Edit & { by: number }> = fc
  .record({
    kind: fc.constantFrom('insert', 'delete', 'split', 'join', 'undo', 'sync'),
    at: place,
    size: fc.integer({ min: 1, max: 12 }),
    by: fc.integer({ min: 0, max: 1 }),
  })
  .map((one) => one as Edit & { by: number })

describe('any edits of two people', () => {
  test('an anchor shows characters it was raised on, or nothing, and the same to both', () => {
    fc.assert(
      fc.property(place, fc.integer({ min: 1, max: 20 }), fc.array(anyEdit, { maxLength: 14 }), run),
      { numRuns: 150, verbose: true },
    )
  })
})

function run(start: number, size: number, edits: (Edit & { by: number })[]): void {
  const text = letters.slice(0, 60).join('')
  const first = documentOf(paragraph(text.slice(0, 30)), paragraph(text.slice(30)))
  const docs = [first, copy(first)]
  const undos = docs.map(
    (doc, index) =>
      new Y.UndoManager(doc.getXmlFragment(textField), {
        trackedOrigins: new Set([index]),
        captureTimeout: 0,
      }),
  )
  const from = Math.floor(start * (60 - size))
  const quote = text.slice(from, from + size)
  const offset = (index: number) => index + (index < 30 ? 1 : 3)
  const anchor = anchorOf(layout(first), 'document', {
    from: offset(from),
    to: offset(from + size - 1) + 1,
  })!
  expect(anchor.quote.replace('\n', '')).toBe(quote)
  let used = 60
  for (const one of edits) {
    const doc = docs[one.by]!
    if (one.kind === 'sync') sync(docs[0]!, docs[1]!)
    else if (one.kind === 'undo') undos[one.by]!.undo()
    else {
      doc.transact(
        () =>
          edit(doc, (state) => {
            const at = Math.round(one.at * state.doc.content.size)
            const $at = state.doc.resolve(at)
            if (one.kind === 'insert' && $at.parent.isTextblock) {
              return state.tr.insertText(letters.slice(used, (used += one.size)).join(''), at)
            }
            if (one.kind === 'delete') {
              return state.tr.delete(at, Math.min(state.doc.content.size, at + one.size))
            }
            if (one.kind === 'split' && $at.parent.isTextblock) return state.tr.split(at)
            if (one.kind === 'join' && $at.depth > 0 && $at.index(0) > 0) return state.tr.join($at.before(1))
            return state.tr
          }),
        one.by,
      )
    }
    for (const each of docs) check(each, anchor, quote)
  }
  sync(docs[0]!, docs[1]!)
  expect(textAt(docs[0]!, anchor)).toBe(textAt(docs[1]!, anchor))
  for (const each of docs) check(each, anchor, quote)
}

/** Every letter is unique: what is shown must hold one of the quotation, and never be wholly somebody's insertion. */
function check(doc: Y.Doc, anchor: TextAnchor, quote: string): void {
  expect(layout(doc).size).toBe(show(doc).content.size)
  const shown = textAt(doc, anchor)
  if (shown !== null) expect([...shown].some((letter) => quote.includes(letter))).toBe(true)
  if (show(doc).textContent.includes(quote) && quote.length > 0)
    expect(shown?.replaceAll('\n', '')).toContain(quote)
}
