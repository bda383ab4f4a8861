import type { Query, QueryClient } from '@tanstack/react-query'
import { resourceOf, type Thread } from '../../../shared/review.ts'
import { afterPress } from '../after-press.ts'
import { readNow } from '../read-anew.ts'
import { newestOf, withTold } from './newest-threads.ts'
import { isInList, threadListsKey } from './thread-lists.ts'

/**
 * The threads that this browser knows stand in the lists that were read (`thread-lists.ts`). All that changes them, a
 * reply of the server's as well as an event of a room's, comes in here, and reaches each list in which it belongs.
 */

/** Takes in one thread as the server has just told it to me, own drafts and all. */
export const mergeThread = (queryClient: QueryClient, thread: Thread): void =>
  mergeThreads(queryClient, [thread])

/** Takes in threads of one project as the server has just told them to me, own drafts and all. */
export function mergeThreads(queryClient: QueryClient, threads: readonly Thread[]): void {
  change(queryClient, threads, withTold)
  if (threads.some(hasDraft)) readBehindOwn(queryClient, threads)
}

/**
 * Takes in threads of one project as the server has just told them to everybody, who know nothing of own drafts; not
 * between a press and its click, as the list that is pressed would move.
 */
export function mergeEvents(queryClient: QueryClient, threads: readonly Thread[]): void {
  afterPress(() => change(queryClient, threads, newestOf))
}

/** Takes out an own draft of a point that was discarded. */
export function dropThread(queryClient: QueryClient, thread: Thread): void {
  change(queryClient, [thread], (known) => known.filter(({ id }) => id !== thread.id))
  readBehindOwn(queryClient, [thread])
}

/** Takes out an own draft of a comment that was discarded. */
export function dropComment(queryClient: QueryClient, thread: Thread, commentId: string): void {
  const without = (one: Thread): Thread => ({
    ...one,
    comments: one.comments.filter(({ id }) => id !== commentId),
  })
  change(queryClient, [thread], (known) => known.map((one) => (one.id === thread.id ? without(one) : one)))
  readBehindOwn(queryClient, [thread])
}

/** The threads of a project that this browser has read, in whichever list, by number. */
export function knownThreads(queryClient: QueryClient, projectId: string): Thread[] {
  const byId = new Map<string, Thread>()
  for (const [, known] of listsOf(queryClient, projectId)) {
    for (const thread of known ?? []) byId.set(thread.id, thread)
  }
  return [...byId.values()].sort((one, other) => one.number - other.number)
}

const hasDraft = (thread: Thread): boolean => thread.draft || thread.comments.some(({ draft }) => draft)

/**
 * Has the lists that are being read just now read again: their answers may be of before my act, and nothing in a draft
 * tells which of two is newer.
 */
function readBehindOwn(queryClient: QueryClient, threads: readonly Thread[]): void {
  if (threads.length === 0) return
  const predicate = ({ queryKey, state }: Query) =>
    state.fetchStatus === 'fetching' && threads.some(({ anchor }) => isInList(queryKey, resourceOf(anchor)))
  void readNow(queryClient, { queryKey: threadListsKey(threads[0]!.projectId), predicate })
}

const listsOf = (queryClient: QueryClient, projectId: string) =>
  queryClient.getQueriesData<Thread[]>({ queryKey: threadListsKey(projectId) })

function change(
  queryClient: QueryClient,
  threads: readonly Thread[],
  merge: (known: Thread[], threads: readonly Thread[]) => Thread[],
): void {
  if (threads.length === 0) return
  for (const [queryKey, known] of listsOf(queryClient, threads[0]!.projectId)) {
    const ofList = threads.filter(({ anchor }) => isInList(queryKey, resourceOf(anchor)))
    if (known && ofList.length > 0) queryClient.setQueryData(queryKey, merge(known, ofList))
  }
}
