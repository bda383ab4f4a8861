import { queryOptions } from '@tanstack/react-query'
import type { Thread } from '../../shared/review.ts'
import { api } from '../api.ts'
import { newestOfRead } from './newest-threads.ts'
import { readThreads } from './read-threads.ts'

/** Every point of a project, by number. */
export const pointsQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['projects', projectId, 'points'],
    queryFn: (context): Promise<Thread[]> =>
      readThreads(context, (options) =>
        api.projects[':projectId'].threads.$get({ param: { projectId }, query: {} }, options),
      ),
    // what arrived by event while the answer was on its way is newer than the answer
    structuralSharing: (before, after) => newestOfRead(after as Thread[], before as Thread[] | undefined),
  })
