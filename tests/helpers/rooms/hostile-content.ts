import * as Y from 'yjs'

type Change = (doc: Y.Doc, root: Y.XmlFragment, paragraph: Y.XmlElement, text: Y.XmlText) => void

const put = (parent: Y.XmlFragment, name: string, attributes: Record<string, unknown> = {}): Y.XmlElement => {
  const element = new Y.XmlElement(name)
  parent.push([element])
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value as string)
  return element
}

const carrying =
  (name: string, attributes: Record<string, unknown>): Change =>
  (_doc, root) =>
    void put(root, name, attributes)

const inCell =
  (attributes: Record<string, unknown>): Change =>
  (_doc, root) =>
    put(put(put(put(root, 'table'), 'tableRow'), 'tableCell', attributes), 'paragraph')

const marking =
  (marks: Record<string, unknown>): Change =>
  (_doc, _root, _paragraph, text) =>
    text.format(0, text.length, marks)

/** Puts into an element what only a list of Yjs holds. */
const pushPlain = (parent: Y.XmlFragment, ...values: unknown[]): void =>
  Y.Array.prototype.push.call(parent as never, values)

const picture = { sha256: 'a'.repeat(64), alt: '', width: null }

/**
 * What no editor of the schema writes, by its kind: each is one change of a document that has one paragraph with one
 * text.
 */
export const hostileChanges: readonly (readonly [kind: string, change: Change])[] = [
  ['an element that is not known', carrying('script', {})],
  ['an element named like a method of objects', carrying('constructor', {})],
  ['an element named __proto__', carrying('__proto__', {})],
  ['the document inside itself', carrying('doc', {})],
  ['an element named text', carrying('text', {})],
  ['a row without a table', carrying('tableRow', {})],
  ['a list item in a paragraph', (_doc, _root, paragraph) => void put(paragraph, 'listItem')],
  ['a block in a leaf', (_doc, root) => void put(put(root, 'horizontalRule'), 'paragraph')],
  ['text in the root', (_doc, root) => root.push([new Y.XmlText('x')])],
  ['text in a list', (_doc, root) => put(root, 'bulletList').push([new Y.XmlText('x')])],
  ['text in a leaf', (_doc, root) => put(root, 'imageFile', picture).push([new Y.XmlText('x')])],
  ['a hook', (_doc, root) => root.push([new Y.XmlHook('hook') as unknown as Y.XmlElement])],
  ['a fragment in a fragment', (_doc, root) => root.push([new Y.XmlFragment() as unknown as Y.XmlElement])],
  ['an attribute that is not known', carrying('paragraph', { onclick: 'alert(1)' })],
  ['an attribute of another element', carrying('paragraph', { level: 1 })],
  ['an attribute named __proto__', carrying('heading', { ['__proto__']: 1 })],
  ['an attribute named constructor', carrying('heading', { constructor: 1 })],
  ['an attribute of the root', (_doc, root) => Y.Map.prototype.set.call(root as never, 'level', 1)],
  [
    'an attribute of a text',
    (_doc, _root, _paragraph, text) => text.setAttribute('level', 1 as unknown as string),
  ],
  ['heading 99', carrying('heading', { level: 99 })],
  ['a level in words', carrying('heading', { level: '1' })],
  ['a level between two', carrying('heading', { level: 1.5 })],
  ['a language that is a number', carrying('codeBlock', { language: 5 })],
  ['a language of 1,000 letters', carrying('codeBlock', { language: 'x'.repeat(1_000) })],
  ['a language with a quote in it', carrying('codeBlock', { language: '" onclick="x' })],
  ['a formula that is an object', carrying('blockMath', { latex: {} })],
  ['a formula with a NUL', carrying('blockMath', { latex: 'a\u0000b' })],
  ['a formula of 300 KB', carrying('blockMath', { latex: 'x'.repeat(300_000) })],
  ['words of 300 KB about a picture', carrying('imageFile', { ...picture, alt: 'x'.repeat(300_000) })],
  ['words with a NUL about a picture', carrying('imageFile', { ...picture, alt: '\u0000' })],
  ['a picture of a path', carrying('imageFile', { ...picture, sha256: '../../etc/passwd' })],
  ['a picture of infinite width', carrying('imageFile', { ...picture, width: Infinity })],
  ['a tone of one’s own', carrying('callout', { tone: 'x"><script>' })],
  [
    'a task that is checked by an object',
    (_doc, root) => put(put(root, 'taskList'), 'taskItem', { checked: {} }),
  ],
  ['a list that starts at no number', carrying('orderedList', { start: {} })],
  ['colspan 1e9', inCell({ colspan: 1e9 })],
  ['colspan 0', inCell({ colspan: 0 })],
  ['colspan −1', inCell({ colspan: -1 })],
  ['rowspan 1e9', inCell({ rowspan: 1e9 })],
  ['column widths that are a text', inCell({ colwidth: 'wide' })],
  ['10,000 column widths', inCell({ colwidth: Array(10_000).fill(1) })],
  ['a column width that is an object', inCell({ colwidth: [{}] })],
  ['an alignment of one’s own', inCell({ align: 'x;background:url(//x)' })],
  ['bytes as an attribute', carrying('heading', { level: Uint8Array.of(1) })],
  ['a type as an attribute', carrying('heading', { level: new Y.Map() })],
  ['a subdocument as an attribute', carrying('heading', { level: new Y.Doc() })],
  ['a bigint as an attribute', carrying('heading', { level: 1n })],
  ['a mark that is not known', marking({ blink: {} })],
  ['a mark named __proto__', marking({ ['__proto__']: {} })],
  ['a mark named constructor', marking({ constructor: {} })],
  ['a mark with toString', marking({ bold: { toString: 1 } })],
  ['a mark that is true', marking({ bold: true })],
  ['a mark that is a list', marking({ bold: [] })],
  ['a mark with a hash that needs none', marking({ 'bold--abcdefgh': {} })],
  ['a script as a link', marking({ link: { href: 'javascript:alert(1)' } })],
  ['a link to nowhere', marking({ link: {} })],
  ['a link to a number', marking({ link: { href: 1 } })],
  ['a link with a title that is an object', marking({ link: { href: 'https://a.b', title: {} } })],
  ['a link with an unknown attribute', marking({ link: { href: 'https://a.b', onclick: 'x' } })],
  ['a link with half a surrogate pair', marking({ link: { href: 'https://a.b', title: '\ud800' } })],
  [
    'a mark in code',
    (_doc, root) => {
      const text = new Y.XmlText()
      put(root, 'codeBlock').push([text])
      text.insert(0, 'x', { bold: {} })
    },
  ],
  ['a NUL', (_doc, _root, _paragraph, text) => text.insert(1, 'a\u0000b')],
  ['an embed', (_doc, _root, _paragraph, text) => text.insertEmbed(0, { src: 'x' })],
  [
    'a type embedded in a text',
    (_doc, _root, _paragraph, text) => text.insertEmbed(0, new Y.XmlElement('table')),
  ],
  ['bytes in an element', (_doc, _root, paragraph) => pushPlain(paragraph, Uint8Array.of(1))],
  ['values in the root', (_doc, root) => pushPlain(root, 1, 'x', {})],
  ['another root', (doc) => void put(doc.getXmlFragment('elsewhere'), 'paragraph')],
]

/** A document with one paragraph, and the one update by which somebody else's client makes `change` in it. */
export function hostileUpdate(change: Change): { base: Uint8Array; update: Uint8Array } {
  const honest = new Y.Doc()
  const paragraph = new Y.XmlElement('paragraph')
  honest.getXmlFragment('default').push([paragraph])
  paragraph.push([new Y.XmlText('before')])
  const base = Y.encodeStateAsUpdate(honest)
  const doc = new Y.Doc()
  Y.applyUpdate(doc, base)
  const before = Y.encodeStateVector(doc)
  doc.transact(() => change(doc, ...partsOf(doc)))
  return { base, update: Y.encodeStateAsUpdate(doc, before) }
}

function partsOf(doc: Y.Doc): [Y.XmlFragment, Y.XmlElement, Y.XmlText] {
  const root = doc.getXmlFragment('default')
  const paragraph = root.get(0) as Y.XmlElement
  return [root, paragraph, paragraph.get(0) as Y.XmlText]
}
