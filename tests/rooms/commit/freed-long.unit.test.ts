import { expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { mayBePassed } from '../../../server/rooms/commit/begun-check.ts'
import { takeTurn } from '../../../server/rooms/commit/turn.ts'
import type { Incoming } from '../../../server/rooms/connection/connection.ts'
import { openText, takeWhole } from '../../helpers/rooms/kept-text.ts'

const from = (id: string) =>
  ({ isRefused: false, userId: id, network: id, admitted: { user: { id } } }) as unknown as Incoming['from']
const sent = (id: string, update: Uint8Array): Incoming => ({
  from: from(id),
  update,
  index: 1,
  isAnswer: false,
  at: 0,
})
const changed = (doc: Y.Doc, change: () => void) => {
  const before = Y.encodeStateVector(doc)
  doc.transact(change)
  return Y.encodeStateAsUpdate(doc, before)
}

test('a long update that was held back and is freed by a letter is looked at once more', async () => {
  const text = await openText()
  const [ada, bo] = [new Y.Doc(), new Y.Doc()]
  const root = (doc: Y.Doc) => doc.getXmlFragment('default')
  const first = changed(bo, () => {
    const block = new Y.XmlElement('paragraph')
    block.insert(0, [new Y.XmlText('words')])
    root(bo).insert(0, [block])
  })
  const words = () => (root(bo).get(0) as Y.XmlElement).get(0) as Y.XmlText
  takeWhole(text, first, 'bo')
  const warm = changed(bo, () => words().insert(5, 'a'))
  takeWhole(text, warm, 'bo')
  const letter = changed(bo, () => words().insert(6, 'x'))
  Y.applyUpdate(ada, Y.encodeStateAsUpdate(bo))
  const long = changed(ada, () => {
    const own = (root(ada).get(0) as Y.XmlElement).get(0) as Y.XmlText
    own.insert(7, 'word '.repeat(4_000))
  })
  const taken = vi.spyOn(text, 'takeInSteps')
  const l = sent('ada', long)
  const one = await takeTurn(text, [l], [], [], () => false)
  expect(one.held).toEqual([l])
  const two = await takeTurn(text, [sent('bo', letter)], one.held, [], () => false)
  expect([two.done.length, two.refused.length, taken.mock.calls.length]).toEqual([2, 0, 3])
  expect(mayBePassed(l)).toBe(true)
})
