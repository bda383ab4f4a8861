import { QueryClient } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import type { Thread } from '../../../shared/review.ts'
import { allThreadsQuery, threadsQuery } from '../../../web/sync/threads/thread-lists.ts'
import {
  dropComment,
  dropThread,
  knownThreads,
  mergeEvents,
  mergeThread,
  mergeThreads,
} from '../../../web/sync/threads/thread-store.ts'

const onBrief = { type: 'text', documentId: 'brief' }
const thread = (number: number, more: object = {}) =>
  ({
    id: `t${number}`,
    projectId: 'lamp',
    number,
    changes: 0,
    draft: false,
    anchor: onBrief,
    comments: [],
    ...more,
  }) as unknown as Thread

/** A browser that has read the points of the brief, of the spec and of the whole project. */
function browser(threads: Thread[] = []) {
  const client = new QueryClient()
  const lists = {
    brief: threadsQuery('lamp', 'brief').queryKey,
    spec: threadsQuery('lamp', 'spec').queryKey,
    all: allThreadsQuery('lamp').queryKey,
  }
  client.setQueryData(lists.brief, threads)
  client.setQueryData(lists.spec, [])
  client.setQueryData(lists.all, threads)
  const ids = () => Object.values(lists).map((key) => client.getQueryData<Thread[]>(key)!.map(({ id }) => id))
  return { client, lists, ids }
}

test('a thread comes into each list in which it belongs: of its document, and of the project', () => {
  const { client, ids } = browser()
  mergeEvents(client, [thread(2), thread(1, { anchor: { type: 'project' } })])
  mergeThread(client, thread(3, { anchor: { type: 'text', documentId: 'spec' } }))
  expect(ids()).toEqual([
    ['t1', 't2'],
    ['t1', 't3'],
    ['t1', 't2', 't3'],
  ])
  expect(knownThreads(client, 'lamp').map(({ id }) => id)).toEqual(['t1', 't2', 't3'])
  expect(knownThreads(client, 'desk')).toEqual([])
})

test('a list that was not read is not begun by what is told', () => {
  const { client } = browser()
  mergeEvents(client, [thread(1, { projectId: 'desk' })])
  expect(client.getQueryData(allThreadsQuery('desk').queryKey)).toBeUndefined()
})

test('an older copy never takes the place of a newer one, and own drafts outlive what everybody is told', () => {
  const own = { id: 'own', draft: true }
  const said = { id: 'said', draft: false }
  const { client, lists } = browser([thread(1, { changes: 2, comments: [own] })])
  const now = () => client.getQueryData<Thread[]>(lists.all)![0]!
  mergeEvents(client, [thread(1, { changes: 1 })])
  expect(now().changes).toBe(2)
  mergeEvents(client, [thread(1, { changes: 3, comments: [said] })])
  expect(now().comments).toEqual([said, own])
})

test('replies that come in another order than they were made lose no own draft, and none that was discarded comes back', () => {
  const [own, later] = ['own', 'later'].map((id) => ({ id, draft: true }))
  const said = { id: 'said', draft: false }
  const { client, lists } = browser([thread(1, { changes: 2 })])
  const now = () => client.getQueryData<Thread[]>(lists.all)![0]!
  mergeThread(client, thread(1, { changes: 2, comments: [own, later] }))
  // made before the later draft was there
  mergeThread(client, thread(1, { changes: 2, comments: [own] }))
  expect(now().comments).toEqual([own, later])
  // made before somebody else's comment, which everybody was told meanwhile
  mergeEvents(client, [thread(1, { changes: 3, comments: [said] })])
  dropComment(client, thread(1), 'own')
  mergeThreads(client, [thread(1, { changes: 2, comments: [later] })])
  expect(now()).toMatchObject({ changes: 3, comments: [said, later] })
})

test('a draft that was discarded is in no list any more', () => {
  const draft = thread(0, { id: 'draft', draft: true })
  const { client, ids } = browser([thread(1), draft])
  dropThread(client, draft)
  expect(ids()).toEqual([['t1'], [], ['t1']])
})
