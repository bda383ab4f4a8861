import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, call } from '../api.ts'

/** What a project's documents and points say about these words; while one types, what was found before stays. */
export const searchQuery = (projectId: string, q: string) =>
  queryOptions({
    queryKey: ['search', projectId, q],
    queryFn: ({ signal }) =>
      call(
        api.projects[':projectId'].search.$get({ param: { projectId }, query: { q } }, { init: { signal } }),
      ),
    enabled: q.trim() !== '',
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  })
