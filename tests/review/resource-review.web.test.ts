import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { afterAll, expect, test, vi } from 'vitest'
import type { Membership } from '../../shared/projects.ts'
import type { Thread } from '../../shared/review.ts'
import type { DrawnReview } from '../../web/review/ResourceReview.tsx'
import { threadsQuery } from '../../web/sync/threads/thread-lists.ts'

// read as the page loads, which tells the keys of a Mac from others
vi.stubGlobal('navigator', { userAgent: '' })
const { ResourceReview } = await import('../../web/review/ResourceReview.tsx')
afterAll(() => void vi.unstubAllGlobals())

const thread = (number: number, state: Thread['state'], resourceId: string | null) =>
  ({
    id: `t${number}`,
    projectId: 'lamp',
    number,
    changes: 0,
    draft: false,
    state,
    kind: 'comment',
    anchor:
      resourceId === null
        ? { type: 'project' }
        : { type: 'place', kind: 'note', resourceId, place: { line: number }, quote: '' },
    comments: [],
  }) as unknown as Thread

const me: Membership & { name: string } = {
  userId: 'lin',
  name: 'Lin',
  role: 'reviewer',
  side: 'design',
  phase: 'active',
  guestUntil: null,
}

/** What a page of a kind of its own is given, which knows nothing of the review's parts. */
function drawnFor(given: Partial<Membership> = {}): DrawnReview {
  const client = new QueryClient()
  const threads = [thread(1, 'open', 'note'), thread(2, 'settled', 'note'), thread(3, 'open', null)]
  client.setQueryData(threadsQuery('lamp', 'note').queryKey, threads)
  let drawn: DrawnReview | undefined
  const review = createElement(ResourceReview, {
    projectId: 'lamp',
    resourceId: 'note',
    me: { ...me, ...given },
    people: [],
    room: null,
    active: null,
    onActive: () => {},
    onShow: () => {},
    source: null,
    ranks: new Map(),
    // oxlint-disable-next-line react/no-children-prop -- a test has no JSX
    children: (one) => {
      drawn = one
      return null
    },
  })
  renderToString(createElement(QueryClientProvider, { client }, review))
  return drawn!
}

test('a page of any kind mounts its review, and is given the panel and what is to be marked', () => {
  const { panel, waiting, threads, outgoing, written, canWrite } = drawnFor()
  expect(threads.map(({ id }) => id)).toEqual(['t1', 't2', 't3'])
  expect({ waiting, outgoing, written, canWrite }).toEqual({
    waiting: 2,
    outgoing: [],
    written: null,
    canWrite: true,
  })
  expect(panel).toMatchObject({ props: { review: { resourceId: 'note' } } })
})

test('who only reads begins nothing, and nothing is begun where nothing is selected', () => {
  const anchor = thread(1, 'open', 'note').anchor
  const reader = drawnFor({ role: 'viewer' })
  expect([reader.canWrite, reader.raiseOn(anchor)]).toEqual([false, false])
  expect(drawnFor().raise()).toBe(false)
})
