import { expect, test } from 'vitest'
import type { Thread } from '../../shared/review.ts'
import { countWaiting } from '../../web/review/cards/waiting-threads.ts'
import type { Outgoing } from '../../web/review/queue/outgoing.ts'

test('what is counted of a document’s points is one number: those that wait, with those that were not sent yet', () => {
  const thread = (id: string, state: Thread['state']) => ({ id, state }) as Thread
  const raised = (threadId: string, documentId: string) =>
    ({ threadId, raises: { anchor: { type: 'text', documentId } } }) as Outgoing
  const threads = [thread('open', 'open'), thread('closed', 'settled'), thread('unwritten', 'settled')]
  const outgoing = [
    raised('unsent', 'lamp'),
    // the server has this one by now, and that one is another document's
    raised('open', 'lamp'),
    raised('elsewhere', 'box'),
    { threadId: 'open' } as Outgoing,
  ]
  const points = { resourceId: 'lamp', list: { threads }, sending: { outgoing } }
  expect(countWaiting({ ...points, proposals: { isUnwritten: ({ id }) => id === 'unwritten' } })).toBe(3)
})
