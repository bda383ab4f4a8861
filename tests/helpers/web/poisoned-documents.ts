import * as Y from 'yjs'
import { textField } from '../../../shared/document/text-field.ts'

const paragraph = (words: string) => element('paragraph', {}, [new Y.XmlText(words)])

function element(
  name: string,
  attributes: Record<string, unknown>,
  children: (Y.XmlElement | Y.XmlText)[] = [],
) {
  const made = new Y.XmlElement(name)
  // Yjs keeps any value here; its type says string
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value as string)
  made.insert(0, children)
  return made
}

function marked(words: string, attributes: Record<string, unknown>) {
  const text = new Y.XmlText()
  text.insert(0, words, attributes as Record<string, never>)
  return element('paragraph', {}, [text])
}

const cell = (words: string, attributes: Record<string, unknown> = {}) =>
  element('tableCell', attributes, [paragraph(words)])
const row = (...cells: Y.XmlElement[]) => element('tableRow', {}, cells)

function embedded() {
  const text = new Y.XmlText('before ')
  text.insertEmbed(7, { image: 'x' })
  text.insert(8, ' behind')
  return element('paragraph', {}, [text])
}

/** What a schema of ours never makes, by name: an old log may hold any of it. */
export const poisons: Record<string, () => (Y.XmlElement | Y.XmlText)[]> = {
  'a heading of level 99': () => [element('heading', { level: 99 }, [new Y.XmlText('deep')])],
  'a heading whose level is an object': () => [element('heading', { level: {} }, [new Y.XmlText('deep')])],
  'a cell of a thousand million columns': () => [element('table', {}, [row(cell('wide', { colspan: 1e9 }))])],
  'a row whose cells are wider together than any table': () => [
    element('table', {}, [row(...Array.from({ length: 40 }, () => cell('w', { colspan: 900 })))]),
  ],
  'a formula that is an object': () => [element('blockMath', { latex: {} })],
  'an inline formula that is a number': () => [
    element('paragraph', {}, [element('inlineMath', { latex: 5 })]),
  ],
  'a picture described by an object': () => [element('imageFile', { sha256: 7, alt: { toString: 'no' } })],
  'a code block whose language is a number': () => [
    element('codeBlock', { language: 5 }, [new Y.XmlText('x')]),
  ],
  'a mark whose value is an object with toString': () => [
    marked('words', { link: { href: { toString: 'no' } } }),
  ],
  'a mark that nobody knows': () => [marked('words', { blink: { on: true } })],
  'a mark whose value is a number': () => [marked('words', { bold: 5 })],
  'words at the root': () => [new Y.XmlText('at the root')],
  'something in a text that is no text': () => [embedded()],
  'an element that nobody knows': () => [element('script', { src: 'x' }, [paragraph('inside')])],
  'an inline element that nobody knows': () => [
    element('paragraph', {}, [new Y.XmlText('a '), element('blink', { on: true }), new Y.XmlText(' b')]),
  ],
  'an element named text, and one named doc': () => [
    element('text', {}, [new Y.XmlText('inside')]),
    element('doc', {}, [paragraph('inside')]),
  ],
  'an element named __proto__': () => [element('__proto__', { constructor: 'x' })],
  'an attribute that nobody knows': () => [element('paragraph', { onclick: 'x' }, [new Y.XmlText('words')])],
  'a list without an item': () => [element('bulletList', {}), element('orderedList', { start: 'x' })],
  'a list item outside of any list': () => [element('listItem', {}, [paragraph('lost')])],
  'a paragraph within a paragraph': () => [element('paragraph', {}, [paragraph('inner')])],
  'a ragged table': () => [element('table', {}, [row(cell('a'), cell('b')), row(cell('c'))])],
  'a table without a row, and a row without a cell': () => [
    element('table', {}),
    element('table', {}, [element('tableRow', {})]),
  ],
  'a rule with words in it': () => [element('horizontalRule', {}, [paragraph('hidden')])],
  'words in two runs side by side': () => [
    element('paragraph', {}, [new Y.XmlText('one '), new Y.XmlText('two')]),
  ],
}

/** A document with a poison between two honest paragraphs, as others get it. */
export function poisoned(name: string): Y.Doc {
  const writer = new Y.Doc()
  writer.getXmlFragment(textField).insert(0, [paragraph('first'), ...poisons[name]!(), paragraph('last')])
  return copyOf(writer)
}

export function copyOf(doc: Y.Doc): Y.Doc {
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  return copy
}

/** All that a document holds, deletions too: equal before and after means that nothing was written. */
export const bytesOf = (doc: Y.Doc): string => Buffer.from(Y.encodeStateAsUpdate(doc)).toString('base64')
