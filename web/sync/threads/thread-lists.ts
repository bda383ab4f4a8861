import { queryOptions, type Query, type QueryFunctionContext } from '@tanstack/react-query'
import type { ClientResponse } from 'hono/client'
import type { Thread } from '../../../shared/review.ts'
import { api, callIfChanged, type TaggedAnswer } from '../../api.ts'
import { newestOfRead } from './newest-threads.ts'

type Ask = (options: {
  headers: Record<string, string>
  init: RequestInit
}) => Promise<ClientResponse<{ threads: Thread[] }, 200, 'json'>>

/** What the keys of all lists of a project's threads begin with. */
export const threadListsKey = (projectId: string) => ['projects', projectId, 'threads'] as const

/** In the place of a resource's id in a list's key. */
const everyResource = 'all'

/** The threads of one resource and of the whole project, by number, own drafts last. */
export const threadsQuery = (projectId: string, resourceId: string) =>
  listQuery(projectId, resourceId, (options) =>
    api.resources[':resourceId'].threads.$get({ param: { resourceId } }, options),
  )

/** Every thread of a project, by number, own drafts last. */
export const allThreadsQuery = (projectId: string) =>
  listQuery(projectId, everyResource, (options) =>
    api.projects[':projectId'].threads.$get({ param: { projectId }, query: {} }, options),
  )

/** True when a thread on a resource (null: on the project) stands in the list of that key. */
export const isInList = (queryKey: readonly unknown[], resourceId: string | null): boolean =>
  resourceId === null || queryKey[3] === everyResource || queryKey[3] === resourceId

const listQuery = (projectId: string, list: string, ask: Ask) =>
  queryOptions({
    queryKey: [...threadListsKey(projectId), list],
    queryFn: (context): Promise<Thread[]> => readThreads(context, ask),
    // what arrived by event while the answer was on its way is newer than the answer
    structuralSharing: (before, after) => newestOfRead(after as Thread[], before as Thread[] | undefined),
  })

/** The last answer of each list, which goes with the list. */
const lastAnswers = new WeakMap<Query, TaggedAnswer<{ threads: Thread[] }>>()

/** Reads threads: the last answer where nothing was said since. */
async function readThreads({ client, queryKey, signal }: QueryFunctionContext, ask: Ask): Promise<Thread[]> {
  const list = client.getQueryCache().find({ queryKey })
  const answer = await callIfChanged(list && lastAnswers.get(list), ask, signal)
  if (list) lastAnswers.set(list, answer)
  return answer.data.threads
}
