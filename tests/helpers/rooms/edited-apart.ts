import * as Y from 'yjs'
import { editShared } from './honest-edits.ts'
import type { SeededRandom } from '../seeded-random.ts'
import { range } from './kept-text.ts'

/** Puts a paragraph into a text. */
export const blockIn = (doc: Y.Doc, at: number, words = 'some words'): void => {
  const block = new Y.XmlElement('paragraph')
  doc.getXmlFragment('default').insert(at, [block])
  block.insert(0, [new Y.XmlText(words)])
}

/** Documents that were edited apart, starting from the same, and met now and then. `gc` false: they keep what is deleted. */
export function editedApart(random: SeededRandom, gc = true): Y.Doc[] {
  const writers = range(2 + random.below(3)).map(() => {
    const doc = new Y.Doc({ gc })
    doc.clientID = 1 + random.below(1_000_000)
    doc.getXmlFragment('default')
    return doc
  })
  const first = random.pick(writers)
  range(random.below(6)).forEach(() => blockIn(first, 0))
  for (const doc of writers) Y.applyUpdate(doc, Y.encodeStateAsUpdate(first))
  for (let step = 0; step < 12; step++) {
    const doc = random.pick(writers)
    const root = doc.getXmlFragment('default')
    const what = random.below(6)
    if (what === 0) Y.applyUpdate(doc, Y.encodeStateAsUpdate(random.pick(writers)))
    else if (what === 1 && root.length > 0) root.delete(random.below(root.length), 1)
    else if (what === 2) editShared(doc, 2, random)
    else {
      const at = random.below(root.length + 1)
      const forward = random.below(2)
      for (const index of range(1 + random.below(5))) blockIn(doc, at + index * forward)
    }
  }
  return writers
}
