import {
  prosemirrorJSONToYDoc,
  prosemirrorToYXmlFragment,
  yXmlFragmentToProsemirrorJSON,
} from '@tiptap/y-tiptap'
import { TableMap } from '@tiptap/pm/tables'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import {
  allParts,
  repairDocument,
  repairParts,
  touchedBy,
  type Part,
} from '../../../server/rooms/repair/repair.ts'
import { tableFixes } from '../../../server/rooms/repair/repair-table.ts'
import { schema } from '../../../shared/document/schema.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { findViolations } from '../../../shared/document/violations.ts'
import { editShared, randomDocument } from '../../helpers/rooms/honest-edits.ts'
import { seededRandom } from '../../helpers/seeded-random.ts'

const rootOf = (doc: Y.Doc) => doc.getXmlFragment(textField)
const shown = (doc: Y.Doc) =>
  schema.nodeFromJSON(JSON.parse(JSON.stringify(yXmlFragmentToProsemirrorJSON(rootOf(doc)))))

/** Every character and formula of a text, in no order. */
function wordsOf(doc: Y.Doc): string {
  const found: string[] = []
  for (const part of allParts(rootOf(doc))) {
    if (part instanceof Y.XmlText)
      for (const { insert } of part.toDelta()) found.push(...(typeof insert === 'string' ? insert : ''))
    else if (part instanceof Y.XmlElement && part.getAttribute('latex'))
      found.push(`$${part.getAttribute('latex')}`)
  }
  return found.toSorted().join('')
}

function isSound(doc: Y.Doc): void {
  const node = shown(doc)
  node.check()
  expect(findViolations(rootOf(doc))).toEqual([])
  node.descendants((child) => {
    if (child.type.name !== 'table') return
    const problems = TableMap.get(child).problems ?? []
    expect(problems.filter(({ type }) => type !== 'colwidth mismatch')).toEqual([])
  })
}

function copyOf(doc: Y.Doc, clientId: number): Y.Doc {
  const copy = new Y.Doc()
  copy.clientID = clientId
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  return copy
}

/** A document as a room holds it: after each update, what the update touched is repaired. */
function roomOf(doc: Y.Doc) {
  const touched = new Set<Part>()
  doc.on('afterTransaction', (transaction) => touchedBy(transaction, touched))
  return {
    take(update: Uint8Array): boolean {
      Y.applyUpdate(doc, update)
      const isWhole = doc.transact(() => repairParts(touched))
      touched.clear()
      return isWhole
    },
  }
}

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
const runs = Number(process.env.RUNS ?? 100)
/**
 * Seeds of edits that break something when they meet: a list, a table, the document, a quote, tasks, an item. Of random
 * ones every thirtieth does, so that a hundred may be without any.
 */
const breaking = [14, 49, 63, 268, 304, 454]

test(
  `whatever honest edits make of a document when they meet, the room's repair makes it sound and keeps every word (SEED=${seed})`,
  () => {
    const broken = new Set<number>()
    for (const run of [...breaking, ...Array.from({ length: runs }, (_, index) => seed + index)]) {
      const again = `SEED=${run} RUNS=1 finds this again`
      const random = seededRandom(run)
      const base = new Y.Doc()
      base.clientID = 1
      prosemirrorToYXmlFragment(randomDocument(random), rootOf(base))
      const room = copyOf(base, 2)
      const { take } = roomOf(room)
      const clients = [3, 4, 5].map((id) => copyOf(base, id))
      const merged = copyOf(base, 6)
      for (const client of clients) {
        editShared(client, 1 + random.below(6), random)
        const update = Y.encodeStateAsUpdate(client, Y.encodeStateVector(base))
        Y.applyUpdate(merged, update)
        const before = copyOf(room, 7)
        Y.applyUpdate(before, update)
        expect(take(update), again).toBe(true)
        expect(wordsOf(room), again).toBe(wordsOf(before))
      }
      try {
        isSound(room)
      } catch (failure) {
        throw new Error(`${again}: ${rootOf(merged).toString()}`, { cause: failure })
      }
      if (findViolations(rootOf(merged)).length > 0) broken.add(run)
      // the whole look finds nothing that the look at what was touched did not
      const vector = Y.encodeStateVector(room)
      expect(repairDocument(room), again).toBe(true)
      expect(Y.encodeStateVector(room), again).toEqual(vector)
      // and a client that has everything agrees
      Y.applyUpdate(clients[0]!, Y.encodeStateAsUpdate(room))
      expect(rootOf(clients[0]!).toString(), again).toBe(rootOf(room).toString())
    }
    expect([...broken]).toEqual(expect.arrayContaining(breaking))
  },
  30_000 + runs * 300,
)

const paragraph = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] })
const cell = (text: string) => ({ type: 'tableCell', content: [paragraph(text)] })
const sample = {
  type: 'doc',
  content: [
    { type: 'bulletList', content: [{ type: 'listItem', content: [paragraph('item')] }] },
    {
      type: 'table',
      content: [
        { type: 'tableRow', content: [cell('a'), cell('b')] },
        { type: 'tableRow', content: [cell('c'), cell('d')] },
      ],
    },
    { type: 'codeBlock', content: [{ type: 'text', text: 'code' }] },
    paragraph('end'),
  ],
}
const at = (doc: Y.Doc, ...path: number[]): Y.XmlElement =>
  path.reduce<Y.XmlFragment>((part, index) => part.get(index) as Y.XmlElement, rootOf(doc)) as Y.XmlElement
const textAt = (doc: Y.Doc, ...path: number[]): Y.XmlText => at(doc, ...path) as unknown as Y.XmlText
const element = (name: string, ...children: (Y.XmlElement | Y.XmlText)[]) => {
  const made = new Y.XmlElement(name)
  made.insert(0, children)
  return made
}

describe('a document that was poisoned before is repaired without losing a word', () => {
  test.each<[string, (doc: Y.Doc) => void, RegExp]>([
    ['an emptied list', (doc) => at(doc, 0).delete(0, 1), /^<bulletlist><listitem><paragraph><\/paragraph>/],
    [
      'a list item without a paragraph',
      (doc) => at(doc, 0, 0).delete(0, 1),
      /^<bulletlist><listitem><paragraph>/,
    ],
    ['a document without blocks', (doc) => rootOf(doc).delete(0, 4), /^<paragraph><\/paragraph>$/],
    [
      'text at the root',
      (doc) => rootOf(doc).insert(0, [new Y.XmlText('stray')]),
      /^<paragraph>stray<\/paragraph>/,
    ],
    [
      'text in a list',
      (doc) => at(doc, 0).insert(0, [new Y.XmlText('stray')]),
      /^<bulletlist><listitem><paragraph>stray</,
    ],
    [
      'a row without cells',
      (doc) => at(doc, 1, 1).delete(0, 2),
      /<tablerow>(<tablecell[^>]*><paragraph><\/paragraph><\/tablecell>){2}<\/tablerow><\/table>/,
    ],
    [
      'a short row',
      (doc) => at(doc, 1, 1).delete(1, 1),
      /c<\/paragraph><\/tablecell><tablecell[^>]*><paragraph><\/paragraph><\/tablecell><\/tablerow><\/table>/,
    ],
    [
      'a cell that reaches out of the table',
      (doc) => at(doc, 1, 1, 0).setAttribute('rowspan', 9 as unknown as string),
      /rowspan="1"/,
    ],
    [
      'a cell outside of a table',
      (doc) => rootOf(doc).insert(0, [element('tableCell', element('paragraph', new Y.XmlText('stray')))]),
      /^<table><tablerow><tablecell><paragraph>stray/,
    ],
    [
      'an element that the schema does not have',
      (doc) => rootOf(doc).insert(0, [element('marquee', element('paragraph', new Y.XmlText('stray')))]),
      /^<paragraph>stray<\/paragraph><bulletlist>/,
    ],
    [
      'a task in a list',
      (doc) => at(doc, 0).insert(1, [element('taskItem', element('paragraph', new Y.XmlText('task')))]),
      /item<\/paragraph><\/listitem><listitem><paragraph>task/,
    ],
    [
      'a paragraph in a paragraph',
      (doc) => at(doc, 3).insert(1, [element('paragraph', new Y.XmlText('inner'))]),
      /end<\/paragraph><paragraph>inner<\/paragraph>$/,
    ],
    [
      'a table in a rule',
      (doc) =>
        rootOf(doc).insert(0, [element('horizontalRule', element('paragraph', new Y.XmlText('inner')))]),
      /^<horizontalrule><\/horizontalrule><paragraph>inner/,
    ],
    [
      'a formula in code',
      (doc) => {
        const math = element('inlineMath')
        math.setAttribute('latex', 'x')
        at(doc, 2).insert(1, [math])
      },
      /<\/codeblock><paragraph><inlinemath latex="x">/,
    ],
    [
      'bold code',
      (doc) => {
        textAt(doc, 3, 0).format(0, 3, { bold: {} })
        textAt(doc, 3, 0).format(0, 2, { code: {} })
      },
      /<paragraph><code>en<\/code><bold>d<\/bold><\/paragraph>$/,
    ],
    [
      'a mark that the schema does not have',
      (doc) => textAt(doc, 3, 0).format(0, 3, { blink: {} }),
      /<paragraph>end<\/paragraph>$/,
    ],
    ['a mark in code', (doc) => textAt(doc, 2, 0).format(0, 3, { bold: {} }), /<codeblock>code<\/codeblock>/],
    [
      'an embed, a NUL and half a character',
      (doc) => {
        textAt(doc, 3, 0).insertEmbed(1, { image: 'x' })
        textAt(doc, 3, 0).insert(2, '\0\ud83d')
      },
      /<paragraph>end<\/paragraph>$/,
    ],
  ])('%s', (_what, poison, expected) => {
    const doc = prosemirrorJSONToYDoc(schema, sample, textField)
    poison(doc)
    const words = wordsOf(doc).replaceAll(/\0|\ud83d(?![\udc00-\udfff])|�/g, '')
    expect(repairDocument(doc)).toBe(true)
    isSound(doc)
    expect(rootOf(doc).toString()).toMatch(expected)
    expect(wordsOf(doc)).toBe(words)
    const vector = Y.encodeStateVector(doc)
    repairDocument(doc)
    expect(Y.encodeStateVector(doc)).toEqual(vector)
  })
})

test('a row and a column that are added at once make one rectangle', () => {
  const base = prosemirrorJSONToYDoc(schema, sample, textField)
  const [rows, columns] = [copyOf(base, 11), copyOf(base, 12)]
  const made = () => element('tableCell', element('paragraph'))
  at(rows, 1).insert(2, [element('tableRow', made(), made())])
  for (const row of [0, 1]) at(columns, 1, row).insert(2, [made()])
  const { take } = roomOf(base)
  take(Y.encodeStateAsUpdate(rows))
  take(Y.encodeStateAsUpdate(columns))
  isSound(base)
  expect(
    shown(base)
      .child(1)
      .toJSON()
      .content.map(({ content }: { content: unknown[] }) => content.length),
  ).toEqual([3, 3, 3])
})

test('a sound document of 2,000 blocks is looked through and left, and typing in it is looked at for nothing', () => {
  const content = Array.from({ length: 500 }, () => sample.content).flat()
  const doc = prosemirrorJSONToYDoc(schema, { type: 'doc', content }, textField)
  const vector = Y.encodeStateVector(doc)
  expect(repairDocument(doc)).toBe(true)
  expect(Y.encodeStateVector(doc)).toEqual(vector)
  const touched = new Set<Part>()
  doc.on('afterTransaction', (transaction) => touchedBy(transaction, touched))
  textAt(doc, 3, 0).insert(0, 'x')
  expect(touched.size).toBe(0)
})

test('a table of 130,000 rows is left as it is, and breaks no repair', () => {
  const table = new Y.XmlElement('table')
  const doc = new Y.Doc()
  doc.getXmlFragment(textField).insert(0, [table])
  table.insert(
    0,
    Array.from({ length: 130_000 }, () => new Y.XmlElement('tableRow')),
  )
  expect(tableFixes(table)).toEqual({ spans: [], missing: [], empty: [] })
})
