import { expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { mayBePassed } from '../../../server/rooms/commit/begun-check.ts'
import { takeTurn } from '../../../server/rooms/commit/turn.ts'
import { openText, takeWhole } from '../../helpers/rooms/kept-text.ts'
import { sentBy, socketOf } from '../../helpers/rooms/sent-change.ts'
import { changeOf } from '../../helpers/rooms/wire-client.ts'

test('a long update that was held back and is freed by a letter is looked at once more', async () => {
  const text = await openText()
  const [ada, bo] = [new Y.Doc(), new Y.Doc()]
  const root = (doc: Y.Doc) => doc.getXmlFragment('default')
  const first = changeOf(bo, () => {
    const block = new Y.XmlElement('paragraph')
    block.insert(0, [new Y.XmlText('words')])
    root(bo).insert(0, [block])
  })
  const words = () => (root(bo).get(0) as Y.XmlElement).get(0) as Y.XmlText
  takeWhole(text, first, 'bo')
  const warm = changeOf(bo, () => words().insert(5, 'a'))
  takeWhole(text, warm, 'bo')
  const letter = changeOf(bo, () => words().insert(6, 'x'))
  Y.applyUpdate(ada, Y.encodeStateAsUpdate(bo))
  const long = changeOf(ada, () => {
    const own = (root(ada).get(0) as Y.XmlElement).get(0) as Y.XmlText
    own.insert(7, 'word '.repeat(4_000))
  })
  const taken = vi.spyOn(text, 'takeInSteps')
  const l = sentBy(socketOf('ada'), long)
  const one = await takeTurn(text, [l], [], [], () => false)
  expect(one.held).toEqual([l])
  const two = await takeTurn(text, [sentBy(socketOf('bo'), letter)], one.held, [], () => false)
  expect([two.done.length, two.refused.length, taken.mock.calls.length]).toEqual([2, 0, 3])
  expect(mayBePassed(l)).toBe(true)
})
