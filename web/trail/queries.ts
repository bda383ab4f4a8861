import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { trailPage } from '../../shared/trail.ts'
import { api, call } from '../api.ts'

const routes = api.projects[':projectId'].trail

/**
 * A project's trail, the newest first. The first page reaches down to a multiple of the page's length, so that the
 * pages below it are the same whatever is added above: they never change, and are asked for once.
 */
export const trailQuery = (projectId: string) =>
  infiniteQueryOptions({
    queryKey: ['projects', projectId, 'trail'],
    queryFn: ({ pageParam: before, client }) =>
      before === null ? newest(projectId) : client.fetchQuery(pageQuery(projectId, before)),
    initialPageParam: null as number | null,
    getNextPageParam: ({ entries }) => {
      const last = entries.at(-1)
      return last && last.seq > 1 ? last.seq : null
    },
  })

async function newest(projectId: string) {
  const length = trailPage.usual
  const query = { limit: String(2 * length) }
  const { entries, head } = await call(routes.$get({ param: { projectId }, query }))
  const last = entries[0]?.seq ?? 0
  const below = Math.floor(last / length) * length - length
  return { entries: entries.filter(({ seq }) => seq > below), head }
}

const pageQuery = (projectId: string, before: number) =>
  queryOptions({
    queryKey: ['trail-page', projectId, before],
    staleTime: Infinity,
    queryFn: () => call(routes.$get({ param: { projectId }, query: { before: String(before) } })),
  })

/** The chain computed anew by the server: asked for when the page opens and on demand, not at every event. */
export const checkQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['trail-check', projectId],
    queryFn: () => call(routes.check.$get({ param: { projectId } })),
  })

export const downloadAddress = (projectId: string) => `/api/projects/${projectId}/trail.jsonl`
