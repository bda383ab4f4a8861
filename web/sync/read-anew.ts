import type { InvalidateQueryFilters, Query, QueryClient } from '@tanstack/react-query'

/** Queries whose reading under way is waited for, before they are read again. */
const awaited = new WeakSet<Query>()

/**
 * Reads anew what others changed. `invalidateQueries` begins a reading again that is under way, but neither a first one
 * nor one that nothing shows yet, and takes its answer for fresh; that answer may be older than the change.
 */
export async function readAnew(queryClient: QueryClient, filters: InvalidateQueryFilters): Promise<void> {
  const tooEarly = queryClient
    .getQueryCache()
    .findAll(filters)
    .filter((query) => query.state.fetchStatus === 'fetching' && !isBegunAgain(query) && !awaited.has(query))
  await Promise.all([
    queryClient.invalidateQueries(filters),
    ...tooEarly.map((query) => readAfterwards(queryClient, query)),
  ])
}

const isBegunAgain = (query: Query): boolean => query.state.data !== undefined && query.isActive()

async function readAfterwards(queryClient: QueryClient, query: Query): Promise<void> {
  awaited.add(query)
  try {
    // the one that is under way
    await query.fetch().catch(() => {})
  } finally {
    awaited.delete(query)
  }
  await queryClient.invalidateQueries({ queryKey: query.queryKey, exact: true })
}
