import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { seededRandom } from '../../helpers/seeded-random.ts'
import { changeOf } from '../../helpers/rooms/wire-client.ts'
import { codeOf, openText, range, takeWhole } from '../../helpers/rooms/kept-text.ts'

const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 32))

const rootOf = (doc: Y.Doc): Y.XmlFragment => doc.getXmlFragment('default')

function blocks(count: number): Y.XmlElement[] {
  return range(count).map(() => {
    const block = new Y.XmlElement('paragraph')
    block.insert(0, [new Y.XmlText('some words ')])
    return block
  })
}

it(`letters that others type while a long update is being looked at change nothing of what becomes of both (FUZZ_SEED=${seed})`, async () => {
  const random = seededRandom(seed)
  let resumed = 0
  for (let round = 0; round < 12 || (resumed <= 100 && round < 60); round++) {
    const text = await openText({ movedItems: 1e12 })
    const [ada, bo, whole] = [new Y.Doc(), new Y.Doc(), new Y.Doc()]
    const first = changeOf(ada, () => rootOf(ada).insert(0, blocks(40)))
    takeWhole(text, first, 'ada')
    for (const doc of [bo, whole]) Y.applyUpdate(doc, first)
    const textAt = (doc: Y.Doc, index: number) => (rootOf(doc).get(index) as Y.XmlElement).get(0) as Y.XmlText
    const letter = () => {
      const words = textAt(bo, random.below(40))
      const at = random.chance(0.95) ? words.length : random.below(words.length + 1)
      const update = changeOf(bo, () => words.insert(at, 'x'))
      takeWhole(text, update, 'bo')
      Y.applyUpdate(whole, update)
    }
    // what is typed first into a text is looked at as any other change
    for (const _ of range(60)) letter()
    const long = changeOf(ada, () => {
      for (const _ of range(2_500)) {
        const root = rootOf(ada)
        const block = root.get(random.below(root.length)) as Y.XmlElement
        const words = block.get(0) as Y.XmlText
        const at = random.below(words.length + 1)
        const what = random.below(10)
        if (what < 4) words.insert(at, 'yy')
        else if (what < 6 && words.length > 4) words.delete(random.below(words.length - 2), 2)
        else if (what < 7 && words.length > 4) words.format(random.below(words.length - 3), 3, { bold: {} })
        else if (what < 9) root.insert(random.below(root.length + 1), blocks(1))
        else if (root.length > 20) root.delete(random.below(root.length), 1)
      }
    })
    const since = text.state.now('ada')
    const taking = text.takeInSteps(long, 'ada')
    let step = taking.next()
    while (!step.done) {
      if (random.chance(0.3)) letter()
      if (!text.state.mayGoOn('ada', since)) break
      resumed++
      step = taking.next()
    }
    const taken = step.done ? step.value : text.take(long, 'ada')
    expect(codeOf(() => taken)).toBe('taken')
    Y.applyUpdate(whole, long)
    const kept = new Y.Doc()
    Y.applyUpdate(kept, text.bytes().whole)
    expect(rootOf(kept).toString()).toBe(rootOf(whole).toString())
  }
  expect(resumed).toBeGreaterThan(100)
})
