import { queryOptions, type QueryClient } from '@tanstack/react-query'
import { resourceOf, type PublishedReview, type Thread } from '../../../shared/review.ts'
import { api, call } from '../../api.ts'
import { newestOf, newestOfRead, withThread } from '../../sync/newest-threads.ts'
import { readThreads } from '../../sync/read-threads.ts'

/** The threads of one document and of the whole project, by number, own drafts last. */
export const threadsQuery = (projectId: string, resourceId: string) =>
  queryOptions({
    queryKey: ['projects', projectId, 'threads', resourceId],
    queryFn: (context): Promise<Thread[]> =>
      readThreads(context, (options) =>
        api.resources[':resourceId'].threads.$get({ param: { resourceId } }, options),
      ),
    // what arrived by event while the answer was on its way is newer than the answer
    structuralSharing: (before, after) => newestOfRead(after as Thread[], before as Thread[] | undefined),
  })

/** The reviews that were published of one document and of the whole project, the newest first. */
export const reviewsQuery = (projectId: string, resourceId: string) =>
  queryOptions({
    queryKey: ['projects', projectId, 'reviews', resourceId],
    queryFn: async (): Promise<PublishedReview[]> => {
      const { reviews } = await call(
        api.projects[':projectId'].reviews.$get({ param: { projectId }, query: { resourceId } }),
      )
      return reviews
    },
  })

/** Takes in one thread as the server has just told it to me. */
export function mergeThread(queryClient: QueryClient, thread: Thread): void {
  change(queryClient, thread, (known) => withThread(known, thread))
}

/** Takes in threads as the server has just told them to everybody. */
export function mergeEvents(queryClient: QueryClient, threads: readonly Thread[]): void {
  for (const about of new Set(threads.map(({ anchor }) => resourceOf(anchor)))) {
    const some = threads.filter(({ anchor }) => resourceOf(anchor) === about)
    change(queryClient, some[0]!, (known) => newestOf(known, some))
  }
}

/** Takes out an own draft that was discarded. */
export function dropThread(queryClient: QueryClient, thread: Thread): void {
  change(queryClient, thread, (known) => known.filter(({ id }) => id !== thread.id))
}

function change(queryClient: QueryClient, thread: Thread, next: (known: Thread[]) => Thread[]): void {
  const { projectId, anchor } = thread
  const resourceId = resourceOf(anchor)
  const queryKey =
    resourceId === null ? ['projects', projectId, 'threads'] : threadsQuery(projectId, resourceId).queryKey
  queryClient.setQueriesData<Thread[]>({ queryKey }, (known) => known && next(known))
}
