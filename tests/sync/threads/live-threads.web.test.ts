import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { RoomEvent } from '../../../shared/wire/events.ts'
import type { Thread } from '../../../shared/review.ts'
import { observable } from '../../../web/sync/observable.ts'
import type { Room } from '../../../web/sync/room/room.ts'
import type { SaveState } from '../../../web/sync/room/save-state.ts'
import { followThreads } from '../../../web/sync/threads/live-threads.ts'
import { allThreadsQuery, threadsQuery } from '../../../web/sync/threads/thread-lists.ts'

/** What the server is asked for: a path, and the ids if it names some. */
let asked: string[] = []
/** What the server has. */
let stored: Thread[] = []

beforeEach(() => {
  vi.useFakeTimers()
  asked = []
  stored = []
  vi.stubGlobal('fetch', async (address: string | URL) => {
    const { pathname, searchParams } = new URL(address)
    const ids = searchParams.get('ids')
    asked.push(ids === null ? pathname : `ids ${ids}`)
    return Response.json({ threads: ids === null ? stored : stored.filter(({ id }) => ids.includes(id)) })
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const thread = (number: number, documentId: string | null = 'brief', changes = 0) =>
  ({
    id: `t${number}`,
    projectId: 'lamp',
    number,
    changes,
    draft: false,
    anchor: documentId === null ? { type: 'project' } : { type: 'text', documentId },
    comments: [],
  }) as unknown as Thread

const readings = { brief: '/api/resources/brief/threads', all: '/api/projects/lamp/threads' }

/** A page that shows the points of the brief, or all of the project, with a room that can be made to say things. */
function page(resourceId: 'brief' | null, read: Thread[] | null = []) {
  const client = new QueryClient()
  const query = resourceId === null ? allThreadsQuery('lamp') : threadsQuery('lamp', resourceId)
  if (read) client.setQueryData(query.queryKey, read)
  // shown: what is only kept is not read anew
  if (read) new QueryObserver(client, { ...query, staleTime: Infinity }).subscribe(() => {})
  const listeners = new Set<(event: RoomEvent) => void>()
  const state = observable<SaveState>({ kind: 'connecting' } as SaveState)
  const stop = followThreads(
    client,
    {
      state,
      onEvent: (listener: (event: RoomEvent) => void) => {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    } as Pick<Room, 'state' | 'onEvent'>,
    { projectId: 'lamp', resourceId },
  )
  return {
    client,
    stop,
    say: (...events: RoomEvent[]) => events.forEach((event) => listeners.forEach((hear) => hear(event))),
    link: (kind: string) => state.set({ kind } as SaveState),
    ids: () => client.getQueryData<Thread[]>(query.queryKey)?.map(({ id }) => id),
    isHeard: () => listeners.size > 0,
  }
}

test('what is told together is taken in together, and what is still to be taken in when the page goes is not lost', async () => {
  const { client, say, ids, stop, isHeard } = page('brief')
  const written = vi.spyOn(client, 'setQueryData')
  say({ type: 'thread.saved', thread: thread(2) }, { type: 'thread.saved', thread: thread(1) })
  await vi.advanceTimersByTimeAsync(0)
  expect(ids()).toEqual(['t1', 't2'])
  expect(written).toHaveBeenCalledTimes(1)
  say({ type: 'thread.saved', thread: thread(3) })
  stop()
  expect([ids(), isHeard()]).toEqual([['t1', 't2', 't3'], false])
})

test('of threads that are told by their ids a document reads its own and the project’s, a list of all reads all', async () => {
  stored = [thread(1), thread(2, 'spec'), thread(3, null)]
  const told: RoomEvent = {
    type: 'threads.changed',
    threads: [
      { id: 't1', resourceId: 'brief' },
      { id: 't2', resourceId: 'spec' },
      { id: 't3', resourceId: null },
    ],
  }
  const brief = page('brief')
  brief.say(told)
  await vi.advanceTimersByTimeAsync(200)
  expect([asked, brief.ids()]).toEqual([['ids t1,t3'], ['t1', 't3']])
  asked = []
  const all = page(null)
  all.say(told)
  await vi.advanceTimersByTimeAsync(200)
  expect([asked, all.ids()]).toEqual([['ids t1,t2,t3'], ['t1', 't2', 't3']])
})

test('a guest, who is told only that something changed, reads once for many changes, in either list', async () => {
  for (const resourceId of ['brief', null] as const) {
    asked = []
    stored = [thread(1)]
    const { say, ids, stop } = page(resourceId)
    say({ type: 'review.changed' }, { type: 'review.changed' })
    await vi.advanceTimersByTimeAsync(200)
    expect([asked, ids()]).toEqual([[readings[resourceId ?? 'all']], ['t1']])
    stop()
  }
})

test('asked for anew from several sides on a slow network, a list is as the server has it: an answer that was not taken does not count as known', async () => {
  vi.stubGlobal(
    'fetch',
    (_address: string, { headers, signal }: { headers: Headers; signal?: AbortSignal }) => {
      const ETag = `"${stored.map(({ id }) => id).join()}"`
      const isKnown = headers.get('If-None-Match') === ETag
      const reply = isKnown
        ? new Response(null, { status: 304 })
        : Response.json({ threads: stored }, { headers: { ETag } })
      return new Promise((resolve, reject) => {
        setTimeout(() => resolve(reply), 300)
        signal?.addEventListener('abort', () => reject(signal.reason as Error))
      })
    },
  )
  const { client, ids } = page('brief')
  stored = [thread(1)]
  // as by a look at the page, a link that is back and a change of members, each before the one before it is answered
  for (let times = 0; times < 3; times++) {
    void client.invalidateQueries({ queryKey: ['projects', 'lamp'] })
    await vi.advanceTimersByTimeAsync(200)
  }
  await vi.advanceTimersByTimeAsync(1_000)
  expect(ids()).toEqual(['t1'])
})

test('after the opening, a moment later, and after each absence, at once, the list is asked for anew', async () => {
  const { link, ids } = page('brief')
  stored = [thread(1)]
  link('saved')
  await vi.advanceTimersByTimeAsync(999)
  expect(asked).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect([asked, ids()]).toEqual([[readings.brief], ['t1']])
  stored = [thread(1), thread(2)]
  link('offline')
  link('connecting')
  link('saved')
  await vi.advanceTimersByTimeAsync(0)
  expect([asked, ids()]).toEqual([
    [readings.brief, readings.brief],
    ['t1', 't2'],
  ])
  link('saving')
  link('saved')
  await vi.advanceTimersByTimeAsync(10_000)
  expect(asked).toHaveLength(2)
})

test('a list that no part of the page has read is not read for the sake of what is told', async () => {
  const { say, link } = page(null, null)
  link('saved')
  say({ type: 'threads.changed', threads: [{ id: 't1', resourceId: 'brief' }] }, { type: 'review.changed' })
  await vi.advanceTimersByTimeAsync(5_000)
  expect(asked).toEqual([])
})
