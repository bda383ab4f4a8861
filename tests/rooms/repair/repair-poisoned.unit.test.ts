import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { repairDocument } from '../../../server/rooms/repair/repair.ts'
import { TextRuns } from '../../../shared/document/text-runs.ts'
import { readText } from '../../../shared/document/read-text.ts'
import { schema } from '../../../shared/document/schema.ts'
import { defaultLimits } from '../../../shared/limits.ts'
import { hostileChanges } from '../../helpers/rooms/hostile-content.ts'
import { nest, poisonedBy, wrongIn } from '../../helpers/rooms/poisoned.ts'

const { runCharacters } = defaultLimits
const rootOf = (doc: Y.Doc) => doc.getXmlFragment('default')
const wordsIn = (doc: Y.Doc) => readText(rootOf(doc), schema).textContent

function isRepaired(doc: Y.Doc): void {
  expect(repairDocument(doc, { runCharacters })).toBe(true)
  expect(wrongIn(doc)).toEqual([])
  readText(rootOf(doc), schema).check()
  const vector = Y.encodeStateVector(doc)
  repairDocument(doc, { runCharacters })
  expect(Y.encodeStateVector(doc), 'a second look finds nothing').toEqual(vector)
  // whoever reads it from its bytes has the same
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  expect(rootOf(copy).toString()).toBe(rootOf(doc).toString())
}

describe('what the gate refuses is repaired where it stands in a document already, and the words stay', () => {
  test.each(hostileChanges.map(([kind, change]) => [kind, change] as const))('%s', (_kind, change) => {
    const doc = poisonedBy(change)
    expect(wrongIn(doc)).not.toEqual([])
    isRepaired(doc)
    expect(wordsIn(doc).replaceAll('\u0000', '')).toMatch(/be.*fore/s)
  })
})

describe('what is written in what is no text of ours is kept as a text', () => {
  const inside = (words: string) => {
    const paragraph = new Y.XmlElement('paragraph')
    paragraph.insert(0, [new Y.XmlText(words)])
    return paragraph
  }
  test.each<[string, (doc: Y.Doc) => void]>([
    ['letters in the root', (doc) => pushPlain(rootOf(doc), 'kept')],
    ['a text of another kind', (doc) => rootOf(doc).push([new Y.Text('kept') as never])],
    [
      'a fragment',
      (doc) => {
        const fragment = new Y.XmlFragment()
        rootOf(doc).push([fragment as never])
        fragment.push([inside('kept')])
      },
    ],
    [
      'a type in a text',
      (doc) => {
        const text = new Y.XmlText('a b')
        const paragraph = new Y.XmlElement('paragraph')
        rootOf(doc).push([paragraph])
        paragraph.push([text])
        text.insertEmbed(2, inside('kept'))
      },
    ],
    [
      'a type in a text in what the schema does not have',
      (doc) => {
        const text = new Y.XmlText('a b')
        const marquee = new Y.XmlElement('marquee')
        rootOf(doc).push([marquee])
        marquee.push([text])
        text.insertEmbed(2, inside('kept'))
      },
    ],
  ])('%s', (_what, poison) => {
    const doc = new Y.Doc()
    rootOf(doc).push([inside('first')])
    poison(doc)
    isRepaired(doc)
    expect(wordsIn(doc)).toContain('kept')
    expect(wordsIn(doc)).toContain('first')
  })
})

/** Letters as what only a list of Yjs holds. */
function pushPlain(parent: Y.XmlFragment, letters: string): void {
  const source = new Y.Doc()
  source.getText('default').insert(0, letters)
  // the root is named alike and of another kind here
  Y.applyUpdate(parent.doc!, Y.encodeStateAsUpdate(source))
}

test.each([3_000, 3_300])('%i levels of quotes are brought up, with the words of all of them', (levels) => {
  const doc = new Y.Doc()
  nest(doc, 40, 'honest')
  nest(doc, levels, 'innermost')
  const misplaced = new Y.XmlElement('paragraph')
  rootOf(doc).push([misplaced])
  isRepaired(doc)
  expect(wordsIn(doc)).toMatch(/innermost.*honest/)
  // what is not too deep is left
  expect(
    rootOf(doc)
      .toString()
      .match(/<blockquote>/g)!.length,
  ).toBeGreaterThanOrEqual(40 + 40)
})

test('what is too deep to be taken away at once is left, and all else is repaired', () => {
  const doc = new Y.Doc()
  nest(doc, 7_000, 'innermost')
  nest(doc, 500, 'deep')
  const heading = new Y.XmlElement('heading')
  rootOf(doc).push([heading])
  heading.setAttribute('level', 'EVIL')
  doc.getXmlFragment('foo').push([new Y.XmlText('never shown')])
  expect(repairDocument(doc)).toBe(false)
  expect(heading.getAttributes()).toEqual({})
  expect(doc.getXmlFragment('foo').length).toBe(0)
  expect(rootOf(doc).get(0)!.toString()).toContain('deep')
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  expect(rootOf(copy).length).toBe(3)
})

test('a run of 100,000 characters, over texts and formats, gets break opportunities that are not seen', () => {
  const doc = new Y.Doc()
  const paragraph = new Y.XmlElement('paragraph')
  rootOf(doc).push([paragraph])
  const texts = ['x'.repeat(60_000), 'ا'.repeat(40_000)].map((words) => new Y.XmlText(words))
  paragraph.push(texts)
  texts[0]!.format(30_000, 10, { bold: {} })
  const words = wordsIn(doc)
  isRepaired(doc)
  const now = wordsIn(doc)
  expect(now.replaceAll('\u200b', '')).toBe(words)
  const runs = new TextRuns()
  runs.add(now)
  expect(Math.max(runs.open, runs.inner, runs.closed ?? 0)).toBeLessThanOrEqual(runCharacters)
})
