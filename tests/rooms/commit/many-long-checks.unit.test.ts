import { expect, test, vi } from 'vitest'
import { takeTurn } from '../../../server/rooms/commit/turn.ts'
import { openText, takeWhole } from '../../helpers/rooms/kept-text.ts'
import { sentBy, socketOf } from '../../helpers/rooms/sent-change.ts'
import { changeOf, paragraph } from '../../helpers/rooms/wire-client.ts'

test('of short updates whose checks take long, one of each person is begun before what others sent behind them', async () => {
  const text = await openText()
  const { doc, text: words, update } = paragraph('a', 5)
  takeWhole(text, update, 'bo')
  const letter = sentBy(
    socketOf('bo'),
    changeOf(doc, () => words.insert(1, 'b')),
  )
  const { takeInSteps } = text
  let begun = 0
  vi.spyOn(text, 'takeInSteps').mockImplementation(function* (sent, userId) {
    if (userId === 'bo') return yield* takeInSteps.call(text, sent, userId)
    begun++
    for (;;) {
      const until = performance.now() + 15
      while (performance.now() < until);
      yield
    }
  })
  const { update: short } = paragraph('short', 7)
  const hostile = ['ada', 'cem'].flatMap((userId) =>
    Array.from({ length: 20 }, () => sentBy(socketOf(userId), short)),
  )
  const others = { wait: () => true, goFirst: () => true }
  const turn = await takeTurn(text, [...hostile, letter], [], [], () => false, others)
  expect(turn.done).toEqual([letter])
  expect(turn.passedOver).toEqual(hostile)
  expect(begun).toBe(2)
})
