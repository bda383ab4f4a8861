import { QueryObserver } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Thread } from '../../../shared/review.ts'
import { createQueryClient } from '../../../web/query-client.ts'
import { watchPresses } from '../../../web/sync/after-press.ts'
import { dropComment, dropThread, mergeEvents, mergeThread } from '../../../web/sync/threads/thread-store.ts'
import { threadsQuery } from '../../../web/sync/threads/thread-lists.ts'

const thread = (number: number, more: object = {}) =>
  ({
    id: `t${number}`,
    projectId: 'lamp',
    number,
    changes: 0,
    draft: false,
    anchor: { type: 'text', documentId: 'brief' },
    comments: [],
    ...more,
  }) as unknown as Thread
const draft = (body: string) => ({ id: 'mine', draft: true, body })

/** What the server has, and whether its answers wait: each tells what stood when it was asked for. */
let stored: Thread[]
let held: (() => void)[] | null
let statuses: number[]
let page: EventTarget
let endWatch: () => void

beforeEach(() => {
  stored = [thread(1)]
  held = null
  statuses = []
  page = new EventTarget()
  endWatch = watchPresses(page)
  vi.stubGlobal('fetch', async (_address: unknown, init: RequestInit) => {
    const ETag = `"${JSON.stringify(stored)}"`
    const isKnown = new Headers(init.headers).get('If-None-Match') === ETag
    const answer = isKnown
      ? new Response(null, { status: 304 })
      : Response.json({ threads: stored }, { headers: { ETag } })
    statuses.push(answer.status)
    const { signal } = init
    if (held) {
      await new Promise<void>((go, fail) => {
        held!.push(go)
        signal?.addEventListener('abort', () => fail(signal.reason as Error))
      })
    }
    return answer
  })
})
afterEach(() => {
  endWatch()
  vi.unstubAllGlobals()
})

const release = () => {
  const waiting = held ?? []
  held = null
  for (const go of waiting) go()
}
const settled = (client: ReturnType<typeof createQueryClient>) =>
  vi.waitFor(() => expect(client.isFetching()).toBe(0))
const pointer = (type: string) =>
  page.dispatchEvent(Object.assign(new Event(type), { pointerType: 'mouse', pointerId: 1 }))

/** A page that shows the points of the brief as the server has them. */
async function shownList() {
  const client = createQueryClient(() => {})
  const query = threadsQuery('lamp', 'brief')
  new QueryObserver(client, { ...query, staleTime: Infinity }).subscribe(() => {})
  await settled(client)
  const known = () => client.getQueryData<Thread[]>(query.queryKey)!
  return {
    client,
    known,
    ids: () => known().map(({ id }) => id),
    readAgain: () => void client.invalidateQueries({ queryKey: query.queryKey }),
  }
}

type Client = ReturnType<typeof createQueryClient>
const ownActs: [act: string, before: Thread[], own: (client: Client) => void, after: Thread[]][] = [
  [
    'is saved',
    [thread(1)],
    (client) => mergeThread(client, thread(2, { draft: true })),
    [thread(1), thread(2, { draft: true })],
  ],
  [
    'is changed',
    [thread(1, { comments: [draft('1.5 mm')] })],
    (client) => mergeThread(client, thread(1, { comments: [draft('1.8 mm')] })),
    [thread(1, { comments: [draft('1.8 mm')] })],
  ],
  [
    'is discarded',
    [thread(1, { comments: [draft('1.5 mm')] })],
    (client) => dropComment(client, thread(1), 'mine'),
    [thread(1)],
  ],
  [
    'raises a point and is discarded',
    [thread(1), thread(2, { draft: true })],
    (client) => dropThread(client, thread(2, { draft: true })),
    [thread(1)],
  ],
]

test.each(ownActs)(
  'an own draft that %s while the list is being read stays so',
  async (_act, before, own, after) => {
    stored = before
    const { client, known, readAgain } = await shownList()
    held = []
    readAgain()
    await vi.waitFor(() => expect(held).toHaveLength(1))
    stored = after
    own(client)
    release()
    await settled(client)
    expect(known()).toEqual(after)
  },
)

test('an act of one’s own asks for nothing where no list is being read, and for nothing more where it leaves no draft', async () => {
  const { client, readAgain } = await shownList()
  mergeThread(client, thread(2, { draft: true }))
  await settled(client)
  expect(statuses).toHaveLength(1)
  held = []
  readAgain()
  await vi.waitFor(() => expect(held).toHaveLength(1))
  mergeThread(client, thread(3))
  release()
  await settled(client)
  expect(statuses).toHaveLength(2)
})

test('an answer that was dropped for what was told meanwhile is not lost: the next is the same, and is taken', async () => {
  const { client, ids, known, readAgain } = await shownList()
  pointer('pointerdown')
  stored = [thread(1, { changes: 1 }), thread(2), thread(3)]
  mergeEvents(client, [thread(3)])
  readAgain()
  await vi.waitFor(() => expect(statuses).toEqual([200, 200]))
  await new Promise((turn) => setTimeout(turn))
  pointer('pointerup')
  await vi.waitFor(() => expect(statuses).toEqual([200, 200, 304]))
  await settled(client)
  expect(ids()).toEqual(['t1', 't2', 't3'])
  expect(known()[0]!.changes).toBe(1)
})
