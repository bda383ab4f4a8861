import { prosemirrorJSONToYDoc } from '@tiptap/y-tiptap'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { schema } from '../../shared/document/schema.ts'
import { textField } from '../../shared/document/text-field.ts'
import { findViolations } from '../../shared/document/violations.ts'
import { writable } from '../helpers/signoff/lamp-revision.ts'

const paragraph = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] })
const heading = { type: 'heading', attrs: { level: 2 }, content: [{ type: 'text', text: 'Housing' }] }
const list = { type: 'bulletList', content: [{ type: 'listItem', content: [paragraph('Wall 3 mm')] }] }

function poisoned(poison: (root: Y.XmlFragment) => void) {
  const doc = prosemirrorJSONToYDoc(schema, { type: 'doc', content: [heading, list] }, textField)
  const root = doc.getXmlFragment(textField)
  poison(root)
  return findViolations(root).map(({ reason, block, heading: under, quote }) => [reason, block, under, quote])
}

const textIn = (element: unknown) => (element as Y.XmlElement).get(0) as Y.XmlText

test('a document of the schema has no violations, whatever its marks', () => {
  expect(poisoned(() => {})).toEqual([])
  const marks = (root: Y.XmlFragment) => {
    textIn(root.get(0)).format(0, 3, { bold: {}, link: { href: 'https://example.com' } })
    textIn(root.get(0)).format(4, 2, { code: {} })
  }
  expect(poisoned(marks)).toEqual([])
})

test('nor has formatted text, or any other mark and element of the schema', () => {
  const doc = prosemirrorJSONToYDoc(schema, writable, textField)
  expect(findViolations(doc.getXmlFragment(textField))).toEqual([])
})

test.each<[string, (root: Y.XmlFragment) => void, unknown[]]>([
  ['an emptied list', (root) => (root.get(1) as Y.XmlElement).delete(0, 1), ['incomplete', 2, 'Housing', '']],
  [
    'an element that the schema does not have',
    (root) => root.insert(1, [new Y.XmlElement('marquee')]),
    ['unknown', 2, 'Housing', ''],
  ],
  ['text at the root', (root) => root.insert(0, [new Y.XmlText('Stray')]), ['misplaced', 1, '', 'Stray']],
  ['a document without blocks', (root) => root.delete(0, 2), ['incomplete', 0, '', '']],
  [
    'a mark that the schema does not have',
    (root) => textIn(root.get(0)).format(0, 3, { blink: {} }),
    ['unknown', 1, '', 'Housing'],
  ],
  ['an embed', (root) => textIn(root.get(0)).insertEmbed(0, { image: 'x' }), ['unknown', 1, '', 'Housing']],
  [
    'an element named like a member of every object',
    (root) => root.insert(0, [new Y.XmlElement('constructor')]),
    ['unknown', 1, '', ''],
  ],
])('%s is told with its place', (_, poison, expected) => expect(poisoned(poison)).toEqual([expected]))

test('the quote of a long block is shortened, and an empty text is nothing', () => {
  expect(poisoned((root) => root.insert(0, [new Y.XmlText('')]))).toEqual([])
  const [[, , , quote] = []] = poisoned((root) => root.insert(0, [new Y.XmlText('壁厚'.repeat(100))]))
  expect([...String(quote)]).toHaveLength(80)
})
