import { prosemirrorJSONToYDoc, updateYFragment, yXmlFragmentToProseMirrorRootNode } from '@tiptap/y-tiptap'
import { EditorState, type Transaction } from '@tiptap/pm/state'
import { Fragment, type Node } from '@tiptap/pm/model'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { schema } from '../../shared/document/schema.ts'
import { textField } from '../../shared/document/text-field.ts'
import { layOutText } from '../../shared/document/text-layout.ts'
import {
  nodeAnchorHolds,
  nodeAnchorOf,
  nodePlaceOf,
  type NodeAnchor,
} from '../../shared/anchors/node-anchors.ts'

const paragraph = (text: string) => ({ type: 'paragraph', content: text ? [{ type: 'text', text }] : [] })
const picture = (letter: string) => ({
  type: 'imageFile',
  attrs: { sha256: letter.repeat(64), alt: 'sink mark' },
})
const cell = (text: string) => ({ type: 'tableCell', content: [paragraph(text)] })
const row = (...texts: string[]) => ({ type: 'tableRow', content: texts.map(cell) })
const resourceOf = (...blocks: object[]) =>
  prosemirrorJSONToYDoc(schema, { type: 'doc', content: blocks }, textField)
const layout = (doc: Y.Doc) => layOutText(doc.getXmlFragment(textField))
const show = (doc: Y.Doc) => yXmlFragmentToProseMirrorRootNode(doc.getXmlFragment(textField), schema)

/** Anchors the first node of this type that says `words` (of a picture: any). */
function anchorOn(doc: Y.Doc, type: string, words = ''): NodeAnchor {
  let found = -1
  show(doc).descendants((node, at) => {
    if (found < 0 && node.type.name === type && node.textContent.includes(words)) found = at
  })
  return nodeAnchorOf(layout(doc), 'document', found)!
}

function nodeAt(doc: Y.Doc, anchor: NodeAnchor): Node | null {
  const place = nodePlaceOf(layout(doc), anchor)
  if (!place) return null
  const node = show(doc).nodeAt(place.from)!
  expect(place.to).toBe(place.from + node.nodeSize)
  return node
}
const textAt = (doc: Y.Doc, anchor: NodeAnchor) => nodeAt(doc, anchor)?.textContent ?? null

function edit(doc: Y.Doc, change: (state: EditorState) => Transaction): void {
  const state = EditorState.create({ doc: show(doc) })
  updateYFragment(doc, doc.getXmlFragment(textField), change(state).doc, {
    mapping: new Map(),
    isOMark: new Map(),
  })
}

/** Changes places with the block behind it, as the block's menu does. */
function swap(state: EditorState, index: number): Transaction {
  const at = state.doc.resolve(0).posAtIndex(index)
  const [one, other] = [state.doc.child(index), state.doc.child(index + 1)]
  return state.tr.replaceWith(at, at + one.nodeSize + other.nodeSize, Fragment.from([other, one]))
}

const sync = (one: Y.Doc, other: Y.Doc) => {
  Y.applyUpdate(one, Y.encodeStateAsUpdate(other))
  Y.applyUpdate(other, Y.encodeStateAsUpdate(one))
}

describe('an anchor on a block, a cell or a picture', () => {
  test('a cell is followed while rows and columns are put in around it and its value is changed', () => {
    const doc = resourceOf({
      type: 'table',
      content: [row('wall thickness', '1.8 mm'), row('draft angle', '1.5 degrees')],
    })
    const anchor = anchorOn(doc, 'tableCell', '1.5')
    expect(anchor).toMatchObject({ nodeType: 'cell', quote: '1.5 degrees' })
    edit(doc, (state) => {
      const at = 1
      return state.tr.insert(at, schema.nodeFromJSON(row('material grade', 'ADC12')))
    })
    expect(textAt(doc, anchor)).toBe('1.5 degrees')
    edit(doc, (state) => {
      let at = -1
      state.doc.descendants((node, pos) => {
        if (node.isText && node.text === '1.5 degrees') at = pos
      })
      return state.tr.insertText('2.0 degrees', at, at + 11)
    })
    expect(textAt(doc, anchor)).toBe('2.0 degrees')
  })

  test('a cell is not taken for the one that says the same in another table, whatever becomes of it', () => {
    const table = {
      type: 'table',
      content: [row('wall thickness', '1.8 mm'), row('draft angle', '1.5 degrees')],
    }
    const doc = resourceOf(paragraph('Base'), table, paragraph('Shade'), table)
    const anchor = anchorOn(doc, 'tableCell', '1.8')
    const own = nodePlaceOf(layout(doc), anchor)!
    edit(doc, (state) => state.tr.insertText('2.5 mm', own.from + 2, own.to - 2))
    expect(nodePlaceOf(layout(doc), anchor)?.from).toBe(own.from)
    expect(textAt(doc, anchor)).toBe('2.5 mm')
    edit(doc, (state) =>
      state.tr.delete(state.doc.resolve(own.from).before(1), state.doc.resolve(own.from).after(1)),
    )
    expect(nodePlaceOf(layout(doc), anchor)).toBeNull()
  })

  test('a block that was copied and then written anew is not its copy', () => {
    const doc = resourceOf(
      paragraph('The base is die-cast.'),
      paragraph('Deburr all edges by hand.'),
      paragraph('The shade is spun.'),
    )
    const anchor = anchorOn(doc, 'paragraph', 'Deburr')
    edit(doc, ({ tr, doc: now }) => tr.insert(now.content.size, now.child(1)))
    const own = nodePlaceOf(layout(doc), anchor)!
    edit(doc, ({ tr }) => tr.insertText('Deburr all edges in a drum.', own.from + 1, own.to - 1))
    expect(textAt(doc, anchor)).toBe('Deburr all edges in a drum.')
  })

  test('a block that is moved is followed; its neighbour is not taken for it', () => {
    const doc = resourceOf(
      paragraph('The base is die-cast from ADC12.'),
      paragraph('The shade is spun from aluminium.'),
      paragraph('The cable is two metres long.'),
    )
    const anchor = anchorOn(doc, 'paragraph', 'shade')
    edit(doc, (state) => swap(state, 1))
    expect(textAt(doc, anchor)).toBe('The shade is spun from aluminium.')
    edit(doc, (state) => swap(state, 0))
    expect(textAt(doc, anchor)).toBe('The shade is spun from aluminium.')
  })

  test('a picture is followed when it moves, and another one in its place is not it', () => {
    const doc = resourceOf(paragraph('Front view'), picture('a'), paragraph('Side view'), picture('b'))
    const anchor = anchorOn(doc, 'imageFile')
    expect(anchor.sha256).toBe('a'.repeat(64))
    edit(doc, (state) => swap(state, 0))
    expect(nodeAt(doc, anchor)?.attrs.sha256).toBe('a'.repeat(64))
    edit(doc, (state) => {
      const at = nodePlaceOf(layout(doc), anchor)!.from
      return state.tr.setNodeMarkup(at, null, { sha256: 'c'.repeat(64), alt: '', width: null })
    })
    expect(nodeAt(doc, anchor)).toBeNull()
  })

  test('says removed when it is deleted, and comes back by an undo', () => {
    const doc = resourceOf(
      paragraph('Above the table.'),
      paragraph('Ship in foam.'),
      paragraph('Below it all.'),
    )
    const anchor = anchorOn(doc, 'paragraph', 'foam')
    const undo = new Y.UndoManager(doc.getXmlFragment(textField), { trackedOrigins: new Set(['me']) })
    const { from, to } = nodePlaceOf(layout(doc), anchor)!
    doc.transact(() => edit(doc, (state) => state.tr.delete(from, to)), 'me')
    expect(textAt(doc, anchor)).toBeNull()
    undo.undo()
    expect(textAt(doc, anchor)).toBe('Ship in foam.')
  })

  test('is not moved to an equal block that stood elsewhere', () => {
    const doc = resourceOf(
      paragraph('Deburr all edges.'),
      paragraph('The shade is spun.'),
      paragraph('Deburr all edges.'),
    )
    const anchor = anchorOn(doc, 'paragraph', 'Deburr')
    const { from, to } = nodePlaceOf(layout(doc), anchor)!
    edit(doc, (state) => state.tr.delete(from, to))
    expect(nodePlaceOf(layout(doc), anchor)).toBeNull()
  })

  test('holds only what this document has or had, of the kind that it says', () => {
    const doc = resourceOf(paragraph('One.'), picture('a'), paragraph('Two.'))
    const anchor = anchorOn(doc, 'imageFile')
    expect(nodeAnchorHolds(layout(doc), anchor)).toBe(true)
    expect(nodeAnchorHolds(layout(doc), { ...anchor, nodeType: 'cell' })).toBe(false)
    expect(nodeAnchorHolds(layout(resourceOf(paragraph('x'))), anchor)).toBe(false)
    for (const garbage of ['', '!', 'AAAA', 'zz==', 'gICAgICAgICAgICAgIA=']) {
      expect(nodeAnchorHolds(layout(doc), { ...anchor, node: garbage })).toBe(false)
    }
    const { from, to } = nodePlaceOf(layout(doc), anchor)!
    edit(doc, (state) => state.tr.delete(from, to))
    expect(nodeAnchorHolds(layout(doc), anchor)).toBe(true)
  })
})

/** Every letter stands once, so that a letter that is shown proves where it came from. */
const letters = Array.from({ length: 500 }, (_, index) => String.fromCodePoint(0x4e00 + index))
const share = fc.double({ min: 0, max: 1, noNaN: true })
const anyEdit = fc.record({
  kind: fc.constantFrom('insert', 'delete', 'split', 'join', 'swap', 'cut', 'remove', 'undo', 'sync'),
  at: share,
  to: share,
  size: fc.integer({ min: 1, max: 15 }),
  by: fc.integer({ min: 0, max: 1 }),
})

/** Who comes first where both wrote is decided by their ids, which a failure tells with its seed. */
const ids = fc.uniqueArray(fc.integer({ min: 1, max: 1_000 }), { minLength: 2, maxLength: 2 })
const runs = Number(process.env.NODE_ANCHOR_RUNS ?? 150)

test('any edits of two people: a block’s anchor shows that block, or nothing, and the same to both', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4 }),
      fc.array(anyEdit, { maxLength: 14 }),
      ids,
      (index, edits, clients) => {
        const texts = Array.from({ length: 5 }, (_, block) =>
          letters.slice(block * 12, block * 12 + 12).join(''),
        )
        const first = resourceOf(...texts.map(paragraph))
        const second = new Y.Doc()
        sync(first, second)
        const docs = [first, second]
        docs.forEach((doc, who) => (doc.clientID = clients[who]!))
        const undos = docs.map(
          (doc, who) =>
            new Y.UndoManager(doc.getXmlFragment(textField), {
              trackedOrigins: new Set([who]),
              captureTimeout: 0,
            }),
        )
        const anchor = anchorOn(first, 'paragraph', texts[index])
        const quote = texts[index]!
        let used = 60
        const check = (doc: Y.Doc) => {
          const shown = textAt(doc, anchor)
          const whole: string[] = []
          show(doc).forEach((block) => whole.push(block.textContent))
          // never a block of other words, unless it stands where the anchored one stood and was written anew
          if (shown !== null && ![...shown].some((letter) => quote.includes(letter))) {
            const at = whole.indexOf(shown)
            expect(
              [...(whole[at - 1] ?? ''), ...(whole[at + 1] ?? '')].some((one) =>
                texts.join('').includes(one),
              ),
            ).toBe(true)
            expect(texts.some((text) => text !== quote && [...text].some((one) => shown.includes(one)))).toBe(
              false,
            )
          }
          // and never lost while it stands there word for word: where one puts back what the other cut and put in
          // elsewhere, the block itself may hold the words too, with others behind them
          if (whole.filter((text) => text === quote).length === 1) expect(shown).toContain(quote)
        }
        for (const { kind, at: where, to, size, by } of edits) {
          const doc = docs[by]!
          if (kind === 'sync') sync(first, second)
          else if (kind === 'undo') undos[by]!.undo()
          else {
            doc.transact(
              () =>
                edit(doc, (state) => {
                  const { doc: now, tr } = state
                  // each may have removed what the other left
                  if (now.childCount === 0) return tr
                  const at = Math.round(where * now.content.size)
                  const $at = now.resolve(at)
                  const block = Math.min(now.childCount - 1, Math.floor(where * now.childCount))
                  const start = now.resolve(0).posAtIndex(block)
                  const node = now.child(block)
                  if (kind === 'insert' && $at.parent.isTextblock) {
                    return tr.insertText(letters.slice(used, (used += size)).join(''), at)
                  }
                  if (kind === 'delete') return tr.delete(at, Math.min(now.content.size, at + size))
                  if (kind === 'split' && $at.parent.isTextblock) return tr.split(at)
                  if (kind === 'join' && $at.depth > 0 && $at.index(0) > 0) return tr.join($at.before(1))
                  if (kind === 'swap' && block < now.childCount - 1) return swap(state, block)
                  if (kind === 'remove' && now.childCount > 1) return tr.delete(start, start + node.nodeSize)
                  if (kind === 'cut' && now.childCount > 1) {
                    tr.delete(start, start + node.nodeSize)
                    return tr.insert(tr.doc.resolve(0).posAtIndex(Math.floor(to * tr.doc.childCount)), node)
                  }
                  return tr
                }),
              by,
            )
          }
          docs.forEach(check)
        }
        sync(first, second)
        expect(textAt(first, anchor)).toBe(textAt(second, anchor))
        docs.forEach(check)
      },
    ),
    { numRuns: runs },
  )
})

test('§3 of hundreds of cells that say the same none is told from the others by what stands around it', () => {
  const many = Array.from({ length: 250 }, (_, at) => row(`${at}`, 'OK'))
  const doc = resourceOf({ type: 'table', content: [row('No.', 'Result'), ...many] })
  const anchor = { ...anchorOn(doc, 'tableCell', 'OK'), others: { same: 0, beside: 0, within: 0 } }
  expect(textAt(doc, anchor)).toBe('OK')
  const other = resourceOf({ type: 'table', content: [row('No.', 'Result'), ...many] })
  expect(nodePlaceOf(layout(other), anchor)).toBeNull()
})

test('half of the words in their order are the same block, and no less', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[abc]{1,40}$/), fc.stringMatching(/^[abcd]{1,40}$/), (before, now) => {
      const doc = resourceOf(paragraph(before), paragraph('behind'))
      const anchor = { ...anchorOn(doc, 'paragraph'), others: { same: 1, beside: 1, within: 1 } }
      const { at, end } = layout(doc).elements[0]!
      const root = doc.getXmlFragment(textField).get(0) as Y.XmlElement
      const text = root.get(0) as Y.XmlText
      expect([at, end]).toEqual([0, before.length + 2])
      text.insert(text.length, now)
      text.delete(0, before.length)
      const isSame = now === before || commonLength(now, before) * 2 >= before.length
      expect(nodePlaceOf(layout(doc), anchor) !== null).toBe(isSame)
    }),
    { numRuns: 300 },
  )
})

function commonLength(one: string, other: string): number {
  const rows = Array.from({ length: one.length + 1 }, () => new Uint8Array(other.length + 1))
  for (let at = 1; at <= one.length; at++) {
    for (let to = 1; to <= other.length; to++) {
      rows[at]![to] =
        one[at - 1] === other[to - 1]
          ? rows[at - 1]![to - 1]! + 1
          : Math.max(rows[at - 1]![to]!, rows[at]![to - 1]!)
    }
  }
  return rows.at(-1)!.at(-1)!
}
