import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { BrokenBudget } from '../../../server/rooms/budgets/broken-budget.ts'
import { ConflictBudget } from '../../../server/rooms/budgets/conflict-budget.ts'
import { checkRuns } from '../../../server/rooms/gate/text-runs.ts'
import { heaviestCharacter, TextRuns } from '../../../shared/document/text-runs.ts'
import { Refusal } from '../../../shared/errors.ts'
import { defaultLimits } from '../../../shared/limits.ts'
import { seededRandom } from '../../helpers/seeded-random.ts'
import { codeOf, openText, range } from '../../helpers/rooms/kept-text.ts'
import { changeOf, paragraph } from '../../helpers/rooms/wire-client.ts'

describe('a run of text that a browser cannot break', () => {
  const open = async (words: string) => {
    const room = await openText()
    const { doc, text, update } = paragraph(words)
    return { room, doc, text, took: codeOf(() => room.take(update, 'ada')) }
  }

  it.each([
    ['100,000 letters', 'a'.repeat(100_000), 'text_run_too_long'],
    ['10,001 letters', 'a'.repeat(10_001), 'text_run_too_long'],
    ['10,000 letters', 'a'.repeat(10_000), 'taken'],
    ['5,000 full stops of Chinese', '。'.repeat(5_000), 'text_run_too_long'],
    ['5,000 Arabic letters', 'م'.repeat(5_000), 'text_run_too_long'],
    ['5,000 accents on one letter', `a${'\u0301'.repeat(5_000)}`, 'text_run_too_long'],
    ['ideographs with joiners between', '汉\u2060'.repeat(5_000), 'text_run_too_long'],
    ['100,000 ideographs', '汉'.repeat(100_000), 'taken'],
    ['100,000 characters of Chinese prose', '外壳壁厚不得小于一毫米，公差按图。'.repeat(6_000), 'taken'],
    ['100,000 characters of English prose', 'The wall is 1 mm thick. '.repeat(4_000), 'taken'],
    ['100,000 ideographs beyond the first plane', '𠮷'.repeat(50_000), 'taken'],
    ['a paragraph of Thai', 'ภาษาไทยไม่มีช่องว่างระหว่างคำ'.repeat(60), 'taken'],
  ])('%s', async (_what, words, outcome) => {
    expect((await open(words)).took).toBe(outcome)
  })

  it('made of pieces, typed letter by letter', async () => {
    const { room, doc, text } = await open('a'.repeat(9_990))
    const outcomes = range(20).map(() =>
      codeOf(() =>
        room.take(
          changeOf(doc, () => text.insert(5, 'b')),
          'ada',
        ),
      ),
    )
    expect(outcomes.findIndex((outcome) => outcome !== 'taken')).toBe(10)
    expect(outcomes[10]).toBe('text_run_too_long')
  })

  it('made by a deletion that joins two', async () => {
    const { room, doc, text } = await open(`${'a'.repeat(9_000)} ${'b'.repeat(9_000)}`)
    expect(
      codeOf(() =>
        room.take(
          changeOf(doc, () => text.delete(9_000, 1)),
          'ada',
        ),
      ),
    ).toBe('text_run_too_long')
  })

  it('made of texts beside each other, and by deleting the line break between them', async () => {
    const { room, doc, text } = await open('a'.repeat(9_000))
    const block = text.parent as Y.XmlElement
    const [line, other] = [new Y.XmlElement('hardBreak'), new Y.XmlText('b'.repeat(9_000))]
    expect(
      codeOf(() =>
        room.take(
          changeOf(doc, () => block.insert(1, [line, other])),
          'ada',
        ),
      ),
    ).toBe('taken')
    expect(
      codeOf(() =>
        room.take(
          changeOf(doc, () => block.delete(1)),
          'ada',
        ),
      ),
    ).toBe('text_run_too_long')
  })

  it('one that was there before can be repaired and shortened, and text beside it written', async () => {
    const { doc, text, update } = paragraph(`words ${'a'.repeat(50_000)} words`)
    const room = await openText({}, update)
    for (const change of [
      () => text.insert(0, 'more '),
      () => text.insert(text.length, ' more'),
      () => text.insert(20_000, ' '),
      () => text.delete(100, 10),
    ]) {
      expect(codeOf(() => room.take(changeOf(doc, change), 'ada'))).toBe('taken')
    }
  })

  it('made by a server edit in a person’s name, as of an accepted proposal or a restored version', async () => {
    const room = await openText()
    const { update } = paragraph('a'.repeat(20_000))
    expect(codeOf(() => [...room.edit((doc) => Y.applyUpdate(doc, update), 'ada')])).toBe('text_run_too_long')
  })
})

describe('the runs around a change', () => {
  const seed = Number(process.env.RUNS_SEED ?? Math.floor(Math.random() * 2 ** 32))
  const limit = 200
  /** An ideograph at the end of a piece is of the run until it is known what comes behind it. */
  const atEnds = 2 * heaviestCharacter

  /** The heaviest run of a block, looked at as a whole. */
  function heaviest(block: Y.XmlElement): number {
    const stretches = ['']
    for (const child of block.toArray()) {
      if (!(child instanceof Y.XmlText)) stretches.push('')
      else
        for (const { insert } of child.toDelta() as { insert: string }[])
          stretches.push(stretches.pop()! + insert)
    }
    return Math.max(
      ...stretches.map((stretch) => {
        const runs = new TextRuns()
        runs.add(stretch)
        return Math.max(runs.closed ?? 0, runs.inner, runs.open)
      }),
    )
  }

  it(`are found as if the whole block was looked at, whatever was written and deleted (RUNS_SEED=${seed})`, async () => {
    let refused = 0
    for (const round of range(40)) {
      const random = seededRandom(seed + round)
      const { below } = random
      const words = () =>
        range(1 + below(4))
          .map(() => ['a'.repeat(1 + below(90)), ' ', '汉', '汉字', '𠮷', 'م', 'b'][below(7)]!)
          .join('')
      let { update: state } = paragraph('a wall of 1 mm')
      for (const _ of range(30)) {
        const doc = new Y.Doc()
        Y.applyUpdate(doc, state)
        const block = doc.getXmlFragment('default').get(0) as Y.XmlElement
        const change = changeOf(doc, () => {
          for (const __ of range(1 + below(3))) {
            const at = below(block.length)
            const child = block.get(at)
            if (below(6) === 0) {
              const line = new Y.XmlElement('hardBreak')
              block.insert(at, below(2) ? [line] : [new Y.XmlText(words())])
            } else if (!(child instanceof Y.XmlText)) block.delete(at)
            else if (below(2) && child.length > 0) {
              const from = below(child.length)
              child.delete(from, Math.min(child.length - from, 1 + below(3)))
            } else child.insert(below(child.length + 1), words())
          }
        })
        const room = await openText({ runCharacters: limit }, state)
        const outcome = codeOf(() => room.take(change, 'ada'))
        const most = heaviest(block)
        if (Math.abs(most - limit) > atEnds) {
          expect([round, outcome]).toEqual([round, most > limit ? 'text_run_too_long' : 'taken'])
        }
        if (outcome === 'taken') state = Y.encodeStateAsUpdate(doc)
        else refused++
      }
    }
    expect(refused).toBeGreaterThan(20)
  })

  it('are looked at, and not the paragraph: of a megabyte, beside deleted letters, and in nine places', () => {
    const { doc, text } = paragraph('a wall of 1 mm, '.repeat(65_536))
    for (const _ of range(60)) text.insert(500, 'x')
    for (const _ of range(60)) text.delete(500, 1)
    const looks: number[] = []
    doc.on('beforeObserverCalls', (transaction: Y.Transaction) => {
      looks.push(checkRuns(transaction, defaultLimits.runCharacters))
    })
    text.insert(500, ' ')
    doc.transact(() => {
      for (const place of range(20)) text.insert(place * 50_000, 'y')
    })
    doc.transact(() => {
      for (const place of range(20)) text.delete(place * 50_000 + 7, 3)
    })
    expect(looks).toHaveLength(3)
    expect(Math.max(...looks)).toBeLessThan(50_000)
  })
})

describe('a change that is refused only when it is in the document', () => {
  const long = 'b'.repeat(9_000)

  it('a long piece of its own is refused before that, and nothing is read again', async () => {
    const room = await openText()
    expect(() => room.take(paragraph('a'.repeat(100_000)).update, 'ada')).toThrow(Refusal)
  })

  it('is tried a few times a minute wherever they go, then nothing of that person’s; of others’, everything', async () => {
    const limits = { ...defaultLimits, brokenChangesPerMinute: 3 }
    const budgets = { conflicts: new ConflictBudget(limits), broken: new BrokenBudget(limits) }
    const outcomes: string[] = []
    for (const _ of range(4)) {
      const { doc, text, update } = paragraph(long)
      const room = await openText({}, update, { budgets })
      const joined = changeOf(doc, () => text.insert(0, long))
      outcomes.push(codeOf(() => room.take(joined, 'ada')))
      room.drop()
      await room.beginWriting()
      expect(codeOf(() => room.take(paragraph('words', 5).update, 'bo'))).toBe('taken')
    }
    expect(outcomes).toEqual([...range(3).map(() => 'text_run_too_long'), 'too_many_updates'])
  })

  it('costs nobody twice: what the repeated turn had reserved is given back', async () => {
    let reserved = 0
    const room = await openText({}, null, {
      log: {
        reserve: (_room, _user, bytes) => void (reserved += bytes),
        note: () => {},
        release: (_room, _user, bytes) => void (reserved -= bytes),
      },
    })
    room.take(paragraph('words', 5).update, 'bo')
    room.committed()
    const kept = reserved
    expect(kept).toBeGreaterThan(0)
    room.take(paragraph('more words', 6).update, 'bo')
    room.drop()
    expect(reserved).toBe(kept)
  })
})
