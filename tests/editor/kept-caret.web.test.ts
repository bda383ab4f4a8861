import { TextSelection } from '@tiptap/pm/state'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { schema } from '../../shared/document/schema.ts'
import { textField } from '../../shared/document/text-field.ts'
import { caretOf, placeOfCaret } from '../../web/editor/caret/kept-caret.ts'
import { holdText } from '../helpers/web/held-text.ts'

/** A text of these lines with the caret behind some words, and where it was kept. */
function kept(lines: string[], behind: string) {
  const doc = new Y.Doc()
  doc.getXmlFragment(textField).push(
    lines.map((line) => {
      const paragraph = new Y.XmlElement('paragraph')
      if (line !== '') paragraph.push([new Y.XmlText(line)])
      return paragraph
    }),
  )
  const held = holdText(doc)
  const { view } = held
  let at = 1
  view.state.doc.descendants((node, pos) => {
    if (node.isText && node.text!.includes(behind)) at = pos + node.text!.indexOf(behind) + behind.length
  })
  view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, at)))
  return { ...held, doc, at, caret: JSON.parse(JSON.stringify(caretOf(view.state))) as object }
}

/** What stands before a place in its line. */
const before = (view: ReturnType<typeof holdText>['view'], at: number) => {
  const $at = view.state.doc.resolve(at)
  return $at.parent.textBetween(0, $at.parentOffset)
}

test('U31: a caret that was kept over a reload stands behind its letter in a text that got shorter above', () => {
  const { doc, at, caret } = kept(['Callout words', 'after halfwor', 'Ten seconds'], 'halfwor')
  const first = doc.getXmlFragment(textField).get(0) as Y.XmlElement
  ;(first.get(0) as Y.XmlText).delete(0, 4)
  const { view } = holdText(doc)
  expect(placeOfCaret(view.state, caret)).toBe(at - 4)
  expect(before(view, at - 4)).toBe('after halfwor')
})

test('it keeps its place in an empty line and at both ends, and while another writes at the same place', () => {
  for (const [lines, behind] of [
    [['Wall', 'Base'], 'Base'],
    [['', 'Base'], 'none'],
    [['Wall'], 'none'],
  ] as const) {
    const { doc, at, caret } = kept([...lines], behind)
    expect(placeOfCaret(holdText(doc).view.state, caret)).toBe(at)
  }
  const { doc, at, caret, view } = kept(['Wall 3 mm'], 'Wall')
  view.dispatch(view.state.tr.insert(at, schema.text(' thickness')))
  expect(placeOfCaret(holdText(doc).view.state, caret)).toBe(at)
})

test('a caret in words that have not come has no place until they come, and what is no caret has none', () => {
  const { doc, at, caret } = kept(['Wall'], 'Wall')
  const late = new Y.Doc()
  const { view } = holdText(late)
  expect(placeOfCaret(view.state, caret)).toBeNull()
  Y.applyUpdate(late, Y.encodeStateAsUpdate(doc))
  expect(placeOfCaret(view.state, caret)).toBe(at)
  for (const none of [7, null, 'x', {}, { item: 3 }]) expect(placeOfCaret(view.state, none)).toBeNull()
})
