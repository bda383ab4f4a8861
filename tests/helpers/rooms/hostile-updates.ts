import type { NodeType } from '@tiptap/pm/model'
import * as Y from 'yjs'
import { schema } from '../../../shared/document/schema.ts'
import { textField } from '../../../shared/document/text-field.ts'
import type { SeededRandom } from '../seeded-random.ts'

// What a member may send who wishes the others ill: updates that know the schema, and break it in one place or in
// several. Half of them are honest at heart, as bytes that are nearly right reach further than noise.

export interface HostileUpdate {
  /** What was done, in a word: what a failure is told by. */
  kind: string
  update: Uint8Array
}

const elements = Object.values(schema.nodes).filter((type) => !type.isText && type !== schema.topNodeType)
const marks = Object.keys(schema.marks)
const attributes = [...new Set(elements.flatMap(({ spec }) => Object.keys(spec.attrs ?? {})))]

const wildNames = ['script', '__proto__', 'constructor', 'doc', 'text', 'Paragraph', '', 'ychange', '\0']

/** Values that break who takes a value for what it says to be. */
const wildValues: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  99,
  1e9,
  2 ** 53,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '',
  '5',
  '\0',
  '\ud800',
  '\u202e',
  'javascript:alert(1)',
  ' JaVa\tscript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '" std.eval("1") "',
  '`'.repeat(2_000),
  '\n'.repeat(2_000),
  'x'.repeat(20_000),
  [],
  [1e9],
  ['x'],
  {},
  { toString: 1 },
  { length: 1e9 },
  { href: {} },
  { a: { b: { c: {} } } },
  Uint8Array.of(1, 2),
]

const wildTexts = [
  'nul \0 nul',
  'half \ud83d pair',
  'half \udc00 pair',
  '\u202egnirts\u202c',
  '\ufffe\uffff\ufeff',
  'a\u0301'.repeat(300),
  '\u200b'.repeat(300),
  '#eval("1") $x$ @a <b> \\ `',
  '=1+1',
  '\n'.repeat(500),
  '👩‍👩‍👧‍👦'.repeat(50),
]
const plainTexts = ['壁厚 2.5 mm', 'Ra 1.6', 'tolerance ±0.1', '⌖ ⌀0.2 Ⓜ A B', 'ﷺ', 'ไทย', '한국어', '𠀀𠀁']
const latexes = [
  '\\frac{a}{b}',
  '\\sqrt{'.repeat(40),
  '\\text{" std.eval("1") "}',
  '{'.repeat(300),
  '#import "x"',
]

/** The SHA-256 of a file that is nowhere: named by its form, it is a picture that a page asks for in vain. */
export const missingFile = 'ab'.repeat(32)

/** A value that an attribute of this name usually has, or one that it never should. */
function attributeValue(random: SeededRandom, name: string): unknown {
  if (name === 'latex' && random.chance(0.7)) return random.pick(latexes)
  if (name === 'href' && random.chance(0.5)) return 'https://example.com/a?b=c#d'
  if (name === 'level' && random.chance(0.5)) return 1 + random.below(4)
  if (name === 'sha256' && random.chance(0.5)) return missingFile
  return random.pick(wildValues)
}

function markValue(random: SeededRandom, mark: string): unknown {
  if (random.chance(0.6)) return mark === 'link' ? { href: attributeValue(random, 'href') } : {}
  return random.pick(wildValues)
}

function text(random: SeededRandom): Y.XmlText {
  const made = new Y.XmlText()
  for (let runs = 1 + random.below(3); runs > 0; runs--) {
    const words = random.chance(0.25) ? random.pick(wildTexts) : random.pick(plainTexts)
    const mark = random.chance(0.1) ? random.pick(wildNames) : random.pick(marks)
    const key = random.chance(0.1) ? `${mark}--AAAAAAAA` : mark
    made.insert(0, words, random.chance(0.4) ? { [key]: markValue(random, mark) as object } : undefined)
  }
  if (random.chance(0.04)) made.insertEmbed(0, { image: 'x' })
  return made
}

/** An element with what the schema asks for, but for what chance changes of it; at most `deep` levels. */
function element(random: SeededRandom, type: NodeType, deep: number): Y.XmlElement {
  const name = random.chance(0.04) ? random.pick(wildNames) : type.name
  const made = new Y.XmlElement(name)
  for (const attribute of Object.keys(type.spec.attrs ?? {})) {
    if (random.chance(0.5)) setAttribute(made, attribute, attributeValue(random, attribute))
  }
  if (random.chance(0.05))
    setAttribute(made, random.pick([...attributes, ...wildNames]), random.pick(wildValues))
  if (deep <= 0 || type.isLeaf) return made
  if (type.inlineContent) {
    made.insert(0, [text(random)])
    return made
  }
  const children: (Y.XmlElement | Y.XmlText)[] = []
  let match = type.contentMatch
  for (let left = 1 + random.below(3); left > 0; left--) {
    if (random.chance(0.06)) {
      children.push(random.chance(0.5) ? text(random) : element(random, random.pick(elements), deep - 1))
      continue
    }
    const possible = Array.from({ length: match.edgeCount }, (_, at) => match.edge(at)).filter(
      (edge) => !edge.type.isText,
    )
    if (possible.length === 0) break
    const { type: child, next } = random.pick(possible)
    children.push(element(random, child, deep - 1))
    match = next
  }
  made.insert(0, children)
  return made
}

const setAttribute = (on: Y.XmlElement, name: string, value: unknown): void =>
  on.setAttribute(name, value as string)

function* below(parent: Y.XmlFragment): Generator<Y.XmlElement | Y.XmlText> {
  for (const child of parent.toArray()) {
    if (!(child instanceof Y.XmlElement) && !(child instanceof Y.XmlText)) continue
    yield child
    if (child instanceof Y.XmlElement) yield* below(child)
  }
}

type Change = (root: Y.XmlFragment, random: SeededRandom) => void

const blockTypes = elements.filter(({ isInline }) => !isInline)
const somewhere = (root: Y.XmlFragment, random: SeededRandom) => {
  const all = [...below(root)]
  return all.length > 0 ? random.pick(all) : undefined
}

const changes: Record<string, Change> = {
  'a new block': (root, random) =>
    root.insert(random.below(root.length + 1), [element(random, random.pick(blockTypes), 4)]),
  'several blocks': (root, random) =>
    root.insert(
      0,
      Array.from({ length: 3 }, () => element(random, random.pick(blockTypes), 3)),
    ),
  'an attribute': (root, random) => {
    const at = somewhere(root, random)
    const name = random.chance(0.8) ? random.pick(attributes) : random.pick(wildNames)
    if (at instanceof Y.XmlElement) setAttribute(at, name, attributeValue(random, name))
  },
  'a mark': (root, random) => {
    const at = somewhere(root, random)
    if (!(at instanceof Y.XmlText) || at.length === 0) return
    const mark = random.chance(0.8) ? random.pick(marks) : random.pick(wildNames)
    at.format(0, at.length, { [mark]: markValue(random, mark) as object })
  },
  words: (root, random) => {
    const at = somewhere(root, random)
    if (at instanceof Y.XmlText)
      at.insert(random.below(at.length + 1), random.pick([...wildTexts, ...plainTexts]))
  },
  'a child in a wrong place': (root, random) => {
    const at = somewhere(root, random)
    if (at instanceof Y.XmlElement) at.insert(0, [element(random, random.pick(elements), 2)])
  },
  'words at the root': (root, random) => root.insert(0, [text(random)]),
  'a deletion': (root, random) => {
    const at = somewhere(root, random)
    if (at && at.length > 0) at.delete(0, 1 + random.below(at.length))
  },
  'a deletion of everything': (root) => root.delete(0, root.length),
  'a hook': (root) => root.insert(0, [new Y.XmlHook('hook') as unknown as Y.XmlElement]),
  'a map in an attribute': (root, random) => {
    const at = somewhere(root, random)
    if (at instanceof Y.XmlElement) setAttribute(at, 'latex', new Y.Map())
  },
  'a run without a break': (root, random) => {
    const at = somewhere(root, random)
    if (at instanceof Y.XmlText) at.insert(0, 'x'.repeat(1_000 + random.below(60_000)))
  },
  'deep nesting': (root) => {
    let parent: Y.XmlFragment = root
    for (let depth = 0; depth < 80; depth++) {
      const block = new Y.XmlElement('blockquote')
      parent.insert(0, [block])
      parent = block
    }
  },
}

/** What somebody who has this document sends next. */
export function hostileUpdate(random: SeededRandom, doc: Y.Doc): HostileUpdate {
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  copy.clientID = 1 + random.below(2 ** 31)
  const root = copy.getXmlFragment(textField)
  const before = Y.encodeStateVector(copy)
  const kinds: string[] = []
  for (let count = random.chance(0.7) ? 1 : 1 + random.below(3); count > 0; count--) {
    const kind = random.pick(Object.keys(changes))
    kinds.push(kind)
    copy.transact(() => changes[kind]!(root, random))
  }
  const update = Y.encodeStateAsUpdate(copy, before)
  copy.destroy()
  return { kind: kinds.join(' + '), update }
}

/** A document to begin with: some of everything, as honest people write it. */
export function honestText(random: SeededRandom): Uint8Array {
  const doc = new Y.Doc()
  doc.clientID = 1 + random.below(2 ** 31)
  const root = doc.getXmlFragment(textField)
  const block = (name: string, ...children: (Y.XmlElement | Y.XmlText)[]) => {
    const made = new Y.XmlElement(name)
    made.insert(0, children)
    return made
  }
  const paragraph = (words: string) => block('paragraph', new Y.XmlText(words))
  doc.transact(() => {
    root.insert(0, [
      paragraph(random.pick(plainTexts)),
      block('bulletList', block('listItem', paragraph('one')), block('listItem', paragraph('two'))),
      block(
        'table',
        block('tableRow', block('tableHeader', paragraph('R')), block('tableHeader', paragraph('C'))),
        block('tableRow', block('tableCell', paragraph('1')), block('tableCell', paragraph('2'))),
      ),
      block('blockquote', paragraph('quoted')),
      block('codeBlock', new Y.XmlText('let x = 1')),
      paragraph('the end'),
    ])
  })
  return Y.encodeStateAsUpdate(doc)
}
