import type { QueryClient } from '@tanstack/react-query'
import type { Thread } from '../../../shared/review.ts'

/** The points of a project that this browser has read, in whichever list, by number. */
export function knownPoints(queryClient: QueryClient, projectId: string): Thread[] {
  const byId = new Map<string, Thread>()
  for (const [key, data] of queryClient.getQueriesData<Thread[]>({ queryKey: ['projects', projectId] })) {
    const isList = (key[2] === 'threads' || key[2] === 'points') && Array.isArray(data)
    if (isList) for (const thread of data!) byId.set(thread.id, thread)
  }
  return [...byId.values()].sort((one, other) => one.number - other.number)
}
