import { describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { BrokenBudget } from '../../../server/rooms/budgets/broken-budget.ts'
import { ConflictBudget } from '../../../server/rooms/budgets/conflict-budget.ts'
import { RoomText } from '../../../server/rooms/text/room-text.ts'
import { defaultLimits } from '../../../shared/limits.ts'
import { seededRandom } from '../../helpers/seeded-random.ts'
import { entriesOf, codeOf, openText, range, takeWhole } from '../../helpers/rooms/kept-text.ts'
import { startRooms } from '../../helpers/rooms/room-server.ts'
import { changeOf, paragraph, WireClient } from '../../helpers/rooms/wire-client.ts'

const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 32))

const rootOf = (doc: Y.Doc): Y.XmlFragment => doc.getXmlFragment('default')

function blocks(count: number, words = 'a '): Y.XmlElement[] {
  return range(count).map(() => {
    const block = new Y.XmlElement('paragraph')
    block.insert(0, [new Y.XmlText(words)])
    return block
  })
}

/** What a change of a document makes, as one update. */
function changed(doc: Y.Doc, change: () => void): Uint8Array {
  const before = Y.encodeStateVector(doc)
  doc.transact(change)
  return Y.encodeStateAsUpdate(doc, before)
}

const shown = (doc: Y.Doc): string => rootOf(doc).toString()
const writtenIn = (text: RoomText): Y.Doc => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, text.bytes().whole)
  return doc
}

describe('a long update is looked at and put in step by step, so that others have their turn', () => {
  it('many items: many steps, and parts of which none is long, which together are the whole', async () => {
    const text = await openText()
    const doc = new Y.Doc()
    const update = changed(doc, () => rootOf(doc).insert(0, blocks(4_000)))
    const taking = text.takeInSteps(update, 'ada')
    let steps = 0
    let step = taking.next()
    for (; !step.done; step = taking.next()) steps++
    expect(steps).toBeGreaterThan(50)
    const copy = new Y.Doc()
    let entries = 0
    for (const entry of 'missing' in step.value ? [] : entriesOf(step.value.rest)) {
      expect(Y.decodeUpdate(entry.update).structs.length).toBeLessThanOrEqual(3_000)
      Y.applyUpdate(copy, entry.update)
      entries++
    }
    expect(entries).toBe(4)
    expect(shown(copy)).toBe(shown(doc))
    expect(shown(writtenIn(text))).toBe(shown(doc))
  })

  it('an everyday change has one step and no parts', async () => {
    const text = await openText()
    const doc = new Y.Doc()
    const update = changed(doc, () => rootOf(doc).insert(0, blocks(20)))
    const taking = text.takeInSteps(update, 'ada')
    let steps = 0
    let step = taking.next()
    for (; !step.done; step = taking.next()) steps++
    expect(steps).toBeLessThanOrEqual(3)
    expect(step.value).toEqual({ entry: expect.objectContaining({ userId: 'ada' }) })
  })

  it('who replaces a long text has room on the way: what goes is taken away first', async () => {
    const text = await openText({ elementsPerDocument: 6_000 })
    const doc = new Y.Doc()
    takeWhole(
      text,
      changed(doc, () => rootOf(doc).insert(0, blocks(4_000))),
      'ada',
    )
    const replacing = changed(doc, () => {
      rootOf(doc).delete(0, 4_000)
      rootOf(doc).insert(0, blocks(3_500, 'b '))
    })
    expect(codeOf(() => text.take(replacing, 'ada'))).toBe('taken')
    expect(shown(writtenIn(text))).toBe(shown(doc))
  })

  it('a paragraph whose spaces are all replaced is no long run on the way', async () => {
    const text = await openText()
    const doc = new Y.Doc()
    const words = new Y.XmlText('abcd '.repeat(2_900))
    const block = new Y.XmlElement('paragraph')
    block.insert(0, [words])
    takeWhole(
      text,
      changed(doc, () => rootOf(doc).insert(0, [block])),
      'ada',
    )
    const replacing = changed(doc, () => {
      for (let at = 5 * 2_900 - 1; at > 0; at -= 5) {
        words.delete(at, 1)
        words.insert(at, ' ')
      }
    })
    expect(codeOf(() => text.take(replacing, 'ada'))).toBe('taken')
    expect(shown(writtenIn(text))).toBe(shown(doc))
  })

  it('nor is it where a block is removed as well, or where its words and its spaces go apart', async () => {
    const text = await openText()
    const doc = new Y.Doc()
    const words = new Y.XmlText('wall '.repeat(3_500))
    const block = new Y.XmlElement('paragraph')
    block.insert(0, [words])
    takeWhole(
      text,
      changed(doc, () => rootOf(doc).insert(0, [block, ...blocks(1)])),
      'ada',
    )
    const replacing = changed(doc, () => {
      for (let at = 5 * 3_500 - 1; at > 0; at -= 5) {
        words.delete(at, 1)
        words.insert(at, ', ')
      }
      rootOf(doc).delete(1, 1)
    })
    expect(codeOf(() => text.take(replacing, 'ada'))).toBe('taken')
    const removing = changed(doc, () => words.delete(0, words.length))
    expect(codeOf(() => text.take(removing, 'ada'))).toBe('taken')
    expect(shown(writtenIn(text))).toBe(shown(doc))
  })

  it.each([
    [
      'what is written letter by letter',
      (words: Y.XmlText) => range(3_500).forEach(() => words.insert(9, 'abc')),
    ],
    [
      'what joins two words that were there',
      (words: Y.XmlText) =>
        void (range(3_500).forEach(() => words.insert(20_000, 'a ')), words.delete(9_000, 1)),
    ],
    [
      'what is written behind own words',
      (words: Y.XmlText) =>
        void (
          words.insert(words.length, 'c'.repeat(2_000)),
          range(3_500).forEach(() => words.insert(0, 'a '))
        ),
    ],
  ])('a run that is too long in the end is refused, as at one go: %s', async (_what, write) => {
    const text = await openText()
    const doc = new Y.Doc()
    const words = new Y.XmlText(`${'a'.repeat(9_000)} ${'b'.repeat(9_000)}`)
    const block = new Y.XmlElement('paragraph')
    block.insert(0, [words])
    takeWhole(
      text,
      changed(doc, () => rootOf(doc).insert(0, [block])),
      'ada',
    )
    const update = changed(doc, () => write(words))
    expect(codeOf(() => text.take(update, 'ada'))).toBe('text_run_too_long')
  })

  it('what is written and deleted again within one update needs no more room than is left in the end', async () => {
    const text = await openText({ elementsPerDocument: 2_000 })
    const doc = new Y.Doc({ gc: false })
    const update = changed(doc, () => {
      for (const _ of range(4)) {
        rootOf(doc).insert(0, blocks(1_500))
        rootOf(doc).delete(0, 1_500)
      }
      rootOf(doc).insert(0, blocks(1_500, 'b '))
    })
    expect(codeOf(() => text.take(update, 'ada'))).toBe('taken')
    expect(shown(writtenIn(text))).toBe(shown(doc))
  })

  it(`long changes that knew nothing of each other end in the same text as where they are put in whole (FUZZ_SEED=${seed})`, async () => {
    const random = seededRandom(seed)
    const upTo = (count: number) => (count > 0 ? random.below(count) : 0)
    const text = await openText({ movedItems: 1e12 })
    const writers = ['ada', 'bo', 'cem'].map((userId, at) => {
      const doc = new Y.Doc({ gc: random.chance(0.5) })
      doc.clientID = 1_000 + at
      return { userId, doc }
    })
    const whole = new Y.Doc()
    for (const _round of range(2)) {
      for (const { doc } of writers) Y.applyUpdate(doc, text.bytes().whole)
      const updates = writers.map(({ doc, userId }) => ({
        userId,
        update: changed(doc, () => {
          const root = rootOf(doc)
          for (const _ of range(3)) {
            if (root.length > 0) {
              const from = upTo(root.length)
              root.delete(from, Math.min(upTo(1_500), root.length - from))
            }
            root.insert(upTo(root.length + 1), blocks(upTo(1_000)))
            for (const _letter of range(upTo(1_500))) {
              const block = root.length > 0 ? (root.get(upTo(root.length)) as Y.XmlElement) : null
              const words = block?.get(0) as Y.XmlText | undefined
              if (words && random.chance(0.7)) words.insert(upTo(words.length + 1), 'x')
              else if (words && words.length > 1) words.delete(upTo(words.length - 1), 1)
            }
          }
        }),
      }))
      for (const { update, userId } of updates) {
        expect(codeOf(() => text.take(update, userId))).toBe('taken')
        Y.applyUpdate(whole, update)
      }
    }
    expect(shown(writtenIn(text))).toBe(shown(whole))
    for (const { doc } of writers) {
      Y.applyUpdate(doc, text.bytes().whole)
      expect(shown(doc)).toBe(shown(whole))
    }
  })
})

it('what says nothing new is not put into the document, and what is gone through for it is paid', async () => {
  const conflicts = new ConflictBudget(defaultLimits)
  const budgets = { conflicts, broken: new BrokenBudget(defaultLimits) }
  const text = await openText({}, null, { budgets })
  const doc = new Y.Doc()
  const words = new Y.XmlText('a '.repeat(4_000))
  const paragraphOf = (content: Y.XmlText) => {
    const block = new Y.XmlElement('paragraph')
    block.insert(0, [content])
    return block
  }
  const changes = [
    () => rootOf(doc).insert(0, [paragraphOf(words)]),
    () => range(1_500).forEach((at) => words.delete(at, 1)),
  ]
  for (const change of changes) takeWhole(text, changed(doc, change), 'ada')
  const deletions = Y.encodeStateAsUpdate(doc)
  const applied = vi.spyOn(Y.Doc.prototype, 'transact')
  const asked = vi.spyOn(conflicts, 'mayWork')
  expect(text.take(deletions, 'bo')).toEqual({ entry: null })
  expect(applied).not.toHaveBeenCalled()
  applied.mockRestore()
  const paid = asked.mock.calls.filter(([userId]) => userId === 'bo').map(([, moves]) => moves)
  expect(Math.max(...paid)).toBeGreaterThan(8 * 1_400)
  asked.mockImplementation((_userId, moves) => moves === 0)
  expect(codeOf(() => text.take(deletions, 'bo'))).toBe('too_many_updates')
})

it('a turn that holds something back does not encode the text to ask for what is missing', async () => {
  const server = await startRooms()
  const roomId = await server.newDocument()
  const ada = await WireClient.open(server, 'ada', roomId)
  const { update, doc, text } = paragraph('words', 5)
  ada.sendUpdate(update)
  await ada.when('the paragraph to be saved', () => ada.saved >= 1)
  const encoded = vi.spyOn(RoomText.prototype, 'bytes')
  const first = changeOf(doc, () => text.insert(0, 'a'))
  const second = changeOf(doc, () => text.insert(1, 'b'))
  const other = await WireClient.open(server, 'ada', roomId)
  encoded.mockClear()
  other.sendUpdate(second)
  await other.ping()
  ada.sendUpdate(changeOf(new Y.Doc(), () => {}))
  ada.sendUpdate(first)
  await ada.when('the letter to be saved', () => ada.saved >= 3)
  await other.when('what waited to be saved', () => other.saved >= 1)
  expect(encoded).not.toHaveBeenCalled()
  encoded.mockRestore()
  await server.stop()
})
