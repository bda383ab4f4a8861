import { queryOptions, type QueryClient } from '@tanstack/react-query'
import type { Thread } from '../../shared/review.ts'
import { api, call } from '../api.ts'

/** The threads of one document, by number. */
export const threadsQuery = (projectId: string, documentId: string) =>
  queryOptions({
    queryKey: ['projects', projectId, 'threads', documentId],
    queryFn: async (): Promise<Thread[]> => {
      const { threads } = await call(
        api.projects[':projectId'].threads.$get({ param: { projectId }, query: { documentId } }),
      )
      return threads
    },
    // what arrived by event while the answer was on its way is newer than the answer
    structuralSharing: (before, after) => newestOf(after as Thread[], (before as Thread[] | undefined) ?? []),
  })

/** Takes in one thread as the server has just told it. */
export function mergeThread(queryClient: QueryClient, thread: Thread): void {
  if (thread.anchor.type !== 'text') return
  const { queryKey } = threadsQuery(thread.projectId, thread.anchor.documentId)
  queryClient.setQueryData(queryKey, (known) => known && newestOf(known, [thread]))
}

/** Of each thread the copy with the most changes, by number; threads are never deleted. */
export function newestOf(some: readonly Thread[], more: readonly Thread[]): Thread[] {
  const byId = new Map(some.map((thread) => [thread.id, thread]))
  for (const thread of more) {
    const known = byId.get(thread.id)
    if (!known || known.changes < thread.changes) byId.set(thread.id, thread)
  }
  return [...byId.values()].sort((one, other) => one.number - other.number)
}
