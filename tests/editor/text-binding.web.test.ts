import { describe, expect, test } from 'vitest'
import { TextSelection } from '@tiptap/pm/state'
import { addColumnBefore, tableEditing, TableMap } from '@tiptap/pm/tables'
import { prosemirrorJSONToYDoc } from '@tiptap/y-tiptap'
import * as Y from 'yjs'
import { textField } from '../../shared/document/text-field.ts'
import { schema } from '../../shared/document/schema.ts'
import { holdText } from '../helpers/web/held-text.ts'
import { json } from '../helpers/web/two-editors.ts'
import { bytesOf, copyOf, poisoned, poisons } from '../helpers/web/poisoned-documents.ts'

const fragmentOf = (doc: Y.Doc) => doc.getXmlFragment(textField)
/** Brings everything of one copy to another, as the room does. */
const tell = (from: Y.Doc, to: Y.Doc) =>
  Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)), 'room')
/** Everything in a part of a document, for comparing; Yjs's own words for it throw on some values. */
const heldBy = (part: unknown): unknown =>
  part instanceof Y.XmlElement
    ? [part.nodeName, part.getAttributes(), part.toArray().map(heldBy)]
    : (part as Y.XmlText).toDelta()
const paragraph = (words: string) => {
  const made = new Y.XmlElement('paragraph')
  made.insert(0, [new Y.XmlText(words)])
  return made
}

describe.each(Object.keys(poisons))('%s', (name) => {
  test.each([true, false])('security 42: opening it changes nothing (may write: %s)', (isEditable) => {
    const doc = poisoned(name)
    const before = bytesOf(doc)
    const { view, failures } = holdText(doc, { isEditable })
    view.dispatch(view.state.tr.setMeta('caret', true))
    view.dispatch(view.state.tr.setSelection(TextSelection.atEnd(view.state.doc)))
    expect(bytesOf(doc)).toBe(before)
    expect(failures).toEqual([])
  })

  test('what comes from others is shown beside it, and nothing is written for it', () => {
    const doc = poisoned(name)
    const { view, failures, words } = holdText(doc)
    const other = copyOf(doc)
    fragmentOf(other).insert(0, [paragraph('from another')])
    tell(other, doc)
    expect(words()).toContain('from another')
    view.dispatch(view.state.tr.setMeta('caret', true))
    expect(bytesOf(doc)).toBe(bytesOf(other))
    expect(failures).toEqual([])
  })

  test('it comes while the document is open: shown, and nothing is written for it', () => {
    const doc = new Y.Doc()
    const { view, failures, words } = holdText(doc)
    tell(poisoned(name), doc)
    const before = bytesOf(doc)
    view.dispatch(view.state.tr.setMeta('caret', true))
    expect(words()).toMatch(/^first/)
    expect(words()).toMatch(/last$/)
    expect(bytesOf(doc)).toBe(before)
    expect(failures).toEqual([])
  })

  test('writing beside it leaves it as it is', () => {
    const doc = poisoned(name)
    const before = fragmentOf(doc).toArray().slice(1, -1)
    const said = JSON.stringify(before.map(heldBy))
    const { view, failures } = holdText(doc)
    view.dispatch(view.state.tr.insertText('X', 1))
    view.dispatch(view.state.tr.insertText('Y', view.state.doc.content.size - 1))
    expect(fragmentOf(doc).get(0).toString()).toContain('Xfirst')
    const after = fragmentOf(doc).toArray()
    expect(after.at(-1)!.toString()).toContain('lastY')
    expect(after.slice(1, -1)).toEqual(before)
    expect(JSON.stringify(after.slice(1, -1).map(heldBy))).toBe(said)
    expect(failures).toEqual([])
  })
})

test('a view never builds the columns that a cell only says it has', () => {
  const spans: number[] = []
  for (const name of [
    'a cell of a thousand million columns',
    'a row whose cells are wider together than any table',
  ]) {
    holdText(poisoned(name)).view.state.doc.descendants((node) => {
      if (node.type.name === 'table') spans.push(TableMap.get(node).width)
    })
  }
  expect(spans).toEqual([1, 40])
})

describe('a binding', () => {
  test('two that write into one empty paragraph at once keep both words, each once', () => {
    const one = new Y.Doc()
    const empty = new Y.XmlElement('paragraph')
    fragmentOf(one).insert(0, [empty])
    const other = copyOf(one)
    const [mine, theirs] = [holdText(one), holdText(other)]
    mine.view.dispatch(mine.view.state.tr.insertText('mine ', 1))
    theirs.view.dispatch(theirs.view.state.tr.insertText('theirs ', 1))
    tell(one, other)
    tell(other, one)
    expect(bytesOf(one).length).toBe(bytesOf(other).length)
    // both go on before they hear of each other
    mine.view.dispatch(mine.view.state.tr.insertText('A', 1))
    theirs.view.dispatch(theirs.view.state.tr.insertText('B', theirs.view.state.doc.content.size - 1))
    tell(one, other)
    tell(other, one)
    expect(mine.words()).toBe(theirs.words())
    const letters = [...mine.words()].sort().join('').trim()
    expect(letters).toBe([...'mine theirs AB'].sort().join('').trim())
  })

  test('a stale view never writes: the key after a failure deletes nothing', () => {
    const doc = copyOf(poisoned('a ragged table'))
    const held = holdText(doc)
    const { dispatch } = held.view
    held.view.dispatch = () => {
      throw new RangeError('Position 99 out of range')
    }
    const other = copyOf(doc)
    fragmentOf(other).insert(0, [paragraph('meanwhile')])
    tell(other, doc)
    expect(held.failures).toHaveLength(1)
    held.view.dispatch = dispatch
    held.view.dispatch(held.view.state.tr.insertText('X', 1))
    expect(held.words()).not.toContain('X')
    expect(bytesOf(doc)).toBe(bytesOf(other))
    // bound anew, it goes on from what is shared
    const again = holdText(doc)
    again.view.dispatch(again.view.state.tr.insertText('X', 1))
    expect(fragmentOf(doc).get(0).toString()).toContain('Xmeanwhile')
  })

  test('a row of one and a column of another are shown as they met, and repaired in nobody’s name', () => {
    const cell = (words: string) => ({ type: 'tableCell', content: [json.p(words)] })
    const row = (...cells: object[]) => ({ type: 'tableRow', content: cells })
    const whole = { type: 'table', content: [row(cell('a'), cell('b')), row(cell('c'), cell('d'))] }
    const doc = prosemirrorJSONToYDoc(schema, { type: 'doc', content: [whole, json.p('end')] }, textField)
    const held = holdText(doc, undefined, [tableEditing()])
    const other = copyOf(doc)
    // what the other hears of later
    const { state } = held.view
    held.view.dispatch(state.tr.setSelection(TextSelection.create(state.doc, 4)))
    addColumnBefore(held.view.state, held.view.dispatch)
    const table = fragmentOf(other).get(0) as Y.XmlElement
    table.insert(1, [(table.get(0) as Y.XmlElement).clone() as Y.XmlElement])
    const shown = held.view.state.doc
    tell(other, doc)
    expect(held.failures).toEqual([])
    const rows = () => held.view.state.doc.firstChild!.children.map(({ childCount }) => childCount)
    expect(rows()).toEqual([3, 2, 3])
    expect(held.view.state.doc).not.toBe(shown)
    // what one writes in it meanwhile is theirs, and nothing else
    held.view.dispatch(held.view.state.tr.insertText('!', 8))
    expect(rows()).toEqual([3, 2, 3])
    tell(doc, other)
    expect(bytesOf(other)).toBe(bytesOf(doc))
    // undo takes back what is their own
    held.undoManager.undo()
    held.undoManager.undo()
    expect(rows()).toEqual([2, 2, 2])
    expect(held.failures).toEqual([])
  })

  test('a transaction of this client that no person made fails the binding', () => {
    const doc = poisoned('a ragged table')
    const { view, binding, failures } = holdText(doc)
    const sync = view.state.plugins[0]!
    doc.transact(() => fragmentOf(doc).delete(0, 1), sync.spec.key)
    expect(failures).toHaveLength(1)
    expect(binding.works).toBe(false)
  })

  test('who may not write changes nothing, whatever is dispatched', () => {
    const doc = poisoned('a ragged table')
    const before = bytesOf(doc)
    const held = holdText(doc, { isEditable: false })
    held.view.dispatch(held.view.state.tr.insertText('X', 1))
    held.editor.isEditable = true
    held.view.dispatch(held.view.state.tr.setMeta('caret', true))
    expect(bytesOf(doc)).toBe(before)
  })

  test('a caret stays in its paragraph when several places change in one frame', () => {
    const doc = new Y.Doc()
    fragmentOf(doc).insert(0, ['one', 'two', 'three'].map(paragraph))
    const { view, failures } = holdText(doc)
    view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, 8)))
    const other = copyOf(doc)
    other.transact(() => {
      const [first, , last] = fragmentOf(other).toArray() as Y.XmlElement[]
      ;(first!.get(0) as Y.XmlText).insert(0, '12')
      ;(last!.get(0) as Y.XmlText).insert(0, '34')
    })
    tell(other, doc)
    expect(view.state.selection.from).toBe(10)
    expect(view.state.selection.$from.parent.textContent).toBe('two')
    expect(failures).toEqual([])
  })
})
