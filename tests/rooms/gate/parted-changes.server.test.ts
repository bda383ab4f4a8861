import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { checkSize, countElements } from '../../../server/rooms/gate/size-check.ts'
import { checkRuns } from '../../../server/rooms/gate/text-runs.ts'
import { joinParts } from '../../../server/rooms/text/joined-updates.ts'
import { defaultLimits } from '../../../shared/limits.ts'
import { seededRandom, type SeededRandom } from '../../helpers/seeded-random.ts'
import { codeOf, entriesOf, openText, range, takeWhole } from '../../helpers/rooms/kept-text.ts'
import { changeOf } from '../../helpers/rooms/wire-client.ts'

const seed = Number(process.env.PARTS_SEED ?? Math.floor(Math.random() * 2 ** 32))
const limits = { ...defaultLimits, runCharacters: 400, elementsPerDocument: 60 }

const rootOf = (doc: Y.Doc): Y.XmlFragment => doc.getXmlFragment('default')

interface Piece {
  insert: string
  attributes?: Record<string, unknown>
}

/** What a text says, with its marks: a format that changes nothing, which one Yjs tidies and another keeps, is none. */
function shown(doc: Y.Doc): string[] {
  return textsOf(doc).map((text) => {
    const pieces: [string, string][] = []
    for (const { insert, attributes = {} } of text.toDelta() as Piece[]) {
      const marks = Object.keys(attributes).toSorted().join()
      const last = pieces.at(-1)
      if (last?.[1] === marks) last[0] += insert
      else pieces.push([insert, marks])
    }
    return JSON.stringify(pieces)
  })
}

const textsOf = (doc: Y.Doc): Y.XmlText[] =>
  rootOf(doc)
    .toArray()
    .map((block) => (block as Y.XmlElement).get(0) as Y.XmlText)

function blockOf(words: string): Y.XmlElement {
  const block = new Y.XmlElement('paragraph')
  block.insert(0, [new Y.XmlText(words)])
  return block
}

/** Some words with spaces between, few of them long. */
const words = (random: SeededRandom, count: number): string =>
  range(count)
    .map(() => 'wall'.repeat(random.chance(0.01) ? 1 + random.below(60) : 1))
    .join(' ')

/** What somebody does to a text offline, in some thousands of items. */
function editAtRandom(doc: Y.Doc, random: SeededRandom): void {
  for (const text of textsOf(doc)) {
    const by = random.pick([', ', ' ', '\u3000', random.chance(0.1) ? '-' : '; '])
    const plain = text
      .toDelta()
      .map(({ insert }: { insert: string }) => insert)
      .join('')
    for (let at = plain.length - 1; at >= 0; at--) {
      if (plain[at] !== ' ' || random.chance(0.05)) continue
      text.delete(at, 1)
      text.insert(at, by)
    }
    for (let left = random.below(30); left > 0 && text.length > 20; left--) {
      const mark = random.chance(0.5) ? 'bold' : 'italic'
      text.format(random.below(text.length - 10), 1 + random.below(9), {
        [mark]: random.chance(0.6) ? {} : null,
      })
    }
    if (random.chance(0.2)) text.insert(random.below(text.length), 'x'.repeat(random.below(200)))
    if (random.chance(0.1)) text.delete(0, random.below(text.length))
  }
  const root = rootOf(doc)
  for (let left = random.below(4); left > 0 && root.length > 1; left--)
    root.delete(random.below(root.length), 1)
  root.insert(
    random.below(root.length + 1),
    range(random.below(30)).map(() => blockOf(words(random, 5))),
  )
}

/** What is asked of a change where it is put in at one go. */
function atOneGo(doc: Y.Doc, update: Uint8Array): string {
  const elements = countElements(doc)
  const look = (transaction: Y.Transaction) => {
    checkSize(transaction, elements, limits)
    checkRuns(transaction, limits.runCharacters)
  }
  doc.on('beforeObserverCalls', look)
  const code = codeOf(() => void Y.applyUpdate(doc, update))
  doc.off('beforeObserverCalls', look)
  return code
}

describe(`what is put in in parts is asked as at one go (PARTS_SEED=${seed})`, () => {
  it('the same is taken and refused, and the text is the same for the room, a watcher and a new reader', async () => {
    const random = seededRandom(seed)
    const outcomes = new Map<string, number>()
    for (const _round of range(12)) {
      const text = await openText({
        runCharacters: limits.runCharacters,
        elementsPerDocument: limits.elementsPerDocument,
        // what it costs is asked elsewhere
        movedItems: 1e12,
        splits: 1e6,
      })
      const doc = new Y.Doc()
      const before = changeOf(doc, () =>
        rootOf(doc).push(range(8 + random.below(30)).map(() => blockOf(words(random, 200)))),
      )
      if (codeOf(() => takeWhole(text, before, 'ada')) !== 'taken') continue
      const [whole, watcher] = [new Y.Doc(), new Y.Doc()]
      for (const one of [whole, watcher]) Y.applyUpdate(one, text.bytes().whole)
      const update = changeOf(doc, () => editAtRandom(doc, random))
      const expected = atOneGo(whole, update)
      let parts: Uint8Array[] = []
      const outcome = codeOf(() => {
        const taken = text.take(update, 'ada')
        if ('missing' in taken) throw new Error('something is missing')
        parts = [...(taken.entry ? [taken.entry] : []), ...entriesOf(taken.rest)].map((one) => one.update)
      })
      outcomes.set(expected, (outcomes.get(expected) ?? 0) + 1)
      expect(outcome).toBe(expected)
      if (outcome !== 'taken') continue
      Y.applyUpdate(watcher, await joinParts(parts))
      const reader = new Y.Doc()
      Y.applyUpdate(reader, text.bytes().whole)
      for (const one of [watcher, reader, whole]) expect(shown(one)).toEqual(shown(doc))
    }
    expect(outcomes.get('taken') ?? 0).toBeGreaterThan(0)
  })
})
