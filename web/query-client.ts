import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError } from './api.ts'
import { afterPress } from './sync/after-press.ts'
import { isHeldHere } from './sync/unsent/unsaved-guard.ts'

/**
 * What the server said, kept for the pages: asked again on focus, and never retried when the answer was a refusal.
 * `onSessionEnded` leads away from the page: it is not called while that holds what would be lost with it.
 */
export function createQueryClient(onSessionEnded: () => void): QueryClient {
  const watch = (error: Error) => {
    if (error instanceof ApiError && error.code === 'session_required' && !isHeldHere()) onSessionEnded()
  }
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: watch }),
    mutationCache: new MutationCache({
      onError(error) {
        watch(error)
        // it may be done: what is shown then tells, before it is tried again
        if (error instanceof ApiError && error.code === 'no_answer') void client.invalidateQueries()
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (count, error) => count < triesOf(error),
        // without this a query waits silently while the browser believes to be offline
        networkMode: 'always',
        // what is read anew was changed by others; the first answer, and what a change of one's own is told, wait for no press
        persister: async (read, context, query) => {
          for (;;) {
            const data = await read(context)
            const before = query.state.data
            if (before === undefined) return data
            await new Promise<void>(afterPress)
            // what was told meanwhile is newer than what waited
            if (query.state.data === before) return data
          }
        },
      },
      mutations: { networkMode: 'always' },
    },
  })
  return client
}

/** How often what failed is asked for again by itself: it may pass in a moment. */
function triesOf(error: Error): number {
  if (!(error instanceof ApiError)) return 0
  // nobody watches a page for three minutes; over another connection the answer comes
  if (error.code === 'no_answer') return 1
  return error.code === 'offline' || error.status >= 502 ? 2 : 0
}
