import { expect, test } from 'vitest'
import type { Thread } from '../../../shared/review.ts'
import { newestOfRead } from '../../../web/sync/threads/newest-threads.ts'

const thread = (number: number, more: Partial<Thread> = {}) =>
  ({ id: `t${number}`, number, changes: 0, draft: false, comments: [], ...more }) as unknown as Thread

test('what arrived while an answer was on its way stays beside it; an own draft that it does not have is gone', () => {
  const told = thread(2)
  const newer = thread(1, { changes: 3 })
  const discarded = thread(0, { id: 'discarded', draft: true })
  const kept = thread(0, { id: 'kept', draft: true })
  const read = [thread(1, { changes: 2 }), kept]
  expect(newestOfRead(read, [newer, told, discarded])).toEqual([newer, told, kept])
})
